// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// Base64 as links have it (RFC 4648, section 5; CloudFront's own letters, too). Pure.
enum Base64Text {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    static func json(_ text: String) -> DocumentNode? {
        var bytes: [UInt8] = []
        var (bits, count): (UInt32, Int) = (0, 0)
        // At the end CloudFront writes its padding so; JSON ends in no such letter.
        let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "=") }
        for byte in text.utf8.dropLast(padding.count) {
            guard let value = value(byte) else { return nil }
            (bits, count) = ((bits << 6 | value) & 0xFFFFFF, count + 6)
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return String(validating: bytes, as: UTF8.self).flatMap { try? JSONDocumentParser.parse(Array($0.utf8)) }
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "~"): 63
        default: letters.firstIndex(of: byte).map(UInt32.init)
        }
    }
}
