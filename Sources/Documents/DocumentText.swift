// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A file's bytes as text: UTF-8 with or without a byte order mark, UTF-16 with one, any line ending.
package struct DocumentText: Equatable, Sendable {
    package enum Problem: Error, Equatable, Sendable {
        /// Not UTF-8, and no byte order mark that says otherwise; the line that breaks the rule.
        case notUTF8(line: Int)
        case brokenUTF16
        /// It begins in one encoding and goes on in another in that line.
        case mixed(line: Int)
        /// Every second byte is NUL, as UTF-16 has it, and no byte order mark says which.
        case unmarkedUTF16
        /// RTF, as word processors save text.
        case richText
        /// A zip archive, as spreadsheets and documents of office programs are.
        case officeFile
        /// A NUL byte: a picture or a program under a request's name.
        case binary
    }

    /// Lines end in LF.
    package let text: String

    package init(_ bytes: [UInt8]) throws(Problem) {
        if bytes.starts(with: #"{\rtf"#.utf8) { throw .richText }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { throw .officeFile }
        let decoded: String
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            decoded = try Self.utf8(bytes.dropFirst(3))
        } else if bytes.starts(with: [0xFF, 0xFE]) {
            decoded = try Self.utf16(bytes.dropFirst(2), bigEndian: false)
        } else if bytes.starts(with: [0xFE, 0xFF]) {
            decoded = try Self.utf16(bytes.dropFirst(2), bigEndian: true)
        } else {
            decoded = try Self.utf8(bytes[...])
        }
        if decoded.utf8.contains(0) { throw Self.binary(bytes) }
        text = Self.withoutInnerMarks(Self.withLineFeeds(Self.content(of: decoded)))
    }

    /// Without what nobody sees before the first character, such as the second of two byte order marks, and without
    /// Ctrl-Z at the very end, which was the end of every text once (CP/M, and DOS after it).
    private static func content(of text: String) -> String {
        let scalars = text.unicodeScalars
        let start = scalars.drop(while: \.isRoomless)
        guard let last = start.last(where: { !$0.properties.isWhitespace }), last == "\u{1A}" else {
            return start.startIndex == scalars.startIndex ? text : String(start)
        }
        return String(
            String.UnicodeScalarView(start.reversed().drop { $0 == "\u{1A}" || $0.properties.isWhitespace }.reversed()))
            + "\n"
    }

    /// Without the byte order marks that files had with which others were put together: they stand where a line begins.
    private static func withoutInnerMarks(_ text: String) -> String {
        text.utf8.contains(0xEF) ? text.replacing("\n\u{FEFF}", with: "\n") : text
    }

    /// What a text with NUL in it is.
    private static func binary(_ bytes: [UInt8]) -> Problem {
        // PowerShell's `>>` behind what another program has written, or UTF-16 from the beginning.
        guard let zero = bytes.firstIndex(of: 0) else { return .binary }
        let start = (bytes[..<zero].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        guard looksLikeUTF16(bytes[start...]), String(validating: bytes[..<start], as: UTF8.self) != nil else {
            return .binary
        }
        if start == 0 { return .unmarkedUTF16 }
        return .mixed(line: bytes[..<start].count { $0 == UInt8(ascii: "\n") } + 1)
    }

    private static func utf8(_ bytes: ArraySlice<UInt8>) throws(Problem) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        if bytes.contains(0) { throw binary(Array(bytes)) }
        var line = 1
        for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if String(validating: part, as: UTF8.self) == nil { throw .notUTF8(line: line) }
            line += 1
        }
        throw .notUTF8(line: line)
    }

    /// Whether the bytes begin as a text in UTF-16 does that is mostly ASCII.
    private static func looksLikeUTF16(_ bytes: ArraySlice<UInt8>) -> Bool {
        let start = bytes.prefix(200)
        let zeros = start.indices.filter { start[$0] == 0 }
        let odd = zeros.count { !($0 - start.startIndex).isMultiple(of: 2) }
        return zeros.count > start.count / 3 && (odd == 0 || odd == zeros.count)
    }

    /// The line in which text in UTF-16 goes on as something else: behind the end of a line no NUL comes any more, and
    /// all that comes is ASCII. So Windows PowerShell writes where `>` begins a file and Add-Content goes on.
    private static func endOfUTF16(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let zero = bytes.lastIndex(of: 0) else { return nil }
        // The zero is half of the last line feed, before or behind it.
        let feed = bytes[zero...].dropFirst().first == UInt8(ascii: "\n") ? zero + 1 : zero - 1
        guard bytes.indices.contains(feed), bytes[feed] == UInt8(ascii: "\n") else { return nil }
        let rest = bytes[(max(feed, zero) + 1)...]
        guard rest.count >= 8, rest.allSatisfy({ $0 == 9 || $0 == 10 || $0 == 13 || (0x20..<0x7F).contains($0) }) else {
            return nil
        }
        return bytes[...feed].count { $0 == UInt8(ascii: "\n") } + 1
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) throws(Problem) -> String {
        if let line = endOfUTF16(bytes) { throw .mixed(line: line) }
        guard bytes.count.isMultiple(of: 2) else { throw .brokenUTF16 }
        let start = bytes.startIndex
        let units = (0..<bytes.count / 2).map { index in
            let (first, second) = (UInt16(bytes[start + 2 * index]), UInt16(bytes[start + 2 * index + 1]))
            return bigEndian ? first << 8 | second : second << 8 | first
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw .brokenUTF16 }
        return text
    }

    private static func withLineFeeds(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var afterReturn = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\r") {
                bytes.append(UInt8(ascii: "\n"))
            } else if byte != UInt8(ascii: "\n") || !afterReturn {
                bytes.append(byte)
            }
            afterReturn = byte == UInt8(ascii: "\r")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// `memchr(3)`: many times as fast as looking at each byte in turn.
    package func place(of byte: UInt8) -> Int? {
        withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, let found = memchr(base, Int32(byte), buffer.count) else { return nil }
            return startIndex + base.distance(to: found)
        }
    }
}
