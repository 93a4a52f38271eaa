// SPDX-License-Identifier: Apache-2.0

/// Which links the API can follow, judged by the link's own text: what the API looks up is not seen from here.
extension AddressPolicy {
    /// For the links that are sent to the API at that address: one that stands in the office itself may fetch what
    /// stands there, too.
    public static func ofLinks(toAPIAt base: String) -> AddressPolicy {
        guard let link = try? ImageLink(base) else { return .publicOnly }
        return publicOnly.allows(link) ? .publicOnly : .any
    }

    /// Whether the link leads anywhere from where the API stands.
    public func allows(_ link: ImageLink) -> Bool {
        if self == .any { return true }
        var host = Self.folded(link.host)
        if host.hasSuffix(".") { host.removeLast() }
        // A name in the letters of its country.
        if host.contains(where: { !$0.isASCII }) { return host.contains(".") }
        let last = host.split(separator: ".").last.map(String.init) ?? ""
        let isBehind = Self.behindRouters.contains { host == $0 || host.hasSuffix("." + $0) }
        return allows(host: host) && !Self.neverPublic.contains(last) && !isBehind
    }

    /// Ends of names that offices and routers use and that no public name has: `invalid`, `test` and `onion` by RFC 6761
    /// and RFC 7686, the others since ICANN gives them to nobody.
    private static let neverPublic: Set = [
        "lan", "home", "corp", "intranet", "intra", "private", "domain", "workgroup", "localdomain", "localnet",
        "invalid",
        "test", "onion", "i2p",
    ]
    /// Names that routers and Windows give to what stands behind them.
    private static let behindRouters = ["fritz.box", "mshome.net"]

    /// What a browser makes of digits and dots as East Asian keyboards give them (UTS #46).
    private static func folded(_ host: String) -> String {
        if host.utf8.allSatisfy({ $0 < 0x80 }) { return host }
        return String(
            String.UnicodeScalarView(
                host.unicodeScalars.map { scalar in
                    switch scalar.value {
                    case 0x3002, 0xFF61: "."
                    case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
                    default: scalar
                    }
                }))
    }
}

extension ImageLink {
    /// In lower case, without the brackets around an IPv6 address and without the port.
    public var host: String {
        let authority = text.drop { $0 != ":" }.dropFirst(3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.hasPrefix("[") { return authority.dropFirst().prefix { $0 != "]" }.lowercased() }
        return authority.prefix { $0 != ":" }.lowercased()
    }
}
