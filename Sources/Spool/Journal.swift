// SPDX-License-Identifier: Apache-2.0

package import FileIO
internal import Glibc
internal import Jobs
internal import Requests
package import SystemPackage

/// The journal of one job on the disk. Blocking; runs on the ``FilePool``.
///
/// No descriptor is kept open: ten thousand jobs under way would need ten thousand.
package struct Journal: Sendable {
    /// Ten thousand lines of ours stay below it, in bytes.
    private static let sizeLimit = 64 << 20

    private let path: FilePath
    /// Bytes that are whole lines. Appends write here and not at the file's end, so that what a failed append has left
    /// behind is written over.
    private var length: Int
    private var seal: JournalSeal

    /// - Parameters:
    ///   - length: bytes that are whole lines.
    ///   - seal: what those lines have come to.
    init(in folder: FilePath, length: Int = 0, seal: JournalSeal = JournalSeal()) {
        path = folder.appending(JobFileNames.journal)
        self.length = length
        self.seal = seal
    }

    /// The same journal in the folder's new place.
    func moved(to folder: FilePath) -> Journal {
        Journal(in: folder, length: length, seal: seal)
    }

    /// Lines as they are to stand behind those that count, and the journal in which they count, too.
    package func with(_ lines: [UInt8]) -> (sealed: [UInt8], journal: Journal) {
        var journal = self
        let sealed = journal.seal.seal(lines)
        journal.length += sealed.count
        return (sealed, journal)
    }

    /// Writes what ``with(_:)`` has sealed. It counts only in the journal that came with it: before, and after an
    /// error, the same call may be made again.
    ///
    /// - Parameter room: bytes that later lines can surely be written to, whatever fills the disk meanwhile.
    package func write(_ sealed: [UInt8], room: Int = 0) throws(Errno) {
        // Only its first line makes it: where it is gone, somebody is deleting the folder.
        let making = length == 0 ? O_CREAT : 0
        let file = try Kernel.open(path, O_WRONLY | making | O_NOFOLLOW | O_NONBLOCK)
        do {
            try file.writeAll(sealed, at: length)
            try Self.keep(room, after: length + sealed.count, in: file)
        } catch {
            // Best effort: replay drops a torn line in any case.
            try? Kernel.truncate(file.descriptor, to: length)
            throw error
        }
    }

    /// The block that the last line lies in is the file's own; only what would need another block is asked for.
    private static func keep(_ room: Int, after end: Int, in file: borrowing OpenFile) throws(Errno) {
        guard room > 0, end % block + room > block else { return }
        try file.allocate(from: end, count: room)
    }

    /// The block size of most file systems, in bytes.
    private static let block = 4096

    /// Writes lines that count at once.
    mutating func append(_ lines: [UInt8]) throws(Errno) {
        let (sealed, journal) = with(lines)
        try write(sealed)
        self = journal
    }

    /// Cuts off a torn last line, so that nothing is ever appended to half a line.
    func cutTornLine() throws(Errno) {
        let file = try Kernel.open(path, O_WRONLY | O_NOFOLLOW)
        try Kernel.truncate(file.descriptor, to: length)
    }

    /// The bytes of the journal in `folder`; empty where there is none.
    package static func read(in folder: FilePath) throws(Errno) -> [UInt8] {
        try read(folder.appending(JobFileNames.journal), at: AT_FDCWD)
    }

    /// The same for an open folder.
    package static func read(in folder: borrowing OpenFile) throws(Errno) -> [UInt8] {
        try read(FilePath(root: nil, [JobFileNames.journal]), at: folder.descriptor)
    }

    private static func read(_ path: FilePath, at directory: CInt) throws(Errno) -> [UInt8] {
        do {
            // O_NONBLOCK: whoever may write to the inbox may put a FIFO there, and nobody waits for its writer.
            let file = try Kernel.open(path, at: directory, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            // Neither is ever ours: not a line of it counts, and it is damaged.
            guard status.kind == .regular, status.size <= sizeLimit else { return [UInt8(ascii: "\n")] }
            return try file.readAll(limit: sizeLimit, expecting: Int(status.size))
        } catch .noSuchFileOrDirectory {
            return []
        } catch .tooManySymbolicLinkLevels, .noSuchAddressOrDevice {
            // A symlink, a socket: no more ours than those.
            return [UInt8(ascii: "\n")]
        }
    }
}
