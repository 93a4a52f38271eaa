// SPDX-License-Identifier: Apache-2.0

/// Takes out of the links in a text what they carry beside scheme, host and path. Works on bytes: as characters, a `?`
/// with an accent behind it is no `?`. Pure.
struct LinkRedaction {
    /// Whether what stands behind `?` and `#` goes, too.
    let takesQuery: Bool

    private typealias Word = ArraySlice<UInt8>

    func text(_ text: String) -> String {
        let bytes = Array(text.utf8)
        // Most texts hold no link, nor half of one.
        guard bytes.contains(where: { "?@#…".utf8.contains($0) }) else { return text }
        var clean: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let gap = rest.prefix { Self.isGap($0) }
            let word = rest[gap.endIndex...].prefix { !Self.isGap($0) }
            clean += gap
            clean += self.word(word)
            rest = rest[word.endIndex...]
        }
        return String(decoding: clean, as: UTF8.self)
    }

    /// What surely stands in no link, and so ends one.
    private static func isGap(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F || "<>`".utf8.contains(byte) }

    private func word(_ word: Word) -> [UInt8] {
        let bare = Self.withoutCredentials(word)[...]
        guard takesQuery, let cut = Self.cut(bare) else { return Array(bare) }
        let end = Self.end(bare, from: cut)
        return bare[...cut] + Array(Redaction.mark.utf8) + self.word(bare[end...])
    }

    // MARK: Query and fragment

    /// Where the query or the fragment begins; `nil` where there is none. What has no scheme is a link that somebody
    /// forgot it of, where an assignment stands in it.
    private static func cut(_ word: Word) -> Int? {
        let marks = word.indices.filter { word[$0] == UInt8(ascii: "?") || word[$0] == UInt8(ascii: "#") }
        return marks.first { mark in
            let tail = word[(mark + 1)...]
            if tail.starts(with: Redaction.mark.utf8) || end(word, from: mark) == mark + 1 { return false }
            return has("://", word[..<mark]) || tail.contains(UInt8(ascii: "="))
        }
    }

    /// Where what stands behind the mark ends: at a quote that closes something, else with the word, but for the
    /// punctuation of the sentence around it.
    private static func end(_ word: Word, from mark: Int) -> Int {
        let closing = Array("\"',.;:)]}\\".utf8)
        for index in word[(mark + 1)...].indices where word[index] == UInt8(ascii: "\"") {
            let next = index + 1
            guard next == word.endIndex || closing.contains(word[next]) else { continue }
            // `\"`, as in JSON within JSON.
            return index > mark + 1 && word[index - 1] == UInt8(ascii: "\\") ? index - 1 : index
        }
        let kept = word[(mark + 1)...].reversed().prefix { closing.contains($0) }
        return word.endIndex - kept.count
    }

    // MARK: Credentials

    /// `https://user:password@host` as `https://***@host`; without a scheme, too.
    private static func withoutCredentials(_ word: Word) -> [UInt8] {
        guard word.firstRange(of: "://".utf8) == nil else { return links(word) }
        let parts = word.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
        return Array(parts.map(bare).joined(separator: "\"".utf8))
    }

    private static func links(_ word: Word) -> [UInt8] {
        guard let scheme = word.firstRange(of: "://".utf8) else { return Array(word) }
        let rest = word[scheme.upperBound...]
        let authority = rest.prefix { !"/?#\"\\".utf8.contains($0) }
        let head = Array(word[..<scheme.upperBound])
        if let at = lastAt(in: authority, of: rest) { return head + Array(Redaction.mark.utf8) + links(rest[at...]) }
        // Cut short: what is left may be a user name, or the beginning of a password.
        if has("…", authority) { return head + Array("\(Redaction.mark)…".utf8) + links(rest[authority.endIndex...]) }
        return head + authority + links(rest[authority.endIndex...])
    }

    /// The `@` that ends the credentials; `nil` where there are none.
    private static func lastAt(in authority: Word, of rest: Word) -> Int? {
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { return at }
        // A slash or a question mark in a password, where it should be percent-encoded: what stands behind the colon is
        // no port.
        guard !authority.starts(with: "[".utf8), let colon = authority.firstIndex(of: UInt8(ascii: ":")),
            authority.endIndex < rest.endIndex, !authority[(colon + 1)...].allSatisfy(isDigit)
        else { return nil }
        return rest.lastIndex(of: UInt8(ascii: "@"))
    }

    /// `user:password@host`, also in JSON that escapes slashes: `https:\/\/user:password@host`.
    private static func bare(_ part: Word) -> [UInt8] {
        guard let at = part.lastIndex(of: UInt8(ascii: "@")),
            let colon = part[..<at].firstIndex(of: UInt8(ascii: ":")), colon + 1 < at
        else { return Array(part) }
        return part.prefix { "'([{,;=".utf8.contains($0) } + Array(Redaction.mark.utf8) + part[at...]
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func has(_ text: String, _ word: Word) -> Bool { word.firstRange(of: Array(text.utf8)) != nil }
}
