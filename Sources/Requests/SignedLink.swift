// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana

/// Links that say of themselves how long they are good. Pure.
///
/// Believed is only what cannot mean anything else: a time beside a signature, in the form of those who make such links.
enum SignedLink {
    /// When the link runs out; `nil` where it does not say so.
    static func end(of link: ImageLink) -> Timestamp? { end(of: LinkParts(link)) }

    static func end(of link: LinkParts) -> Timestamp? {
        let parameters = link.query + link.pathParameters
        let ends = [dated(parameters), signed(parameters), hexadecimal(link), airtable(link)]
        return (ends.compactMap(\.self) + parameters.flatMap(within)).min()
    }

    /// `X-Amz-Date=20261128T140200Z&X-Amz-Expires=3600`: S3, and with other letters in the middle Google's storage and
    /// all that is like them.
    private static func dated(_ parameters: [LinkParts.Parameter]) -> Timestamp? {
        for parameter in parameters where parameter.name.hasPrefix("x-") && parameter.name.hasSuffix("-expires") {
            let maker = parameter.name.dropLast("-expires".count)
            let date = parameters.first { $0.name == maker + "-date" }
            guard let start = date.flatMap({ ISOTime.moment($0.value) }), let seconds = Int64(parameter.value),
                (0...100_000_000).contains(seconds)
            else { continue }
            return Timestamp(milliseconds: start.milliseconds + seconds * 1000)
        }
        return nil
    }

    /// `Expires=1735689600&Signature=…`, `se=2026-01-01T00:00:00Z&sig=…`: a parameter that says by its name that it is
    /// an end, with a moment in it, beside one that says that it is a signature. So do S3 and Google before the above,
    /// CloudFront, Azure, OSS, nginx, Bunny, imgix, ImageKit, Qiniu, Swift, Cloudinary and many more.
    private static func signed(_ parameters: [LinkParts.Parameter]) -> Timestamp? {
        guard parameters.contains(where: isSignature) else { return nil }
        return parameters.lazy.filter { isEnd($0.name) }.compactMap { moment($0.value) }.first
    }

    private static func isSignature(_ parameter: LinkParts.Parameter) -> Bool {
        let words = ["sig", "hmac", "md5", "token", "hash", "key", "auth"]
        if words.contains(where: parameter.name.contains) { return true }
        if parameter.name == "s" || parameter.name == "ik-s" { return true }
        // They may be anything's names, and no signature is a number.
        return ["h", "t", "st"].contains(parameter.name) && Int64(parameter.value) == nil
    }

    private static func isEnd(_ name: String) -> Bool {
        if name.contains("expir") { return true }
        let words = ["exp", "e", "se", "ttl", "ik-t", "validto", "valid_to", "valid-to", "validuntil", "valid_until"]
        return words.contains(name)
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

    /// Airtable's attachments: the moment is a folder of the path.
    private static func airtable(_ parts: LinkParts) -> Timestamp? {
        parts.isAt("airtableusercontent.com") ? parts.path.lazy.compactMap(milliseconds).first : nil
    }

    /// What a token says that is a value by itself.
    private static func within(_ parameter: LinkParts.Parameter) -> [Timestamp] {
        let value = parameter.value
        // Akamai: `exp=1735689600~acl=/*~hmac=…`.
        if value.contains("hmac=") {
            let fields = value.split(separator: "~")
            return fields.compactMap { $0.hasPrefix("exp=") ? seconds(String($0.dropFirst(4))) : nil }
        }
        switch parameter.name {
        case "policy":
            return policy(value)
        case "q-sign-time":
            // Tencent: from when until when.
            return value.split(separator: ";").dropFirst().prefix(1).compactMap { seconds(String($0)) }
        case "auth_key":
            // Aliyun: until when, two numbers, and the hash.
            let fields = value.split(separator: "-")
            return fields.count == 4 ? fields.prefix(1).compactMap { seconds(String($0)) } : []
        case "authorization":
            // Baidu: `bce-auth-v1/KEY/2026-01-01T00:00:00Z/1800/…`.
            let fields = value.split(separator: "/")
            guard fields.count > 3, let start = ISOTime.moment(String(fields[2])), let seconds = Int64(fields[3]),
                (0...100_000_000).contains(seconds)
            else { return [] }
            return [Timestamp(milliseconds: start.milliseconds + seconds * 1000)]
        default: return claims(value)
        }
    }

    /// CloudFront's policy.
    private static func policy(_ value: String) -> [Timestamp] {
        (Base64Text.json(value)?["Statement"]?.list ?? []).compactMap { statement in
            let number = statement["Condition"]?["DateLessThan"]?["AWS:EpochTime"]?.integer
            return number.flatMap { seconds(String($0)) }
        }
    }

    /// A JWT (Supabase and many), perhaps with something before it (`v1.` in SharePoint).
    private static func claims(_ value: String) -> [Timestamp] {
        guard value.contains("eyJ") else { return [] }
        let words = value.split(separator: ".", omittingEmptySubsequences: false)
        guard let head = words.firstIndex(where: { $0.hasPrefix("eyJ") }), words.count - head == 3,
            let claims = Base64Text.json(String(words[head + 1])), let end = claims["exp"]?.integer
        else { return [] }
        return seconds(String(end)).map { [$0] } ?? []
    }

    private static func moment(_ text: String) -> Timestamp? {
        seconds(text) ?? milliseconds(text) ?? ISOTime.moment(text)
    }

    private static func milliseconds(_ text: String) -> Timestamp? {
        guard text.utf8.count == 13, let number = Int64(text) else { return nil }
        return seconds(String(number / 1000)).map { Timestamp(milliseconds: $0.milliseconds + number % 1000) }
    }

    /// Seconds since 1970, in this century.
    private static func seconds(_ text: String) -> Timestamp? {
        guard let number = Int64(text), (946_684_800...4_102_444_800).contains(number) else { return nil }
        return Timestamp(milliseconds: number * 1000)
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
