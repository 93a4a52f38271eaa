// SPDX-License-Identifier: Apache-2.0

/// Writes a ``JSON`` value as UTF-8.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let indented: Bool
    private var depth = 0

    init(indented: Bool) {
        self.indented = indented
        bytes.reserveCapacity(256)
    }

    mutating func write(_ value: JSON) {
        switch value {
        case .object(let members):
            writeList(members, open: "{", close: "}") { writer, member in
                writer.writeString(member.key)
                writer.bytes.append(UInt8(ascii: ":"))
                if writer.indented { writer.bytes.append(UInt8(ascii: " ")) }
                writer.write(member.value)
            }
        case .array(let items): writeList(items, open: "[", close: "]") { $0.write($1) }
        case .string(let text): writeString(text)
        case .number(let digits): bytes.append(contentsOf: digits.utf8)
        case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .null: bytes.append(contentsOf: "null".utf8)
        case .encoded(let line): writeEncoded(line)
        }
    }

    private mutating func writeList<Item>(
        _ items: [Item], open: Unicode.Scalar, close: Unicode.Scalar, each: (inout JSONWriter, Item) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        depth += 1
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            startLine()
            each(&self, item)
        }
        depth -= 1
        if !items.isEmpty { startLine() }
        bytes.append(UInt8(ascii: close))
    }

    /// Makes the line breaks that the value would have got.
    private mutating func writeEncoded(_ line: [UInt8]) {
        if !indented { return bytes.append(contentsOf: line) }
        var (isInText, isEscaped) = (false, false)
        var previous: UInt8 = 0
        for byte in line {
            if isInText {
                isInText = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                bytes.append(byte)
            } else {
                writeBetweenTexts(byte, behind: previous)
                isInText = byte == UInt8(ascii: "\"")
            }
            previous = byte
        }
    }

    private mutating func writeBetweenTexts(_ byte: UInt8, behind previous: UInt8) {
        let isBehindOpening = previous == UInt8(ascii: "[") || previous == UInt8(ascii: "{")
        switch byte {
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            depth -= 1
            if !isBehindOpening { startLine() }
        default:
            if isBehindOpening { startLine() }
        }
        bytes.append(byte)
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: ","): startLine()
        case UInt8(ascii: ":"): bytes.append(UInt8(ascii: " "))
        default: break
        }
    }

    private mutating func startLine() {
        guard indented else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func writeString(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20, 0x7F: writeEscape(UInt32(byte))
            case 0x80..<0xC0:
                bytes.append(byte)
                escapeLast()
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Where a character has just ended on which a terminal acts, or by which it shows others in another order:
    /// U+0080 to U+009F, U+202A to U+202E, U+2066 to U+2069.
    private mutating func escapeLast() {
        let end = bytes.count
        let (last, second, third) = (bytes[end - 1], bytes[end - 2], bytes[end - 3])
        switch (third, second, last) {
        case (_, 0xC2, 0x80..<0xA0): bytes.removeLast(2)
        case (0xE2, 0x80, 0xAA...0xAE), (0xE2, 0x81, 0xA6...0xA9): bytes.removeLast(3)
        default: return
        }
        writeEscape(second == 0xC2 ? UInt32(last) : 0x2000 + UInt32(second & 0x3F) << 6 + UInt32(last & 0x3F))
    }

    /// Of a character of four digits.
    private mutating func writeEscape(_ code: UInt32) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] { bytes.append(digits[Int(code >> UInt32(shift)) & 15]) }
    }
}
