// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
package import SystemPackage

/// Keeps a second daemon off a spool: an open file description lock on `SPOOL/.lock` (`fcntl(2)`), held until the
/// process ends, however it ends. Unlike `flock(2)` it can be asked for without being taken, so `status` never gets in
/// the way of a daemon that starts.
///
/// A file can be deleted, by whoever takes it for a leftover: a second daemon would lock a new one. So the folder
/// `processing/` is locked, too (`flock(2)`), which nobody deletes while there are jobs in it.
package final class SpoolLock: Sendable {
    private let file: OpenFile
    private let folder: OpenFile

    /// Takes the lock and writes this process's id into the file. Throws ``SpoolError/inUse(_:pid:)`` where another
    /// daemon holds it.
    package init(_ spool: Spool) throws(SpoolError) {
        let path = Self.path(spool)
        do {
            // Nobody else may write, whatever the umask says: who could, could take the lock.
            file = try Kernel.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644)
            folder = try Kernel.open(spool.processing, O_RDONLY | O_DIRECTORY)
        } catch {
            throw .cannotUse(path, error)
        }
        do {
            try Kernel.lockWhole(file.descriptor)
            try Kernel.lockFolder(folder.descriptor)
            try Kernel.truncate(file.descriptor, to: 0)
            // The lock holds without it; it only tells who has it.
            try? file.writeAll(Array("\(getpid())\n".utf8))
        } catch .resourceTemporarilyUnavailable {
            throw .inUse(spool.root, pid: Self.pid(in: file))
        } catch {
            throw .cannotUse(path, error)
        }
    }

    /// The process id of the daemon that works on the spool, or `nil` where none does: to be told. See
    /// ``process(of:)``.
    package static func holder(of spool: Spool) -> Int? {
        guard let file = try? Kernel.open(path(spool), O_RDONLY | O_NOFOLLOW) else { return nil }
        return Kernel.isLocked(file.descriptor) ? pid(in: file) : nil
    }

    /// The same, for whoever is to act on it: `nil` also where it is not believed. The file's owner writes what he likes
    /// into it, and nobody must be led to a process of another. Throws where this user may not look.
    ///
    /// A service's sandbox hides the daemon from a second process of the same user (`PrivateUsers=` and `ProtectProc=`,
    /// systemd.exec(5)). Whose own the file is, is led to none but his own processes: the kernel sees to that, but for
    /// root.
    package static func process(of spool: Spool) throws(Errno) -> Int? {
        do {
            let file = try Kernel.open(path(spool), O_RDONLY | O_NOFOLLOW)
            guard Kernel.isLocked(file.descriptor), let pid = pid(in: file) else { return nil }
            let (owner, me) = (try file.status().owner, geteuid())
            if owner == me, me != 0 { return pid }
            return (try? Kernel.rights(of: FilePath("/proc/\(pid)")).owner) == owner ? pid : nil
        } catch .noSuchFileOrDirectory {
            return nil
        }
    }

    package static func path(_ spool: Spool) -> FilePath { spool.root.appending(".lock") }

    private static func pid(in file: borrowing OpenFile) -> Int? {
        guard let bytes = try? file.readAll(limit: 32, expecting: 32) else { return nil }
        return pid(bytes)
    }

    /// `nil` for what is no process: `kill(2)` takes 0 and less for many. In a container the daemon may be the first.
    static func pid(_ bytes: [UInt8]) -> Int? {
        let number = Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        return number.flatMap { (1...Int(Int32.max)).contains($0) ? $0 : nil }
    }
}
