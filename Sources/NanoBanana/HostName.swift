// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import CIDN2
#else
    internal import Foundation
#endif

/// The host of a link, as a browser reads it. Pure.
enum HostName {
    /// The host, perhaps in brackets, and the digits behind its colon.
    static func parts(_ text: Substring) -> (host: Substring, port: Substring)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            return rest.isEmpty || rest.hasPrefix(":") ? (text[...end], rest.dropFirst()) : nil
        }
        guard let colon = text.lastIndex(of: ":") else { return (text, "") }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    /// In lower case and ASCII (UTS 46), without brackets; a number in the usual spelling. `nil` where it is none.
    static func normal(_ text: Substring) -> String? {
        if text.hasPrefix("[") {
            let literal = text.dropFirst().dropLast().lowercased()
            return literal.contains(":") && IPLiteral(literal) != nil ? literal : nil
        }
        // Most names are what they should be already, and so are addresses.
        let isUsual = text.utf8.allSatisfy { $0.isDigit || 0x61...0x7A ~= $0 || "-.".utf8.contains($0) }
        if isUsual, !text.isEmpty, IPLiteral(text)?.bytes.count == 4 || !isNumber(String(text)) {
            return fitsResolvers(text) ? String(text) : nil
        }
        guard let decoded = text.percentDecoded, !decoded.isEmpty,
            !decoded.unicodeScalars.contains(where: {
                $0.value <= 0x20 || "#/<>?@[\\]^|%:\u{7F}".contains(Character($0))
            }),
            let name = ascii(decoded)?.lowercased(), name.utf8.allSatisfy(isOfName), fitsResolvers(name[...])
        else { return nil }
        return isNumber(name) ? number(name) : name
    }

    /// A name of other letters as resolvers know it (`idn2_to_ascii_8z(3)`); names of these stay as they are.
    private static func ascii(_ name: String) -> String? {
        if name.utf8.allSatisfy({ $0 < 0x80 }) { return name }
        #if canImport(FoundationEssentials)
            var text: UnsafeMutablePointer<CChar>?
            let flags = CInt(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
            guard idn2_to_ascii_8z(name, &text, flags) == IDN2_OK.rawValue, let text else { return nil }
            defer { idn2_free(text) }
            return String(cString: text)
        #else
            return URL(string: "http://\(name)/")?.host(percentEncoded: false)
        #endif
    }

    /// No label is empty but the root's at the end, none is longer than 63 bytes, and the whole is not longer than 253 (RFC 1035,
    /// 2.3.4).
    private static func fitsResolvers(_ name: Substring) -> Bool {
        let full = name.hasSuffix(".") ? name.dropLast() : name
        return full.utf8.count <= 253
            && full.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                .allSatisfy { (1...63).contains($0.count) }
    }

    static func isOfName(_ byte: UInt8) -> Bool { byte.isDigit || isLetter(byte) || "-._".utf8.contains(byte) }

    static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }

    /// Whether resolvers may take it for an IPv4 address: its last label is a number, `0x…` among them.
    private static func isNumber(_ name: String) -> Bool {
        guard let last = name.split(separator: ".").last else { return false }
        return last.utf8.allSatisfy(\.isDigit) || number(label: last) != nil
    }

    /// `127.1`, `0x7f000001` and `2130706433` as `127.0.0.1`.
    private static func number(_ name: String) -> String? {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let parts = (labels.last == "" ? labels.dropLast() : labels[...]).map(number(label:))
        guard (1...4).contains(parts.count), let last = parts.last.flatMap(\.self) else { return nil }
        var address: UInt64 = 0
        for part in parts.dropLast() {
            guard let part, part < 256 else { return nil }
            address = address << 8 | part
        }
        let rest = UInt64(8 * (5 - parts.count))
        guard last < 1 << rest else { return nil }
        address = address << rest | last
        return [24, 16, 8, 0].map { String(address >> UInt64($0) & 255) }.joined(separator: ".")
    }

    private static func number(label: Substring) -> UInt64? {
        if label.hasPrefix("0x") { return label.count == 2 ? 0 : UInt64(label.dropFirst(2), radix: 16) }
        if label.hasPrefix("+") || label.hasPrefix("-") { return nil }
        return label.count > 1 && label.hasPrefix("0") ? UInt64(label, radix: 8) : UInt64(label)
    }
}
