// SPDX-License-Identifier: Apache-2.0

/// Records of comma-separated values (RFC 4180) that a spreadsheet shows and never executes. Pure.
///
/// A spreadsheet takes what begins with `=`, `+`, `-` or `@` for a formula. As OWASP advises, a `'` is put before such
/// a beginning; also behind what might begin a cell where somebody splits the line in another way (`;` in some
/// countries); and before a `'` in such a place, so that reading gives the very same text.
enum CSV {
    private static let quote = UInt8(ascii: "\"")
    private static let apostrophe = UInt8(ascii: "'")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")

    private enum State {
        case fieldStart, plain, quoted
        /// Behind the quote that ends the field, or is the first of two that stand for one.
        case quoteSeen
    }

    /// One record with the line feed that ends it.
    static func record(_ fields: [String]) -> [UInt8] {
        var record: [UInt8] = []
        for field in fields {
            write(Array(field.utf8), to: &record)
            record.append(comma)
        }
        record[record.count - 1] = lineFeed
        return record
    }

    private static func write(_ field: [UInt8], to record: inout [UInt8]) {
        let isQuoted = field.contains(where: mayBeginCell)
        if isQuoted { record.append(quote) }
        var isStart = true
        for (index, byte) in field.enumerated() {
            if isStart, isDangerous(field[index...]) { record.append(apostrophe) }
            if byte == quote { record.append(quote) }
            record.append(byte)
            isStart = mayBeginCell(byte)
        }
        if isQuoted { record.append(quote) }
    }

    /// The fields of one record without the line break that ends it; `nil` where quotes are not as they should be.
    /// Bytes that are not UTF-8 are replaced.
    static func fields(_ record: ArraySlice<UInt8>) -> [String]? {
        var fields: [String] = []
        var field: [UInt8] = []
        var state = State.fieldStart
        for byte in record {
            switch (state, byte) {
            case (.fieldStart, quote): state = .quoted
            case (.quoted, quote): state = .quoteSeen
            case (.fieldStart, comma), (.plain, comma), (.quoteSeen, comma):
                fields.append(text(field))
                field.removeAll(keepingCapacity: true)
                state = .fieldStart
            case (.quoteSeen, quote), (.quoted, _):
                field.append(byte)
                state = .quoted
            case (.fieldStart, _), (.plain, _):
                field.append(byte)
                state = .plain
            case (.quoteSeen, _): return nil
            }
        }
        if case .quoted = state { return nil }
        return fields + [text(field)]
    }

    /// Where the line feed is that ends the first record; `nil` where there is none outside of quotes.
    static func end(of bytes: ArraySlice<UInt8>) -> Int? {
        var state = State.fieldStart
        for index in bytes.indices {
            switch (state, bytes[index]) {
            case (.fieldStart, lineFeed), (.plain, lineFeed), (.quoteSeen, lineFeed): return index
            case (.fieldStart, quote), (.quoteSeen, quote): state = .quoted
            case (.quoted, quote): state = .quoteSeen
            case (.quoted, _): break
            case (.fieldStart, comma), (.plain, comma), (.quoteSeen, comma): state = .fieldStart
            case (.fieldStart, _), (.plain, _), (.quoteSeen, _): state = .plain
            }
        }
        return nil
    }

    private static func text(_ field: [UInt8]) -> String {
        guard field.contains(apostrophe) else { return String(decoding: field, as: UTF8.self) }
        var bytes: [UInt8] = []
        var isStart = true
        for byte in field {
            let isGuard = isStart && byte == apostrophe
            if !isGuard { bytes.append(byte) }
            isStart = mayBeginCell(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a cell that begins so might be taken for a formula.
    private static func isDangerous(_ cell: ArraySlice<UInt8>) -> Bool {
        switch cell.first.map({ Unicode.Scalar($0) }) {
        case "=", "+", "-", "@", "\t", "\r", "\n", "'": true
        default: wideSigns.contains { cell.starts(with: $0) }
        }
    }

    /// The wide forms of the signs, which some spreadsheets take for the same.
    private static let wideSigns = ["＝", "＋", "－", "＠"].map { Array($0.utf8) }

    /// Whether a cell might begin behind the byte.
    private static func mayBeginCell(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case ",", ";", "\t", "\r", "\n", "\"": true
        default: false
        }
    }
}
