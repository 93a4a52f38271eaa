// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

/// An open descriptor, closed on every path because it cannot be copied.
package struct OpenFile: ~Copyable, Sendable {
    package let descriptor: CInt

    package init(_ descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        _ = Kernel.calls.close(descriptor)
    }

    /// `fstat(2)`.
    package func status() throws(Errno) -> FileStatus {
        var raw = stat()
        try Kernel.check { Kernel.calls.fstat(descriptor, &raw) }
        return FileStatus(raw)
    }

    /// Whether something has that name in this folder.
    package func holds(_ name: FilePath.Component) throws(Errno) -> Bool {
        try Kernel.exists(FilePath(root: nil, [name]), at: descriptor)
    }

    /// Reads from the start until the end or until `limit` bytes are there, whichever comes first.
    package func readAll(limit: Int, expecting size: Int) throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(max(size, 0), limit) + 1)
        var filled = 0
        while filled < limit {
            if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
            let room = min(bytes.count, limit) - filled
            let count = try read(into: &bytes, at: filled, room: room)
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// So many bytes from there; fewer only at the end.
    package func read(_ count: Int, at offset: Int) throws(Errno) -> [UInt8] {
        try Self.read(count, at: offset, from: descriptor)
    }

    /// The same of a file that somebody else keeps open.
    package static func read(_ count: Int, at offset: Int, from descriptor: CInt) throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let more = try Kernel.check {
                bytes.withUnsafeMutableBytes { buffer in
                    Kernel.calls.pread(
                        descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, offset + filled)
                }
            }
            if more == 0 { break }
            filled += more
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    private func read(into bytes: inout [UInt8], at offset: Int, room: Int) throws(Errno) -> Int {
        let descriptor = self.descriptor
        return try Kernel.check {
            bytes.withUnsafeMutableBytes { buffer in
                Kernel.calls.pread(descriptor, buffer.baseAddress?.advanced(by: offset), room, offset)
            }
        }
    }

    /// `pwrite(2)` until every byte is written.
    package func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let place = offset + written
            written += try Kernel.check { Kernel.calls.pwrite(descriptor, rest.baseAddress, rest.count, place) }
        }
    }

    /// `pwrite(2)` until every byte is written.
    package func writeAll(_ bytes: [UInt8], at offset: Int = 0) throws(Errno) {
        do {
            try bytes.withUnsafeBytes { try writeAll($0, at: offset) }
        } catch let error as Errno {
            throw error
        } catch {
            preconditionFailure("writeAll throws Errno only")
        }
    }

    /// Makes sure that bytes can be written there later without more space on the disk, and leaves the size as it is
    /// (`fallocate(2)`). File systems that cannot do that are taken as they are.
    package func allocate(from offset: Int, count: Int) throws(Errno) {
        do {
            try Kernel.check { Kernel.calls.allocate(descriptor, offset, count) }
        } catch .notSupported {
        }
    }

    /// `fchmod(2)`: the mode as it is given, whatever the umask says.
    package func setMode(_ mode: UInt32) throws(Errno) {
        try Kernel.check { Kernel.calls.fchmod(descriptor, mode) }
    }

    /// Gives it to whoever has another file, as far as this process may (`fchown(2)`): to its group at least. Their rights
    /// are the same then.
    package func setRights(of other: FileStatus) throws(Errno) {
        let (owner, group, nobody) = (other.owner, other.group, UInt32.max)
        do throws(Errno) {
            try Kernel.check { Kernel.calls.fchown(descriptor, owner, group) }
        } catch {
            _ = Kernel.calls.fchown(descriptor, nobody, group)
        }
        try setMode(other.permissions)
    }

    /// Puts a mark on the file: an extended attribute (`xattr(7)`).
    package func setMark(_ name: String) throws(Errno) {
        try Kernel.check { Kernel.calls.fsetxattr(descriptor, name) }
    }

    /// `fsync(2)`: this file is on the disk after it, or the names in this directory are.
    package func sync() throws(Errno) {
        try Kernel.check { Kernel.calls.fsync(descriptor) }
    }

    /// `syncfs(2)`: everything written to this file system before the call is on the disk after it. An error means that
    /// some write since the last call did not reach the disk (Linux 5.8 and newer).
    package func syncFileSystem() throws(Errno) {
        try Kernel.check { Kernel.calls.syncfs(descriptor) }
    }
}
