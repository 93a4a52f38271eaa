// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana

/// Links that say of themselves how long they are good. Pure.
///
/// Believed is only what cannot mean anything else: a time beside a signature, in the form of those who make such links.
enum SignedLink {
    /// When the link runs out; `nil` where it does not say so.
    static func end(of link: ImageLink) -> Timestamp? {
        guard link.text.utf8.contains(UInt8(ascii: "?")) else { return nil }
        let parts = LinkParts(link)
        let ends = [dated(parts), epoch(parts), sharedAccess(parts), hexadecimal(parts)]
        return (ends.compactMap(\.self) + parts.query.flatMap(within)).min()
    }

    /// `X-Amz-Date=20261128T140200Z&X-Amz-Expires=3600`: S3, and with other letters in the middle Google's storage and
    /// all that is like them.
    private static func dated(_ parts: LinkParts) -> Timestamp? {
        for parameter in parts.query where parameter.name.hasPrefix("x-") && parameter.name.hasSuffix("-expires") {
            let maker = parameter.name.dropLast("-expires".count)
            guard let date = parts[maker + "-date"], let start = basicTime(date), let seconds = Int64(parameter.value),
                (0...100_000_000).contains(seconds)
            else { continue }
            return Timestamp(milliseconds: start.milliseconds + seconds * 1000)
        }
        return nil
    }

    /// `Expires=1735689600&Signature=…`: S3 and Google before that, CloudFront, OSS, nginx, Bunny, imgix, Qiniu.
    private static func epoch(_ parts: LinkParts) -> Timestamp? {
        let words = ["sig", "hmac", "md5", "token", "hash", "key", "auth"]
        let isSigned = parts.query.contains { parameter in
            parameter.name == "s" || words.contains { parameter.name.contains($0) }
        }
        guard isSigned else { return nil }
        for name in ["expires", "expire", "exp", "x-expires", "e"] {
            if let value = parts[name], let end = seconds(value) { return end }
        }
        // Tencent: from when until when.
        return parts["q-sign-time"]?.split(separator: ";").dropFirst().first.flatMap { seconds(String($0)) }
    }

    /// `se=2026-01-01T00:00:00Z&sig=…`: Azure.
    private static func sharedAccess(_ parts: LinkParts) -> Timestamp? {
        guard parts["sig"] != nil, let text = parts["se"] else { return nil }
        let digits = text.filter(\.isNumber)
        let time = digits.dropFirst(8).prefix(6)
        return basicTime(digits.prefix(8) + "T" + time + String(repeating: "0", count: 6 - time.count) + "Z")
    }

    /// Seconds in hexadecimal digits: Discord (`ex` beside `is` and `hm`), Facebook and Instagram (`oe` beside `oh`).
    private static func hexadecimal(_ parts: LinkParts) -> Timestamp? {
        let text =
            if let end = parts["ex"], parts["is"] != nil, parts["hm"] != nil {
                end
            } else if let end = parts["oe"], parts["oh"] != nil {
                end
            } else {
                ""
            }
        return Int64(text, radix: 16).flatMap { seconds(String($0)) }
    }

    /// What a token says that is a value by itself: `exp=1735689600~acl=/*~hmac=…` (Akamai), a JWT (Supabase and many),
    /// CloudFront's policy.
    private static func within(_ parameter: LinkParts.Parameter) -> [Timestamp] {
        if parameter.value.contains("hmac=") {
            let fields = parameter.value.split(separator: "~")
            return fields.compactMap { $0.hasPrefix("exp=") ? seconds(String($0.dropFirst(4))) : nil }
        }
        if parameter.name == "policy", let policy = Base64Text.json(parameter.value) {
            let statements = policy["Statement"]?.list ?? []
            return statements.compactMap { statement in
                let number = statement["Condition"]?["DateLessThan"]?["AWS:EpochTime"]?.integer
                return number.flatMap { seconds(String($0)) }
            }
        }
        let words = parameter.value.split(separator: ".", omittingEmptySubsequences: false)
        guard words.count == 3, words[0].hasPrefix("eyJ"), let claims = Base64Text.json(String(words[1])),
            let end = claims["exp"]?.integer
        else { return [] }
        return seconds(String(end)).map { [$0] } ?? []
    }

    /// Seconds since 1970, in this century.
    private static func seconds(_ text: String) -> Timestamp? {
        guard let number = Int64(text), (946_684_800...4_102_444_800).contains(number) else { return nil }
        return Timestamp(milliseconds: number * 1000)
    }

    /// `20261128T140200Z`.
    private static func basicTime(_ text: some StringProtocol) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let (day, time) = ([part(0..<4), part(4..<6), part(6..<8)], [part(9..<11), part(11..<13), part(13..<15)])
        return Timestamp(day.joined(separator: "-") + "T" + time.joined(separator: ":") + ".000Z")
    }
}

/// A picture whose link was good once.
package struct ExpiredLink: Equatable, Sendable {
    /// From 1, in the order of the request.
    package var number: Int
    package var end: Timestamp
}

extension Request {
    /// The first of its pictures whose link has run out at that moment, as the link says itself.
    package func expiredLink(at now: Timestamp) -> ExpiredLink? {
        for (index, link) in edit.images.enumerated() {
            if let end = SignedLink.end(of: link), end <= now { return ExpiredLink(number: index + 1, end: end) }
        }
        return nil
    }
}

/// Base64 as links have it (RFC 4648, section 5; CloudFront's own letters, too). Pure.
private enum Base64Text {
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
