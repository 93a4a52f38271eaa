// SPDX-License-Identifier: Apache-2.0

/// The text of a link as it comes in an answer, taken apart as a browser does it. Pure.
enum LinkText {
    /// What a link says by itself, and what it leaves to the base. The rest of it begins with the host where there is
    /// one.
    enum Form: Equatable {
        case absolute(isEncrypted: Bool, Substring)
        /// `//host/path`, and `host/path`, which a browser's address line would take so.
        case withoutScheme(Substring)
        case relative(Substring)
        /// Nothing, or a scheme of another world.
        case unusable

        /// - Parameter link: tidied.
        init(_ link: Substring) {
            if link.isEmpty {
                self = .unusable
            } else if let (scheme, rest) = LinkText.scheme(of: link) {
                switch scheme {
                case "http", "https": self = .absolute(isEncrypted: scheme == "https", rest.drop { $0 == "/" })
                default: self = .unusable
                }
            } else if link.hasPrefix("//") {
                self = .withoutScheme(link.drop { $0 == "/" })
            } else if LinkText.beginsWithHost(link) {
                self = .withoutScheme(link)
            } else {
                self = .relative(link)
            }
        }
    }

    /// Without what surely belongs to no link: blanks and controls around it, quotes and angle brackets around it, line
    /// breaks and tabs anywhere, the escapes of JSON within JSON and of HTML. Backslashes before the query are slashes.
    static func tidied(_ text: String) -> String {
        if text.utf8.allSatisfy(isUntouched) { return text }
        var link = Substring(unescaped(text.filter { !"\t\n\r\r\n".contains($0) })).trimmed
        for (opening, closing) in [("\"", "\""), ("'", "'"), ("`", "`"), ("<", ">")]
        where link.count > 1 && link.hasPrefix(opening) && link.hasSuffix(closing) {
            link = link.dropFirst().dropLast().trimmed
        }
        // Encoded as a whole, for the query of another link.
        if ["http%3a", "https%3a"].contains(where: link.prefix(8).lowercased().hasPrefix) {
            link = link.percentDecoded.map { $0[...] } ?? link
        }
        let head = link.prefix { $0 != "?" && $0 != "#" }
        return String(head.replacing("\\", with: "/")) + link[head.endIndex...].replacing("&amp;", with: "&")
    }

