// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// An HTTP proxy: where it stands, and who asks. User and password never show themselves: not in descriptions, not to
/// mirrors.
struct ProxyAddress: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A name or an IP address, without brackets.
    let host: String
    let port: Int
    /// `nil` where the proxy is not told who asks.
    let credentials: Credentials?

    struct Credentials: Hashable, Sendable {
        let user: String
        let password: String

        /// As it is sent (RFC 7617, 2).
        var basic: String { Data("\(user):\(password)".utf8).base64EncodedString() }
    }

    /// Reads `http://host:port` or `http://user:password@host:port`; `http://` may be left out, as curl and Go allow
    /// it. The port may not: where it is missing curl takes 1080 and Go 80. What is special in user and password is
    /// percent-encoded.
    init(_ text: String) throws(ProxyAddressError) {
        var rest = text[...]
        if let end = rest.firstRange(of: "://") {
            let scheme = rest[..<end.lowerBound].lowercased()
            if Self.otherKinds.contains(scheme) { throw .otherKind(scheme) }
            guard scheme == "http" else { throw .noAddress }
            rest = rest[end.upperBound...]
        }
        if rest.last == "/" { rest.removeLast() }
        credentials = try Self.takeCredentials(from: &rest)
        (host, port) = try Self.hostAndPort(rest)
    }

    private static let otherKinds: Set<String> = ["https", "socks", "socks4", "socks4a", "socks5", "socks5h", "ftp"]

    private static func takeCredentials(from rest: inout Substring) throws(ProxyAddressError) -> Credentials? {
        guard let at = rest.lastIndex(of: "@") else { return nil }
        let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.percentDecoded }
        rest = rest[rest.index(after: at)...]
        guard let user = parts[0], !user.isEmpty, let password = parts.count > 1 ? parts[1] : "",
            !user.contains(":"), (user + password).unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw .badCredentials }
        return Credentials(user: user, password: password)
    }

    private static func hostAndPort(_ text: Substring) throws(ProxyAddressError) -> (String, Int) {
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
            throw text.isEmpty ? .noAddress : .noPort
        }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let port = UInt16(digits),
            port > 0
        else { throw .noPort }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            guard let address = IPLiteral(host.dropFirst().dropLast()), address.bytes.count == 16 else {
                throw .noAddress
            }
            return (String(host.dropFirst().dropLast()), Int(port))
        }
        let plain = host.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"/?#[]@:\\%".utf8.contains($0) }
        guard !host.isEmpty, plain else { throw .noAddress }
        return (String(host), Int(port))
    }

    /// Host and port, nothing else.
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}

/// Why a text names no proxy. None of it repeats the text: a password may stand in it.
public enum ProxyAddressError: Error, Equatable, Sendable {
    /// Another kind of proxy, in lower case: `socks5`, `https`.
    case otherKind(String)
    /// Not of the form `http://host:port`.
    case noAddress
    /// The port is missing or is not a number from 1 to 65535.
    case noPort
    /// User or password cannot be read: the user is empty or has a colon, or something is not percent-encoded rightly.
    case badCredentials
}
