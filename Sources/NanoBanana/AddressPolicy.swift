// SPDX-License-Identifier: Apache-2.0

/// Which addresses a picture may be fetched from.
public enum AddressPolicy: Sendable, Equatable {
    /// Only addresses of the public Internet: no loopback, private, link-local (where clouds keep their metadata),
    /// shared, multicast or reserved ones (the special-purpose registries of RFC 6890).
    case publicOnly
    /// Any: for an API that is itself on such an address.
    case any

    func allows(_ address: IPLiteral?) -> Bool {
        self == .any || address.map { Self.isPublic($0.bytes) } == true
    }

    /// Judges an address to which a name has led: also those are allowed that proxies make up for names (`fake-ip` of
    /// Clash, sing-box and Surge). Nobody's office lies there, and a link that names such a number is none of theirs.
    func allowsName(leadingTo address: IPLiteral?) -> Bool {
        allows(address) || address.map { Self.isMadeUp($0.bytes) } == true
    }

    /// Whether it is one of 198.18.0.0/15, which is for benchmarks between closed machines (RFC 2544), or of fc00::/18,
    /// below a prefix that was never given a meaning (RFC 4193, 3.1).
    static func isMadeUp(_ bytes: [UInt8]) -> Bool {
        switch bytes.count {
        case 4: bytes[0] == 198 && (18...19).contains(bytes[1])
        case 16: bytes[0] == 0xFC && bytes[1] == 0 && bytes[2] < 0x40
        default: false
        }
    }

    /// Judges a host by its text alone, for a link that names a number, or goes through a proxy: there the address is the
    /// proxy's to look up and to refuse. Forbidden are IP addresses that are not public and names that cannot be: a name without a dot,
    /// `localhost` (RFC 6761), `local` (RFC 6762), `home.arpa` (RFC 8375), `internal` (reserved by ICANN in 2024;
    /// clouds keep their metadata there) and what is below them. So is any other spelling: numbers that some resolvers
    /// take for an address (`2130706433`, `0x7f.1`), and letters beyond ASCII, which may be normalised to digits.
    ///
    /// - Parameter host: in lower case, without brackets.
    func allows(host: String) -> Bool {
        if self == .any { return true }
        if let literal = IPLiteral(host) { return Self.isPublic(literal.bytes) }
        let labels = host.split(separator: ".", omittingEmptySubsequences: true)
        guard labels.count > 1, let last = labels.last, let first = last.utf8.first,
            host.utf8.allSatisfy(Self.isHostCharacter)
        else { return false }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) { return false }
        if last == "arpa", labels.dropLast().last == "home" { return false }
        return !["localhost", "local", "internal"].contains(last)
    }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isPublic(_ bytes: [UInt8]) -> Bool {
        bytes.count == 4 ? isPublic(v4: bytes) : isPublic(v6: bytes)
    }

    static func isPublic(v4 bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
        case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113): false
        default: true
        }
    }

    static func isPublic(v6 bytes: [UInt8]) -> Bool {
        // Addresses that carry an IPv4 address (mapped, NAT64, 6to4) are judged by that.
        if bytes.prefix(12).elementsEqual(Array(repeating: 0, count: 10) + [0xFF, 0xFF]) {
            return isPublic(v4: Array(bytes[12...]))
        }
        if bytes.prefix(12).elementsEqual([0x00, 0x64, 0xFF, 0x9B] + Array(repeating: 0, count: 8)) {
            return isPublic(v4: Array(bytes[12...]))
        }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return isPublic(v4: Array(bytes[2..<6])) }
        // 2000::/3 is all of the global unicast space; 2001:db8::/32 and 3fff::/20 are for documents (RFC 9637),
        // 2001::/23 for protocols.
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        if bytes[0] == 0x3F, bytes[1] == 0xFF { return bytes[2] & 0xF0 != 0 }
        if bytes[0] == 0x20, bytes[1] == 0x01 {
            return !(bytes[2] == 0x0D && bytes[3] == 0xB8) && bytes[2] & 0xFE != 0
        }
        return true
    }
}
