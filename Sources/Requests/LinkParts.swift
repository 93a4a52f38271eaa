// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// A link taken apart, as far as its own words tell something. Pure.
struct LinkParts: Equatable, Sendable {
    struct Parameter: Equatable, Sendable {
        /// In lower case.
        var name: String
        /// Percent-decoded.
        var value: String
    }

    /// In lower case, without `www.` and without its port.
    let host: String
    /// As written; no empty ones.
    let path: [String]
    let query: [Parameter]

    init(_ link: ImageLink) {
        let rest = link.text.drop { $0 != ":" }.dropFirst(3).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let place = rest[authority.endIndex...].prefix { $0 != "?" }
        host = link.host.hasPrefix("www.") ? String(link.host.dropFirst(4)) : link.host
        path = place.split(separator: "/").map(String.init)
        query = rest[place.endIndex...].dropFirst().split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            let value = pair[name.endIndex...].dropFirst()
            return Parameter(name: Self.decoded(name).lowercased(), value: Self.decoded(value))
        }
    }

    /// The value of the first parameter of that name, which is in lower case.
    subscript(name: String) -> String? { query.first { $0.name == name }?.value }

    /// Whether the host is that one, or lies below it.
    func isAt(_ domain: String) -> Bool { host == domain || host.hasSuffix("." + domain) }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
