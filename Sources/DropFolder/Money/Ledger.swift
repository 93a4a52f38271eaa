// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization
internal import SystemPackage

/// `ledger/YYYY-MM.csv`, a line for each submit that was charged and one for its end. Blocking; runs where that may be.
///
/// The files are people's, too: they may be opened in a spreadsheet, moved away or deleted. So none is kept open.
final class Ledger: Sendable {
    let folder: FilePath
    /// One append at a time: the size before it must be the size that a failure goes back to.
    private let appending = Mutex(())
    private let pending = Mutex<[LedgerLine]>([])

    /// A month of one submit a second is some 500 MiB; more than this is not read at a start.
    private static let readLimit = 1 << 30

    init(in folder: FilePath) {
        self.folder = folder
    }

    /// Lines for the next ``flush()``, which all who have some share.
    func add(_ lines: [LedgerLine]) {
        if lines.isEmpty { return }
        pending.withLock { $0 += lines }
    }

    /// Writes what was added. On an error it stays to be written.
    func flush() throws(Errno) {
        let failure = appending.withLock { _ in
            Result { () throws(Errno) in
                var rest = pending.withLock { $0 }[...]
                // Mostly all of one month.
                while let month = rest.first?.time.day.month {
                    let bytes = rest.prefix { $0.time.day.month == month }.flatMap(\.bytes)
                    let count = rest.prefix { $0.time.day.month == month }.count
                    try Self.append(bytes, to: path(month), in: folder)
                    pending.withLock { $0.removeFirst(count) }
                    rest = rest.dropFirst(count)
                }
            }
        }
        try failure.get()
    }

    private func path(_ month: String) -> FilePath { folder.appending(month + ".csv") }

    private static func append(_ bytes: [UInt8], to path: FilePath, in folder: FilePath) throws(Errno) {
        let flags = O_WRONLY | O_CREAT | O_NOFOLLOW
        let file: OpenFile
        // Whatever the umask leaves to the group: who may drop may see what was spent, and not make it less.
        do {
            file = try Kernel.open(path, flags, mode: 0o644)
        } catch .noSuchFileOrDirectory {
            try makeFolder(folder)
            file = try Kernel.open(path, flags, mode: 0o644)
        }
        let size = Int(try file.status().size)
        do {
            try file.writeAll(size == 0 ? CSV.byteOrderMark + LedgerLine.header + bytes : bytes, at: size)
        } catch {
            try? Kernel.truncate(file.descriptor, to: size)
            throw error
        }
    }

    /// Nothing is made where the disk that holds the spool was mounted a moment ago: the root is looked at and used by
    /// the same descriptor.
    private static func makeFolder(_ folder: FilePath) throws(Errno) {
        let root = try Kernel.open(folder.removingLastComponent(), O_RDONLY | O_DIRECTORY)
        guard let name = folder.lastComponent, try Kernel.exists("processing", at: root.descriptor) else {
            throw .noSuchFileOrDirectory
        }
        try Kernel.makeDirectory(FilePath(root: nil, [name]), at: root.descriptor, mode: 0o755)
    }

    /// Reads the month of a moment and the one before it, oldest first. Returns how many lines are none of ours:
    /// somebody has edited the file.
    ///
    /// - Parameters:
    ///   - repairs: whether to cut off what a crash has left of a line: for the one who writes.
    ///   - isOver: asked before each line: whether the rest is not wanted any more.
    func read(
        at now: Timestamp, repairs: Bool = false, until isOver: () -> Bool = { false }, _ each: (LedgerLine) -> Void
    ) throws(Errno) -> Int {
        let earlier = Timestamp(milliseconds: now.milliseconds - 31 * 86_400_000)
        var foreign = 0
        for month in Set([LocalDay(earlier).month, LocalDay(now).month]).sorted() {
            foreign += try read(path(month), repairs, isOver, each)
        }
        return foreign
    }

    private func read(
        _ path: FilePath, _ repairs: Bool, _ isOver: () -> Bool, _ each: (LedgerLine) -> Void
    ) throws(Errno) -> Int {
        let file: OpenFile
        do {
            file = try Kernel.open(path, (repairs ? O_RDWR : O_RDONLY) | O_NOFOLLOW)
        } catch .noSuchFileOrDirectory {
            return 0
        }
        let size = Int(try file.status().size)
        var text = LedgerText(try file.readAll(limit: Self.readLimit, expecting: size))
        while !isOver(), let line = text.next() { each(line) }
        // Where it broke off, what follows is not torn.
        if isOver() { return text.foreignLines }
        if repairs, text.length < size, size < Self.readLimit { try Kernel.truncate(file.descriptor, to: text.length) }
        return text.foreignLines
    }
}
