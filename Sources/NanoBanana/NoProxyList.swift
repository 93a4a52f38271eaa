// SPDX-License-Identifier: Apache-2.0

/// The hosts that are reached without the proxy, as `NO_PROXY` lists them. There is no standard; this is what curl
/// (CURLOPT_NOPROXY, lib/noproxy.c) and Go (golang.org/x/net/http/httpproxy) have in common, and the wider reading
/// where they differ:
///
/// - Entries have commas or white space between them (curl). Case does not matter. A trailing dot is ignored (curl).
/// - `*` is every host (curl takes it only where it stands alone, Go anywhere).
/// - `example.com` is that name and all below it (both). `.example.com` and `*.example.com` are the same (curl; Go
///   leaves the name itself out).
/// - `192.0.2.1`, `2001:db8::1`, `192.0.2.0/24`, `2001:db8::/32` match links that have an IP address for a host (both).
///   Names are not looked up.
/// - A port behind a name or an address (`example.com:8443`, `[2001:db8::1]:443`) must be the link's (Go).
/// - What cannot be read matches nothing (both).
struct NoProxyList: Equatable, Sendable {
    private enum Entry: Equatable {
        case all
        case network(IPLiteral, bits: Int, port: Int?)
        case name(String, port: Int?)
    }

    private let entries: [Entry]

    init(_ text: String) {
        entries = text.lowercased().split { $0 == "," || $0.isWhitespace }.compactMap(Self.entry)
    }

    func contains(_ destination: Destination) -> Bool {
        let address = IPLiteral(destination.host)
        let host = destination.host.hasSuffix(".") ? String(destination.host.dropLast()) : destination.host
        return entries.contains { entry in
            switch entry {
            case .all: return true
            case .network(let network, let bits, let port):
                guard let address, port == nil || port == destination.port else { return false }
                return address.shares(bits: bits, with: network)
            case .name(let name, let port):
                guard address == nil, port == nil || port == destination.port else { return false }
                return host == name || host.hasSuffix("." + name)
            }
        }
    }

    private static func entry(_ text: Substring) -> Entry? {
        if text == "*" { return .all }
        if let slash = text.firstIndex(of: "/") {
            guard let network = IPLiteral(text[..<slash]), let bits = Int(text[text.index(after: slash)...]) else {
                return nil
            }
            return .network(network, bits: bits, port: nil)
        }
        if let address = IPLiteral(text) { return .network(address, bits: address.bytes.count * 8, port: nil) }
        let (host, port) = hostAndPort(text)
        if let address = IPLiteral(host) { return .network(address, bits: address.bytes.count * 8, port: port) }
        var name = host.hasPrefix("*.") ? host.dropFirst(2) : host
        while name.first == "." { name.removeFirst() }
        while name.last == "." { name.removeLast() }
        return name.isEmpty ? nil : .name(String(name), port: port)
    }

    /// `[2001:db8::1]:443` and `example.com:443` in two.
    private static func hostAndPort(_ text: Substring) -> (Substring, Int?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            return (text[..<end].dropFirst(), rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil)
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else {
            return (text, nil)
        }
        return (text[..<colon], port)
    }
}
