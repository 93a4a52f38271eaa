// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import SystemPackage

/// A picture in the inbox, held by its descriptor: whatever happens to its name, this is the file that was looked at.
struct OpenPicture: ~Copyable {
    /// The folder that holds it.
    let folder: OpenFile
    /// Its name there, as it stands on the disk.
    let name: FilePath.Component
    let file: OpenFile
    /// What it was when it was opened.
    let identity: FileStatus.Identity

    /// Why it was not copied.
    enum CopyError: Error, Equatable, Sendable {
        /// It changed meanwhile: the copy would be half old, half new.
        case changed
        case reading(Errno)
        case writing(Errno)
    }

    private static let chunk = 256 << 10

    /// Copies it into a new file, which replaces what has that name. Nothing is left there when it throws.
    ///
    /// - Parameters:
    ///   - path: relative to `directory`.
    ///   - mode: whatever the umask says.
    func copy(to path: FilePath, at directory: CInt, mode: mode_t) throws(CopyError) -> OpenFile {
        do throws(CopyError) {
            let target = try Self.create(path, at: directory, mode)
            try copyBytes(into: target)
            // Only now: a change of the first half while the second was read is seen as well.
            guard try isUnchanged() else { throw CopyError.changed }
            return target
        } catch {
            // It has no use, and whoever tries again begins anew.
            try? Kernel.remove(path, at: directory)
            throw error
        }
    }

    private static func create(_ path: FilePath, at directory: CInt, _ mode: mode_t) throws(CopyError) -> OpenFile {
        do {
            do {
                try Kernel.remove(path, at: directory)
            } catch .noSuchFileOrDirectory {}
            // O_EXCL: not through a symlink that somebody put there meanwhile.
            let target = try Kernel.open(path, at: directory, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try target.setMode(mode)
            return target
        } catch {
            throw .writing(error)
        }
    }

    private func copyBytes(into target: borrowing OpenFile) throws(CopyError) {
        var offset = 0
        while true {
            let bytes: [UInt8]
            do {
                bytes = try file.read(Self.chunk, at: offset)
            } catch {
                throw .reading(error)
            }
            if bytes.isEmpty { return }
            // It grows, perhaps for ever.
            if offset + bytes.count > identity.size { throw .changed }
            do {
                try target.writeAll(bytes, at: offset)
            } catch {
                throw .writing(error)
            }
            offset += bytes.count
        }
    }

    private func isUnchanged() throws(CopyError) -> Bool {
        do {
            return try file.status().identity == identity && !Kernel.hasWriter(file.descriptor)
        } catch {
            throw .reading(error)
        }
    }
}
