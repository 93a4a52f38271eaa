// SPDX-License-Identifier: Apache-2.0

internal import HTTPListener

/// The addresses under which browsers know the page, and whether a question came from one of its own pages. Pure.
package struct PageAddresses: Equatable, Sendable {
    /// `https://pictures.example`, in lower case, without a slash at their end.
    private let origins: [String]

    /// None but numbers and localhost.
    package static let numbersOnly = PageAddresses(origins: [])

    private init(origins: [String]) { self.origins = origins }

    /// - Parameter texts: `https://pictures.example` or `http://studio.lan:9465`, and nothing behind it.
    /// - Returns: `nil` where one of them is something else.
    package init?(_ texts: [String]) {
        var origins: [String] = []
        for text in texts {
            let origin = text.hasSuffix("/") ? String(text.dropLast()).lowercased() : text.lowercased()
            guard let host = Self.host(of: origin), !host.isEmpty,
                host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"/?#@\\\"<>".utf8.contains($0) })
            else { return nil }
            origins.append(origin)
        }
        self.origins = origins
    }

    private static func host(of origin: String) -> Substring? {
        for scheme in ["https://", "http://"] where origin.hasPrefix(scheme) { return origin.dropFirst(scheme.count) }
        return nil
    }

    /// Whether browsers reach it by TLS alone: then a cookie is to travel by nothing else.
    var isSecure: Bool { !origins.isEmpty && origins.allSatisfy { $0.hasPrefix("https://") } }

    /// Whether the name under which it was asked is one of its own. A stranger's name that leads here would make the
    /// stranger's pages to pages of the same origin (DNS rebinding); a number is nobody's name.
    func knows(host: String?) -> Bool {
        guard let host = host?.lowercased() else { return false }
        return origins.contains { Self.host(of: $0).map(String.init) == host } || Self.isNumber(host)
    }

    private static func isNumber(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]"), isPort(host[host.index(after: end)...]) else { return false }
            return host[..<end].dropFirst().utf8.allSatisfy { "0123456789abcdef:.".utf8.contains($0) }
        }
        let name = host.prefix { $0 != ":" }
        guard isPort(host[name.endIndex...]) else { return false }
        if name == "localhost" { return true }
        // A name whose last part is a number is an address to browsers, or nothing.
        return !name.isEmpty && name.utf8.allSatisfy { "0123456789.".utf8.contains($0) }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty
            || text.first == ":" && text.utf8.count <= 6 && text.utf8.dropFirst().allSatisfy { (48...57).contains($0) }
    }

    /// Whether a form was sent by one of its own pages. Browsers say so; whatever says nothing is no browser of today.
    func sentItself(_ request: WebRequest) -> Bool {
        if let site = request["sec-fetch-site"], site != "same-origin" { return false }
        guard let origin = request["origin"]?.lowercased() else { return request["sec-fetch-site"] != nil }
        if origins.contains(origin) { return true }
        guard let host = request["host"]?.lowercased() else { return false }
        return origin == "http://" + host || origin == "https://" + host
    }

    /// Whether nothing says that it was sent by a page elsewhere.
    func isNotForeign(_ request: WebRequest) -> Bool {
        request["sec-fetch-site"] == nil && request["origin"] == nil || sentItself(request)
    }
}
