// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads JSON (RFC 8259) as it is met: bare words such as `NaN` are `null`, control characters may stand in texts and
/// between values, a comma before an end, single quotes for double ones. Pure.
///
/// What is wrong in another way is no value: a text that does not end, a bracket that is not closed.
struct LenientJSON {
    private let bytes: UnsafeRawBufferPointer
    /// Behind what was read.
    private(set) var at: Int
    /// How many values may still come: small bytes must not become a large tree.
    private(set) var left: Int

    static let most = 200_000
    private static let deepest = 64

    /// - Parameters:
    ///   - start: where the value begins, but for blanks.
    ///   - left: how many values may come at most.
    init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0, left: Int = most) {
        (self.bytes, at, self.left) = (bytes, start, left)
    }

    /// Whether all was read: behind a value, that nothing stands behind it; without one, that its end is missing.
    var isAtEnd: Bool {
        var rest = self
        return rest.peek() == nil
    }

    /// `nil` where no whole value stands here.
    mutating func value(depth: Int = 0) -> JSONValue? {
        skipBlanks()
        guard at < bytes.count, depth < Self.deepest, left > 0 else { return nil }
        left -= 1
        switch bytes[at] {
        case UInt8(ascii: "{"): return object(depth)
        case UInt8(ascii: "["): return list(depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return text().map(JSONValue.text)
        default: return word()
        }
    }

    private mutating func object(_ depth: Int) -> JSONValue? {
        at += 1
        var members: [JSONValue.Member] = []
        while !take(UInt8(ascii: "}")) {
            guard let key = text(), take(UInt8(ascii: ":")), let value = value(depth: depth + 1) else { return nil }
            members.append(.init(name: JSONValue.bare(key), value: value))
            guard take(UInt8(ascii: ",")) || peek() == UInt8(ascii: "}") else { return nil }
        }
        return .object(members)
    }

    private mutating func list(_ depth: Int) -> JSONValue? {
        at += 1
        var items: [JSONValue] = []
        while !take(UInt8(ascii: "]")) {
            guard let value = value(depth: depth + 1) else { return nil }
            items.append(value)
            guard take(UInt8(ascii: ",")) || peek() == UInt8(ascii: "]") else { return nil }
        }
        return .list(items)
    }

    private mutating func word() -> JSONValue? {
        let start = at
        while at < bytes.count, Self.isInWord(bytes[at]) { at += 1 }
        let word = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<at]), as: UTF8.self)
        if let first = word.utf8.first(where: { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }),
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        {
            return .number(word)
        }
        switch word.lowercased() {
        case "true": return .bool(true)
        case "false": return .bool(false)
        // The words for nothing of JavaScript and Python, and the numbers that JSON has no word for.
        case "null", "undefined", "none", "nan", "infinity", "-infinity", "+infinity", "inf", "-inf": return .null
        default: return nil
        }
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    // MARK: Texts

    /// A text in quotes; `nil` where there is none, or no end of it.
    private mutating func text() -> String? {
        skipBlanks()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") else { return nil }
        let quote = bytes[at]
        at += 1
        guard let end = first(quote, before: bytes.count) else {
            at = bytes.count
            return nil
        }
        guard var escape = first(UInt8(ascii: "\\"), before: end) else {
            defer { at = end + 1 }
            return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[at..<end]), as: UTF8.self)
        }
        var (unescaped, quoteAt): ([UInt8], Int) = ([], end)
        while true {
            unescaped += bytes[at..<escape]
            at = escape + 1
            self.escape(into: &unescaped)
            // It may have been the quote that was escaped.
            if quoteAt < at {
                guard let next = first(quote, before: bytes.count) else {
                    at = bytes.count
                    return nil
                }
                quoteAt = next
            }
            guard let next = first(UInt8(ascii: "\\"), before: quoteAt) else { break }
            escape = next
        }
        unescaped += bytes[at..<quoteAt]
        at = quoteAt + 1
        return String(decoding: unescaped, as: UTF8.self)
    }

    /// Where the byte stands next. Texts may be megabytes long.
    private func first(_ byte: UInt8, before end: Int) -> Int? {
        guard at < end, let base = bytes.baseAddress, let found = memchr(base + at, CInt(byte), end - at) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }

    private mutating func escape(into text: inout [UInt8]) {
        guard at < bytes.count else { return }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): text += Array(String(decoding: codeUnits(), as: UTF16.self).utf8)
        default: text.append(byte)
        }
    }

    /// The digits behind `\u`, and those of the other half of a pair.
    private mutating func codeUnits() -> [UInt16] {
        guard let first = hex() else { return [] }
        guard UTF16.isLeadSurrogate(first), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
            bytes[at + 1] == UInt8(ascii: "u")
        else { return [first] }
        at += 2
        return [first] + [hex()].compactMap { $0 }
    }

    private mutating func hex() -> UInt16? {
        guard at + 4 <= bytes.count else { return nil }
        let digits = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[at..<(at + 4)]), as: UTF8.self)
        guard let unit = UInt16(digits, radix: 16) else { return nil }
        at += 4
        return unit
    }

    // MARK: Between values

    private mutating func peek() -> UInt8? {
        skipBlanks()
        return at < bytes.count ? bytes[at] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        at += 1
        return true
    }

    /// Control characters, NUL among them, and the bytes of a byte order mark stand for nothing here.
    private mutating func skipBlanks() {
        while at < bytes.count, bytes[at] <= 0x20 || bytes[at] == 0xEF || bytes[at] == 0xBB || bytes[at] == 0xBF {
            at += 1
        }
    }
}

extension JSONValue {
    /// JSON that was packed into a text once more; `nil` where this is none.
    var unpacked: JSONValue? {
        guard case .text(let text) = self, let first = text.utf8.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return nil }
        return Array(text.utf8).withUnsafeBytes { bytes in
            var reader = LenientJSON(bytes)
            return reader.value()
        }
    }
}
