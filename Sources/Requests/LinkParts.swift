// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// A link taken apart, as far as its own words tell something: once for all that is asked of it. Pure.
struct LinkParts: Equatable, Sendable {
    struct Parameter: Equatable, Sendable {
        /// In lower case.
        var name: String
        /// Percent-decoded.
        var value: String
    }

    /// As written.
    let text: String
    /// In lower case, without `www.` and without its port.
    let host: String
    /// As written; no empty ones.
    let path: [String]
    let query: [Parameter]

    init(_ link: ImageLink) {
        text = link.text
        let rest = text.utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst(3).prefix { $0 != UInt8(ascii: "#") }
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        let place = rest[authority.endIndex...].prefix { $0 != UInt8(ascii: "?") }
        let host = link.host
        self.host = host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
        path = place.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        query = Self.parameters(rest[place.endIndex...].dropFirst())
    }

    /// The value of the first parameter of that name, which is in lower case.
    subscript(name: String) -> String? { query.first { $0.name == name }?.value }

    /// Whether the host is that one, or lies below it.
    func isAt(_ domain: String) -> Bool {
        host.hasSuffix(domain) && (host.utf8.count == domain.utf8.count || host.hasSuffix("." + domain))
    }

    /// What stands in the path as it usually does behind the `?`; a part that has no name has an empty one.
    var pathParameters: [Parameter] {
        path.filter { $0.utf8.contains(UInt8(ascii: "=")) || $0.hasPrefix("eyJ") }.flatMap { part in
            part.hasPrefix("eyJ") ? [Parameter(name: "", value: part)] : Self.parameters(part.utf8[...])
        }
    }

    private static func parameters(_ text: Substring.UTF8View) -> [Parameter] {
        text.split(separator: UInt8(ascii: "&")).map { pair in
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair[name.endIndex...].dropFirst()
            return Parameter(name: decoded(name).lowercased(), value: decoded(value))
        }
    }

    /// Percent-decoded; what is no UTF-8 then has the sign for that.
    static func decoded(_ text: Substring.UTF8View) -> String {
        guard text.contains(UInt8(ascii: "%")) else { return String(Substring(text)) }
        var bytes: [UInt8] = []
        var rest = text
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
