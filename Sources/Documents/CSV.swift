// SPDX-License-Identifier: Apache-2.0

/// Records of comma-separated values (RFC 4180) that a spreadsheet shows and never executes. Pure.
///
/// A spreadsheet takes what begins with `=`, `+`, `-` or `@` for a formula. As OWASP advises, a `'` is put before such
/// a beginning; also behind what might begin a cell where somebody splits the line in another way (`;` in some
/// countries); and before a `'` in such a place, so that reading gives the very same text.
package enum CSV {
    /// At the beginning of a file, so that spreadsheets take the names in it for what they are.
    package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static let apostrophe = UInt8(ascii: "'")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")

    /// One record with the line feed that ends it.
    package static func record(_ fields: [String]) -> [UInt8] {
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
        if isQuoted { record.append(CellScanner.quote) }
        var isStart = true
        for (index, byte) in field.enumerated() {
            if isStart, isDangerous(field[index...]) { record.append(apostrophe) }
            if byte == CellScanner.quote { record.append(CellScanner.quote) }
            record.append(byte)
            isStart = mayBeginCell(byte)
        }
        if isQuoted { record.append(CellScanner.quote) }
    }

    /// The fields of one record without the line break that ends it; `nil` where quotes are not as they should be.
    /// Bytes that are not UTF-8 are replaced.
    package static func fields(_ record: ArraySlice<UInt8>) -> [String]? {
        var fields: [String] = []
        var field: [UInt8] = []
        var scanner = CellScanner(delimiter: comma)
        for byte in record {
            switch scanner.step(byte) {
            case .content, .strayQuote: field.append(byte)
            case .syntax: break
            case .openQuote: field.removeAll(keepingCapacity: true)
            case .endOfCell:
                fields.append(text(field))
                field.removeAll(keepingCapacity: true)
            case .behindQuote, .endOfRecord: return nil
            }
        }
        return scanner.isInQuotes ? nil : fields + [text(field)]
    }

    /// Where the line feed is that ends the first record; `nil` where there is none outside of quotes.
    package static func end(of bytes: ArraySlice<UInt8>) -> Int? {
        var scanner = CellScanner(delimiter: comma)
        return bytes.indices.first { scanner.step(bytes[$0]) == .endOfRecord }
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
