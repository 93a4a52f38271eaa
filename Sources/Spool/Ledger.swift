// SPDX-License-Identifier: Apache-2.0

package import Documents
package import FileIO
internal import Glibc
package import Spending
internal import Synchronization
package import SystemPackage

/// `ledger/YYYY-MM.csv`, a line for each submit that was charged and one for its end. Blocking; runs where that may be.
///
/// The files are people's, too: they may be opened in a spreadsheet, moved away or deleted. So none is kept open.
package final class Ledger: Sendable {
    package let folder: FilePath
    /// One append at a time: the size before it must be the size that a failure goes back to.
    private let appending = Mutex(())
    private let pending = Mutex<[LedgerLine]>([])

    /// So much of a file is read at once.
    private static let piece = 1 << 20

    package init(in folder: FilePath) {
        self.folder = folder
    }

    /// Lines for the next ``flush()``, which all who have some share.
    package func add(_ lines: [LedgerLine]) {
        if lines.isEmpty { return }
        pending.withLock { $0 += lines }
    }

    /// Writes what was added, and returns what that has changed. On an error it stays to be written.
    @discardableResult
    package func flush() throws(Errno) -> DiskChanges {
        let changes = appending.withLock { _ in
            Result { () throws(Errno) in
                var changes = DiskChanges()
                var rest = pending.withLock { $0 }[...]
                // Mostly all of one month.
                while let month = rest.first?.time.day.month {
                    let bytes = rest.prefix { $0.time.day.month == month }.flatMap(\.bytes)
                    let count = rest.prefix { $0.time.day.month == month }.count
                    if try Self.append(bytes, to: path(month), in: folder) {
                        changes.places.formUnion([.arrivals(in: folder), .arrivals(in: folder.removingLastComponent())])
                    }
                    changes.places.insert(.file(path(month)))
                    pending.withLock { $0.removeFirst(count) }
                    rest = rest.dropFirst(count)
                }
                return changes
            }
        }
        return try changes.get()
    }

    private func path(_ month: String) -> FilePath { folder.appending(month + ".csv") }

    /// Returns whether the file is new.
    private static func append(_ bytes: [UInt8], to path: FilePath, in folder: FilePath) throws(Errno) -> Bool {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW
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
            try file.writeAll(try start(of: file, size) + bytes, at: size)
        } catch {
            try? Kernel.truncate(file.descriptor, to: size)
            throw error
        }
        return size == 0
    }

    /// Nothing is made where the disk that holds the spool was mounted a moment ago: the root is looked at and used by
    /// the same descriptor.
    static func makeFolder(_ folder: FilePath, mode: UInt32 = 0o755) throws(Errno) {
        let root = try Kernel.open(folder.removingLastComponent(), O_RDONLY | O_DIRECTORY)
        guard let name = folder.lastComponent, try Kernel.exists("processing", at: root.descriptor) else {
            throw .noSuchFileOrDirectory
        }
        try Kernel.makeDirectory(FilePath(root: nil, [name]), at: root.descriptor, mode: mode)
    }

    /// What has to stand before lines that are added. Somebody's editor may have left the last one without its break.
    private static func start(of file: borrowing OpenFile, _ size: Int) throws(Errno) -> [UInt8] {
        if size == 0 { return CSV.byteOrderMark + LedgerLine.header }
        let lineFeed = [UInt8(ascii: "\n")]
        return try file.read(1, at: size - 1) == lineFeed ? [] : lineFeed
    }

    /// Reads all lines from a day on, those of days to come included: the clock may have been wrong. Oldest month
    /// first; within a month in the order in which they were written. Returns how many lines are none of ours:
    /// somebody has edited the file.
    ///
    /// - Parameters:
    ///   - end: lines of this day and later ones are not wanted.
    ///   - repairs: whether to cut off what a crash has left of a line: for the one who writes.
    ///   - isOver: asked before each line: whether the rest is not wanted any more.
    package func read(
        since first: LocalDay, before end: LocalDay? = nil, repairs: Bool = false, until isOver: () -> Bool = { false },
        _ each: (LedgerLine) -> Void
    ) throws(Errno) -> Int {
        var foreign = 0
        for month in try months(since: first) where end.map({ month <= $0.month }) ?? true {
            var text = LedgerText(since: first)
            try read(path(month), into: &text, repairs, isOver) { line in
                if end.map({ line.time.day < $0 }) ?? true { each(line) }
            }
            foreign += text.foreignLines
        }
        return foreign
    }

    /// Those that have a file, oldest first.
    private func months(since first: LocalDay) throws(Errno) -> [String] {
        var months: [String] = []
        do {
            let place = try Kernel.open(folder, O_RDONLY | O_DIRECTORY)
            var listing = try DirectoryListing(".", at: place.descriptor)
            while let (name, _) = try listing.next() {
                let month = name.stem
                guard name.extension == "csv", LocalDay(month + "-01") != nil, month >= first.month else { continue }
                months.append(month)
            }
        } catch  where error == .noSuchFileOrDirectory {
            return []
        }
        return months.sorted()
    }

    private func read(
        _ path: FilePath, into text: inout LedgerText, _ repairs: Bool, _ isOver: () -> Bool,
        _ each: (LedgerLine) -> Void
    ) throws(Errno) {
        let file: OpenFile
        do {
            file = try Kernel.open(path, (repairs ? O_RDWR : O_RDONLY) | O_NOFOLLOW)
        } catch .noSuchFileOrDirectory {
            return
        }
        var place = 0
        var isLast = false
        while !isLast {
            let piece = try file.read(Self.piece, at: place)
            place += piece.count
            isLast = piece.count < Self.piece
            text.add(piece, isLast: isLast)
            while !isOver(), let line = text.next() { each(line) }
            // Where it broke off, what follows is not torn.
            if isOver() { return }
        }
        guard repairs else { return }
        switch text.ending {
        case .nothing: break
        case .unbroken: try file.writeAll([UInt8(ascii: "\n")], at: place)
        case .torn: try Kernel.truncate(file.descriptor, to: text.length)
        }
    }
}
