// SPDX-License-Identifier: Apache-2.0

/// A ledger's bytes, read line by line. Pure.
///
/// A line break in quotes is part of its line. But somebody may have edited the file and left a quote open: where a
/// line that spans breaks is none of ours it ends at its first break, so that one bad quote does not hide the rest of
/// the file.
struct LedgerText: IteratorProtocol, Sequence, Sendable {
    private let bytes: [UInt8]
    /// How many bytes are whole lines, so far as they were read. What follows them once ``next()`` has returned `nil`
    /// is a torn last line, of an append that a crash cut short.
    private(set) var length = 0
    /// How many of the lines read so far are none of ours, the header apart.
    private(set) var foreignLines = 0

    /// The most bytes that one line of ours may have: names are at most 4096 bytes each, some of them doubled by
    /// quotes.
    private static let lineLimit = 64 << 10

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next line of ours; `nil` after the last.
    mutating func next() -> LedgerLine? {
        while let end = endOfLine() {
            let line = text(upTo: end)
            length = end
            if let line = LedgerLine(line) { return line }
            if !Self.isHeader(line) { foreignLines += 1 }
        }
        return nil
    }

    /// Behind the line feed of the line that begins at ``length``; `nil` where none ends it.
    private func endOfLine() -> Int? {
        let rest = bytes[length...]
        guard let firstBreak = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        if let end = CSV.end(of: rest.prefix(Self.lineLimit)) {
            return end == firstBreak || LedgerLine(text(upTo: end + 1)) != nil ? end + 1 : firstBreak + 1
        }
        return rest.count > Self.lineLimit || hasLine(after: firstBreak) ? firstBreak + 1 : nil
    }

    /// Whether a line of ours comes somewhere after a break: then an open quote before it is no torn append.
    private func hasLine(after firstBreak: Int) -> Bool {
        let lines = bytes[(firstBreak + 1)...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.contains { LedgerLine($0) != nil }
    }

    private func text(upTo end: Int) -> ArraySlice<UInt8> {
        let isMarked = length == 0 && bytes.starts(with: CSV.byteOrderMark)
        return bytes[(isMarked ? CSV.byteOrderMark.count : length)..<end]
    }

    private static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
        let record = line.filter { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        return CSV.fields(record[...]) == LedgerLine.columns
    }
}
