// SPDX-License-Identifier: Apache-2.0

/// A link to a reference picture: `http` or `https` with a host, as RFC 3986 allows it. The API takes links only, no
/// pictures in the request.
public struct ImageLink: Hashable, Sendable {
    /// The link exactly as given, but for spaces around it.
    public let text: String

    /// - Throws: ``ImageLinkError`` where the API could not fetch it.
    public init(_ text: String) throws(ImageLinkError) {
        let text = text.trimmingSpaces
        guard !text.isEmpty else { throw .empty }
        guard let colon = text.firstIndex(of: ":"), let schemeEnd = text[..<colon].asScheme else { throw .notALink }
        guard schemeEnd == "http" || schemeEnd == "https" else { throw .scheme(schemeEnd) }
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else { throw .notALink }
        try Self.checkCharacters(text)
        let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        try Self.check(authority: authority)
        self.text = text
    }

    private static func checkCharacters(_ text: String) throws(ImageLinkError) {
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .unassigned, .surrogate:
                throw .forbiddenCharacter(scalar)
            default:
                if "\"<>\\^`{|}".unicodeScalars.contains(scalar) { throw .forbiddenCharacter(scalar) }
            }
        }
        var bytes = text.utf8[...]
        while let percent = bytes.firstIndex(of: UInt8(ascii: "%")) {
            let digits = bytes[bytes.index(after: percent)...].prefix(2)
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit) else { throw .forbiddenCharacter("%") }
            bytes = bytes[digits.endIndex...]
        }
    }

    /// User names in links are refused: they would be stored with the request and sent to the provider.
    private static func check(authority: Substring) throws(ImageLinkError) {
        if authority.contains("@") { throw .credentials }
        var host = authority
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .noHost }
            host = authority[...end]
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
        }
        guard !host.isEmpty, host != "[]" else { throw .noHost }
        // Brackets stand around a whole IPv6 address and nowhere else in a host (RFC 3986, 3.2.2).
        if !host.hasPrefix("["), let bracket = host.unicodeScalars.first(where: { $0 == "[" || $0 == "]" }) {
            throw .forbiddenCharacter(bracket)
        }
        guard HostName.normal(host) != nil else { throw .badHost }
        let port = authority[host.endIndex...]
        if port.isEmpty { return }
        let digits = port.dropFirst()
        guard port.hasPrefix(":"), digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let number = UInt16(digits), number > 0
        else { throw .badPort }
    }
}

/// Why a text is no link to a picture that the API could fetch.
public enum ImageLinkError: Error, Equatable, Sendable {
    /// Nothing but white space.
    case empty
    /// Not of the form `https://host/path`.
    case notALink
    /// Another scheme, in lower case: `data`, `file`, `ftp`.
    case scheme(String)
    /// Nothing stands where the host should.
    case noHost
    /// Nothing that could be looked up: a character that no host's name has, not even as `xn--…` (UTS 46), or an IP
    /// address that is none.
    case badHost
    /// Not a number from 1 to 65535.
    case badPort
    /// A user name or password stands in it.
    case credentials
    /// A space, a control character, or another that must be percent-encoded; `%` where it is not followed by two
    /// hexadecimal digits.
    case forbiddenCharacter(Unicode.Scalar)
}

extension String {
    fileprivate var trimmingSpaces: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}

extension Substring {
    /// The scheme in lower case, where this is one: a letter, then letters, digits, `+`, `-`, `.` (RFC 3986, 3.1).
    fileprivate var asScheme: String? {
        guard let first, first.isASCII, first.isLetter,
            allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else { return nil }
        return lowercased()
    }
}
