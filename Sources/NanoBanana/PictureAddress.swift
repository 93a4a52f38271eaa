// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where a picture's link leads, read as a browser reads it (the URL Standard, https://url.spec.whatwg.org): what a link
/// lacks comes from the base, and what may not stand in one is percent-encoded, once. Pure.
///
/// Links that go out are judged strictly, by ``ImageLink``. These come back, and are paid for.
struct PictureAddress: Equatable, Sendable {
    private(set) var isEncrypted: Bool
    /// In lower case and ASCII, without brackets. An IPv4 address in its usual spelling, whichever it came in.
    private(set) var host: String
    /// `nil` where it is the scheme's own.
    private(set) var port: UInt16?
    /// `user:password`, as they stand in the link.
    private(set) var credentials: String?
    /// Begins with a slash; percent-encoded.
    private(set) var path: String
    /// With its `?`, percent-encoded; empty where there is none.
    private(set) var query: String

    /// The whole, without credentials.
    var url: String {
        (isEncrypted ? "https://" : "http://") + (host.contains(":") ? "[\(host)]" : host)
            + (port.map { ":\($0)" } ?? "") + path + query
    }

    /// - Parameter base: where an answer came from; gives what the link lacks.
    init?(_ text: String, relativeTo base: PictureAddress) {
        let link = LinkText.tidied(text)[...]
        switch LinkText.Form(link) {
        case .absolute(let isEncrypted, let rest): self.init(isEncrypted: isEncrypted, rest)
        case .withoutScheme(let rest): self.init(isEncrypted: base.isEncrypted, rest)
        case .relative(let rest):
            self = base
            let (path, query) = Self.split(rest)
            if path.isEmpty && query.isEmpty { return nil }
            if !path.isEmpty { self.path = LinkText.path(path, from: base.path) }
            self.query = LinkText.encoded(query)
        case .unusable: return nil
        }
    }

    /// - Parameter url: absolute. A path in it is a folder: what is relative to it stands below.
    init?(base url: String) {
        guard case .absolute(let isEncrypted, let rest) = LinkText.Form(url[...]) else { return nil }
        self.init(isEncrypted: isEncrypted, rest)
        if !path.hasSuffix("/") { path += "/" }
        query = ""
    }

    /// - Parameter rest: all that stands behind the slashes of the scheme.
    private init?(isEncrypted: Bool, _ rest: Substring) {
        let authority = rest.prefix { !"/?#".contains($0) }
        let name: Substring
        if let at = authority.lastIndex(of: "@") {
            credentials = authority[..<at].isEmpty ? nil : String(authority[..<at])
            name = authority[authority.index(after: at)...]
        } else {
            name = authority
        }
        guard let (host, port) = HostName.parts(name), let host = HostName.normal(host) else { return nil }
        if !port.isEmpty {
            guard port.utf8.allSatisfy(\.isDigit), let number = UInt16(port), number > 0 else { return nil }
            self.port = number == (isEncrypted ? 443 : 80) ? nil : number
        }
        self.isEncrypted = isEncrypted
        self.host = host
        let (path, query) = Self.split(rest[authority.endIndex...])
        self.path = LinkText.path(path, from: "/")
        self.query = LinkText.encoded(query)
    }

    /// The path, and the query with its mark. The fragment is nobody's but the browser's.
    private static func split(_ text: Substring) -> (path: Substring, query: Substring) {
        let text = text.prefix { $0 != "#" }
        let path = text.prefix { $0 != "?" }
        return (path, text[path.endIndex...])
    }

    /// Whether the link names a number and no name: an IP address.
    var isNumber: Bool { IPLiteral(host) != nil }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    var isHexDigit: Bool { Unicode.Scalar(self).properties.isASCIIHexDigit }
}
