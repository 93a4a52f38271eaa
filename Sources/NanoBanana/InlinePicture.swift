// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

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
        if beginsAsLink(text.utf8) { return true }
        return text.utf8.count >= shortestBare && text.utf8.allSatisfy(Base64.mayHold)
    }

    private static let scheme = Array("data:".utf8)

    private static func beginsAsLink(_ text: some Sequence<UInt8>) -> Bool {
        text.drop(while: Base64.isGap).prefix(scheme.count).map(lower).elementsEqual(scheme)
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> ByteBuffer? {
        guard beginsAsLink(text) else { return base64(text) }
        let rest = text.drop(while: Base64.isGap).dropFirst(scheme.count)
        // Up to the comma stands what it is; the bytes themselves tell that better.
        guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let payload = percentDecoded(rest[(comma + 1)...])
        if beginsAsLink(payload) { return decoded(payload) }
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

    private static func base64(_ text: ArraySlice<UInt8>) -> ByteBuffer? {
        let room = Base64.room(for: text.count)
        var bytes = ByteBufferAllocator().buffer(capacity: room)
        // Megabytes: a buffer's own way to write one byte takes long.
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { Base64.decode(text, into: $0) ?? 0 }
        return bytes.readableBytes > 0 ? bytes : nil
    }

    private static func lower(_ byte: UInt8) -> UInt8 { HostName.isLetter(byte) ? byte | 0x20 : byte }
}