    /// Whether nothing is ever done to it, nor because of it.
    private static func isUntouched(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "\\"), UInt8(ascii: "&"), UInt8(ascii: "%"):
            false
        default: 0x21...0x7E ~= byte
        }
    }

    /// `\/` and `\u0026` as the characters that they stand for.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var plain = ""
        var rest = text[...]
        while let backslash = rest.firstIndex(of: "\\") {
            plain += rest[..<backslash]
            rest = rest[backslash...].dropFirst()
            if rest.hasPrefix("/") { continue }
            let digits = rest.dropFirst().prefix(4)
            if rest.hasPrefix("u"), digits.utf8.count == 4, digits.utf8.allSatisfy(\.isHexDigit),
                let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init), scalar.isASCII
            {
                plain.unicodeScalars.append(scalar)
                rest = rest[digits.endIndex...]
            } else {
                plain += "\\"
            }
        }
        return plain + rest
    }

    /// The scheme in lower case, and what stands behind its colon; `nil` where there is none. `cdn.example:8080/1.png`
    /// has none: behind a colon that is followed by a number stands a host's port.
    private static func scheme(of link: Substring) -> (scheme: String, rest: Substring)? {
        guard let colon = link.utf8.firstIndex(of: UInt8(ascii: ":")), let first = link.utf8.first,
            HostName.isLetter(first),
            link[..<colon].utf8.allSatisfy({ HostName.isLetter($0) || $0.isDigit || "+-.".utf8.contains($0) })
        else { return nil }
        let scheme = link[..<colon].lowercased()
        let rest = link[link.index(after: colon)...]
        let port = rest.utf8.prefix(while: \.isDigit)
        let isPort = !port.isEmpty && (port.endIndex == rest.endIndex || "/?#".contains(rest[port.endIndex]))
        return isPort && scheme != "http" && scheme != "https" ? nil : (scheme, rest)
    }

    /// Whether it begins as a host and a slash: an IP address, a name with a port, or a name whose last label is of
    /// letters alone, as those of the Internet are (`xn--…` for others).
    private static func beginsWithHost(_ link: Substring) -> Bool {
        let authority = link.prefix { !"/?#".contains($0) }
        guard authority.endIndex < link.endIndex, link[authority.endIndex] == "/",
            let (host, port) = HostName.parts(authority), port.utf8.allSatisfy(\.isDigit)
        else { return false }
        if IPLiteral(host.filter { !"[]".contains($0) }) != nil { return true }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, host.utf8.allSatisfy({ HostName.isOfName($0) || $0 > 0x7F }) else { return false }
        if !port.isEmpty { return !last.isEmpty }
        return labels.count > 1 && !labels.contains("") && last.count > 1
            && (last.allSatisfy(\.isLetter) || last.hasPrefix("xn--"))
    }

    // MARK: Path and query

    /// A link's path, resolved against that of the base (RFC 3986, 5.2), and encoded.
    static func path(_ path: Substring, from base: String) -> String {
        let whole: String
        if path.hasPrefix("/") {
            whole = String(path)
        } else {
            whole = String(base[...(base.lastIndex(of: "/") ?? base.startIndex)]) + path
        }
        // Without a dot behind a slash there is nothing to resolve.
        if !whole.holds("/."), !whole.holds("%") { return encoded(whole) }
        var segments: [Substring] = []
        let given = whole.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in given.enumerated() {
            let isLast = index == given.count - 1
            switch segment.lowercased().replacing("%2e", with: ".") {
            case ".": if isLast { segments.append("") }
            case "..":
                _ = segments.popLast()
                if isLast { segments.append("") }
            default: segments.append(segment)
            }
        }
        return "/" + encoded(segments.joined(separator: "/"))
    }

    /// Percent-encodes what may not stand in a path or a query (RFC 3986, 3.3 and 3.4), and a percent sign that begins
    /// no code. What is encoded already stays as it is.
    static func encoded(_ text: some StringProtocol) -> String {
        if text.utf8.allSatisfy(mayStand) { return String(text) }
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = Array(text.utf8)
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            let isCode = byte == UInt8(ascii: "%") && bytes[(index + 1)...].prefix(2).count(where: \.isHexDigit) == 2
            if isCode || mayStand(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func mayStand(_ byte: UInt8) -> Bool {
        byte < 0x80 && standing[Int(byte)]
    }

    private static let standing = (UInt8(0)..<0x80).map {
        $0.isDigit || HostName.isLetter($0) || "-._~!$&'()*+,;=:@/?".utf8.contains($0)
    }
}

extension StringProtocol {
    /// Whether the word, of ASCII, stands in it. Byte for byte: a search by characters took longer than the rest of an
    /// answer's reading.
    func holds(_ word: StaticString) -> Bool {
        let found = utf8.withContiguousStorageIfAvailable { text in
            let word = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            guard text.count >= word.count else { return false }
            return (0...text.count - word.count).contains { text[$0] == word[0] && text[$0...].starts(with: word) }
        }
        return found ?? String(self).holds(word)
    }
}

extension Substring {
    /// Without blanks, controls and invisible marks around it.
    fileprivate var trimmed: Substring {
        var rest = self
        while rest.unicodeScalars.first?.isNothing == true { rest.unicodeScalars.removeFirst() }
        while rest.unicodeScalars.last?.isNothing == true { rest.unicodeScalars.removeLast() }
        return rest
    }
}

extension Unicode.Scalar {
    fileprivate var isNothing: Bool {
        switch properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension StringProtocol {
    /// Without the escapes of links (RFC 3986, 2.1); `nil` where one is broken, or where the bytes are no UTF-8.
    var percentDecoded: String? {
        guard utf8.contains(UInt8(ascii: "%")) else { return String(self) }
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
