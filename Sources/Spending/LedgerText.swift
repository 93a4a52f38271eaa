// SPDX-License-Identifier: Apache-2.0

package import Documents

/// A ledger's bytes, read line by line as they come in pieces, so that a file of any size takes little memory. Pure.
///
/// A line break in quotes is part of its line. But somebody may have edited the file and left a quote open: where a
/// line that spans breaks is none of ours it ends at its first break, so that one bad quote does not hide the rest of
/// the file.
package struct LedgerText: Sendable {
    /// What stands behind the last line break.
    package enum Ending: Equatable, Sendable {
        case nothing
        /// Somebody's editor left the last line without its break.
        case unbroken
        /// What is left of an append that a crash cut short.
        case torn
    }

    /// How many bytes are lines, so far as they were read.
    package private(set) var length = 0
    /// How many of the lines read so far are none of ours, the header apart.
    package private(set) var foreignLines = 0
    /// Known when ``next()`` has returned `nil` after the last piece.
    package private(set) var ending = Ending.nothing

    /// Lines of earlier days are passed over by their first bytes alone.
    private let firstDay: [UInt8]
    /// What was added and is not read yet begins at `start`.
    private var bytes: [UInt8] = []
    private var start = 0
    private var hasAll = false
    /// How much of a line without end was dropped.
    private var dropped = 0

    /// The most bytes that one line of ours may have: names are at most 4096 bytes each, some of them doubled by
    /// quotes.
    private static let lineLimit = 64 << 10
    /// What has no line break for so long is nothing that is worth keeping in memory.
    private static let endlessLimit = 16 << 20

    /// - Parameter since: `nil` gives the lines of all days.
    package init(since: LocalDay? = nil) {
        firstDay = since.map { Array($0.description.utf8) } ?? []
    }

    /// The next piece of the file, to be read by ``next()``.
    package mutating func add(_ piece: [UInt8], isLast: Bool) {
        bytes.removeFirst(start)
        start = 0
        bytes += piece
        hasAll = isLast
    }

    /// The next line of ours; `nil` where another piece is needed, and after the last line.
    package mutating func next() -> LedgerLine? {
        while let end = endOfLine() {
            if let line = take(upTo: end) { return line }
        }
        return hasAll && start < bytes.count ? end() : nil
    }

    /// Reads one line, whose bytes are passed by; `nil` where it is not wanted.
    private mutating func take(upTo end: Int) -> LedgerLine? {
        let line = text(upTo: end)
        let isOurs = dropped == 0
        length += dropped + end - start
        (start, dropped) = (end, 0)
        if isOurs, isEarlier(line) { return nil }
        if isOurs, let line = LedgerLine(line) { return line }
        if !Self.isHeader(line) { foreignLines += 1 }
        return nil
    }

    /// What has no line break behind it: a line all the same where it can be read.
    private mutating func end() -> LedgerLine? {
        let tail = text(upTo: bytes.count)
        let canBeRead = LedgerLine(tail) != nil || Self.isHeader(tail)
        if dropped == 0, !canBeRead, Self.isTorn(bytes[start...], isFirst: length == 0) {
            ending = .torn
            start = bytes.count
            return nil
        }
        ending = .unbroken
        return take(upTo: bytes.count)
    }

    /// Behind the line feed of the line that begins at `start`; `nil` where none ends it, or none yet.
    private mutating func endOfLine() -> Int? {
        let rest = bytes[start...]
        guard let firstBreak = rest.place(of: UInt8(ascii: "\n")) else {
            if !hasAll, rest.count > Self.endlessLimit { (start, dropped) = (bytes.count, dropped + rest.count) }
            return nil
        }
        if dropped > 0 || rest[..<firstBreak].place(of: CellScanner.quote) == nil { return firstBreak + 1 }
        if !hasAll, rest.count <= Self.lineLimit { return nil }
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
        let isMarked = length == 0 && bytes[start...].starts(with: CSV.byteOrderMark)
        return bytes[(isMarked ? start + CSV.byteOrderMark.count : start)..<end]
    }

    private func isEarlier(_ line: ArraySlice<UInt8>) -> Bool {
        let day = line.drop { $0 == CellScanner.quote }.prefix(Self.dayShape.count)
        return Self.fits(day, Self.dayShape) && day.count == Self.dayShape.count
            && day.lexicographicallyPrecedes(firstDay)
    }

    private static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
        let record = line.filter { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        return CSV.fields(record[...]) == LedgerLine.columns
    }

    /// Whether it begins as what we append does, as far as it goes, and holds nothing that can be read.
    private static func isTorn(_ tail: ArraySlice<UInt8>, isFirst: Bool) -> Bool {
        // Zeros, where a power cut left room for what was not written.
        let tail = tail.prefix { $0 != 0 }
        let marked = CSV.byteOrderMark + LedgerLine.header
        if isFirst, LedgerLine.header.starts(with: tail) || marked.starts(with: tail) { return true }
        return fits(tail.prefix(timeShape.count), timeShape)
            && !tail.split(separator: UInt8(ascii: "\r")).contains { LedgerLine($0) != nil }
    }

    private static let dayShape = Array("0000-00-00".utf8)
    private static let timeShape = Array("0000-00-00 00:00:00".utf8)

    /// Whether digits stand where the shape has zeros, and else what the shape has.
    private static func fits(_ text: ArraySlice<UInt8>, _ shape: [UInt8]) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return zip(text, shape).allSatisfy { byte, form in
            digits.contains(form) ? digits.contains(byte) : byte == form
        }
    }
}
