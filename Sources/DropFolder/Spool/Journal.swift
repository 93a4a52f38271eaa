// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// The journal of one job on the disk. Blocking; runs on the ``FilePool``.
///
/// No descriptor is kept open: ten thousand jobs under way would need ten thousand.
struct Journal: Sendable {
    static let fileName: FilePath.Component = "journal.jsonl"

    private let path: FilePath
    /// Bytes that are whole lines. Appends write here and not at the file's end, so that what a failed append has left
    /// behind is written over.
    private(set) var length: Int

    init(in folder: FilePath, length: Int = 0) {
        path = folder.appending(Self.fileName)
        self.length = length
    }

    /// Appends whole lines. On an error nothing counts as written, and the same call may be made again.
    mutating func append(_ lines: [UInt8]) throws(Errno) {
        let file = try Kernel.open(path, O_WRONLY | O_CREAT | O_NOFOLLOW)
        do {
            try file.writeAll(lines, at: length)
        } catch {
            // Best effort: replay drops a torn line in any case.
            try? Kernel.truncate(file.descriptor, to: length)
            throw error
        }
        length += lines.count
    }

    /// Cuts off a torn last line, so that nothing is ever appended to half a line.
    func cutTornLine() throws(Errno) {
        let file = try Kernel.open(path, O_WRONLY | O_NOFOLLOW)
        try Kernel.truncate(file.descriptor, to: length)
    }

    /// The bytes of the journal in `folder`; empty where there is none.
    static func read(in folder: FilePath) throws(Errno) -> [UInt8] {
        do {
            let file = try Kernel.open(folder.appending(fileName), O_RDONLY | O_NOFOLLOW)
            let size = try file.status().size
            return try file.readAll(limit: Int(size) + 1, expecting: Int(size))
        } catch .noSuchFileOrDirectory {
            return []
        }
    }
}
