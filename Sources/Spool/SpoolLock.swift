// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import SystemPackage

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

    /// The process id of the daemon that works on the spool, or `nil` where none does.
    package static func holder(of spool: Spool) -> Int? {
        guard let file = try? Kernel.open(path(spool), O_RDONLY | O_NOFOLLOW) else { return nil }
        return Kernel.isLocked(file.descriptor) ? pid(in: file) : nil
    }

    private static func path(_ spool: Spool) -> FilePath { spool.root.appending(".lock") }

    private static func pid(in file: borrowing OpenFile) -> Int? {
        guard let bytes = try? file.readAll(limit: 32, expecting: 32) else { return nil }
        return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
