// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Where to listen: `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`. An address that other machines reach needs the
/// word `public` before it, as in `public 192.0.2.7:9464`: the pages are for everybody who reaches them.
package struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// Why a text is no address to listen at.
    package enum Problem: Error, Equatable, Sendable {
        /// It is not of the form.
        case noAddress
        /// Others reach it, and the text does not say that this is meant.
        case notLoopback
    }

    /// A number: `127.0.0.1`, `::1`.
    package let host: String
    /// 0 is whichever is free.
    package let port: Int

    private static let openWord = "public "

    /// Reads a text.
    package init(_ text: String) throws(Problem) {
        let isOpen = text.hasPrefix(Self.openWord)
        let place = isOpen ? Substring(text.dropFirst(Self.openWord.count)) : Substring(text)
        guard let colon = place.lastIndex(of: ":"), let port = Self.port(place[place.index(after: colon)...]),
            let host = Self.host(place[..<colon]), let address = try? SocketAddress(ipAddress: host, port: port)
        else { throw .noAddress }
        if !isOpen, !address.isLoopback { throw .notLoopback }
        self.host = host
        self.port = port
    }

    /// `127.0.0.1:9464`, `[::1]:9464`.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func port(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text).flatMap { (0...65_535).contains($0) ? $0 : nil }
    }

    /// A name would have to be looked up, and may lead anywhere; but for one.
    private static func host(_ text: Substring) -> String? {
        if text == "localhost" { return "127.0.0.1" }
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = String(text.dropFirst().dropLast())
            return inner.contains(":") ? inner : nil
        }
        // An IPv6 address without brackets: nobody can tell where the port begins.
        return text.contains(":") ? nil : String(text)
    }
}

extension SocketAddress {
    /// 127.0.0.0/8 (RFC 1122) or ::1 (RFC 4291); the text is the kernel's own (inet_ntop(3)).
    fileprivate var isLoopback: Bool {
        switch self {
        case .v4: ipAddress?.hasPrefix("127.") == true
        case .v6: ipAddress == "::1"
        case .unixDomainSocket: false
        }
    }
}

/// An address cannot be listened at.
package struct ListenError: Error, Equatable, Sendable {
    /// The kernel's `errno` of socket(2), bind(2) or listen(2).
    package var code: Int32

    /// What the kernel said.
    package init(code: Int32) {
        self.code = code
    }
}
