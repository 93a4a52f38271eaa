// SPDX-License-Identifier: Apache-2.0

/// A file's bytes as text: UTF-8 with or without a byte order mark, UTF-16 with one, any line ending.
struct DocumentText: Equatable, Sendable {
    enum Problem: Error, Equatable, Sendable {
        /// Not UTF-8, and no byte order mark that says otherwise; the line that breaks the rule.
        case notUTF8(line: Int)
        case brokenUTF16
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
    let text: String

    init(_ bytes: [UInt8]) throws(Problem) {
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
        if decoded.utf8.contains(0) { throw Self.looksLikeUTF16(bytes) ? .unmarkedUTF16 : .binary }
        text = Self.withLineFeeds(decoded)
    }

    private static func utf8(_ bytes: ArraySlice<UInt8>) throws(Problem) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        if bytes.contains(0) { throw looksLikeUTF16(Array(bytes)) ? .unmarkedUTF16 : .binary }
        var line = 1
        for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if String(validating: part, as: UTF8.self) == nil { throw .notUTF8(line: line) }
            line += 1
        }
        throw .notUTF8(line: line)
    }

    /// Whether the bytes begin as a text in UTF-16 does that is mostly ASCII.
    private static func looksLikeUTF16(_ bytes: [UInt8]) -> Bool {
        let start = bytes.prefix(200)
        let zeros = start.indices.filter { start[$0] == 0 }
        let odd = zeros.count { !$0.isMultiple(of: 2) }
        return zeros.count > start.count / 3 && (odd == 0 || odd == zeros.count)
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) throws(Problem) -> String {
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
