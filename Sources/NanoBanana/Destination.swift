// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where a link leads, read as the HTTP client reads it.
struct Destination: Hashable, Sendable {
    var isEncrypted: Bool
    /// In lower case, without brackets.
    var host: String
    var port: Int

    /// `nil` where it is no `http` or `https` link with a host.
    init?(_ link: String) {
        guard let url = URL(string: link), let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            var host = url.host(percentEncoded: false)?.lowercased()
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        isEncrypted = scheme == "https"
        self.host = host
        port = url.port ?? (isEncrypted ? 443 : 80)
    }

    /// Where the link of a picture leads: what its parts say, so that nobody reads them a second time.
    init(_ address: PictureAddress) {
        (isEncrypted, host) = (address.isEncrypted, address.host)
        port = address.port.map(Int.init) ?? (isEncrypted ? 443 : 80)
    }

    /// As it stands in a `Host` header and in an absolute link.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isEncrypted ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Whether it is this machine, by its name or address: `localhost` and what ends in it (RFC 6761, 6.3), loopback.
    var isThisMachine: Bool {
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        return name == "localhost" || name.hasSuffix(".localhost") || IPLiteral(name)?.isLoopback == true
    }
}
