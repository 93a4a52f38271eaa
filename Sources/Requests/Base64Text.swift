// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// Base64 as links have it (RFC 4648, section 5; CloudFront's own letters, too). Pure.
enum Base64Text {
    static func json(_ text: String) -> DocumentNode? {
        // At the end CloudFront writes its padding so; JSON ends in no such letter.
        let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "=") }
        let letters = text.utf8.dropLast(padding.count).map { $0 == UInt8(ascii: "~") ? UInt8(ascii: "/") : $0 }
        let bytes = [UInt8](unsafeUninitializedCapacity: Base64.room(for: letters.count)) { space, count in
            count = Base64.decode(letters[...], into: UnsafeMutableRawBufferPointer(space)) ?? 0
        }
        return String(validating: bytes, as: UTF8.self).flatMap { try? JSONDocumentParser.parse(Array($0.utf8)) }
    }
}
