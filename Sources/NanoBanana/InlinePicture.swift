// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import NIOCore

/// A picture that stands in the answer itself, where a link is expected: `data:image/png;base64,…` (RFC 2397), or
/// base64 alone. Read leniently: either alphabet of base64, with or without padding, with blanks and line breaks,
/// percent-encoded. Pure.
struct InlinePicture {
    /// What the picture is made of; `nil` where it cannot be decoded.
    let bytes: ByteBuffer?

    /// `nil` where the text is a link.
    init?(_ text: String) {
        guard Self.isOne(text) else { return nil }
        bytes = Self.decoded(Array(text.utf8)[...])
    }

    /// A link of that length has a point, a colon or a question mark in it.
    private static let shortestBare = 512

    static func isOne(_ text: String) -> Bool {
        let start = text.utf8.drop(while: isGap).prefix(scheme.count)
        if start.map(lower).elementsEqual(scheme) { return true }
        return text.utf8.count >= shortestBare && text.utf8.allSatisfy { isGap($0) || digits[Int($0)] != unknown }
    }

    private static let scheme = Array("data:".utf8)

    private static func decoded(_ text: ArraySlice<UInt8>) -> ByteBuffer? {
        let text = text.drop(while: isGap)
        guard text.prefix(scheme.count).map(lower).elementsEqual(scheme) else { return base64(text) }
        let rest = text.dropFirst(scheme.count)
        // Up to the comma stands what it is; the bytes themselves tell that better.
        guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let payload = percentDecoded(rest[(comma + 1)...])
        if payload.drop(while: isGap).prefix(scheme.count).map(lower).elementsEqual(scheme) { return decoded(payload) }
        let kind = String(decoding: rest[..<comma], as: UTF8.self).lowercased().filter { !$0.isWhitespace }
        if kind.hasSuffix(";base64") { return base64(payload) }
        // Some forget to say that it is base64. As bytes no picture is made of its letters alone.
        return base64(payload) ?? ByteBuffer(bytes: payload)
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let code = text[index...].prefix(3)
            if text[index] == UInt8(ascii: "%"), code.count == 3,
                let byte = UInt8(String(decoding: code.dropFirst(), as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return bytes[...]
    }

    // MARK: Base64

    private static let unknown: UInt8 = 0xFF
    private static let padding: UInt8 = 0xFE

    /// What each byte stands for (RFC 4648, 4 and 5).
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: unknown, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, letter) in alphabet.utf8.enumerated() { digits[Int(letter)] = UInt8(value) }
        digits[Int(UInt8(ascii: "-"))] = 62
        digits[Int(UInt8(ascii: "_"))] = 63
        digits[Int(UInt8(ascii: "="))] = padding
        return digits
    }()

    /// `nil` where something else stands in it, or nothing, or half a byte is left over. Padding ends a group, not the
    /// whole: some encode line by line.
    private static func base64(_ text: ArraySlice<UInt8>) -> ByteBuffer? {
        let (digits, room) = (digits, text.count / 4 * 3 + 3)
        var bytes = ByteBufferAllocator().buffer(capacity: room)
        var isGood = true
        // Megabytes: a buffer's own way to write one byte takes long.
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
            var (group, count, written): (UInt32, Int, Int) = (0, 0, 0)
            /// Writes the bytes of a group, which have eight bits for each of its digits' six.
            func end() {
                isGood = isGood && count != 1
                group <<= 6 * UInt32(4 - count)
                for shift in [16, 8, 0].prefix(max(count - 1, 0)) {
                    space[written] = UInt8(truncatingIfNeeded: group >> UInt32(shift))
                    written += 1
                }
                (group, count) = (0, 0)
            }
            for letter in text where !isGap(letter) {
                switch digits[Int(letter)] {
                case unknown:
                    isGood = false
                    return 0
                case padding: end()
                case let value:
                    group = group << 6 | UInt32(value)
                    count += 1
                    if count == 4 { end() }
                }
            }
            end()
            return written
        }
        return isGood && bytes.readableBytes > 0 ? bytes : nil
    }

    private static func isGap(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F }

    private static func lower(_ byte: UInt8) -> UInt8 { HostName.isLetter(byte) ? byte | 0x20 : byte }
}
