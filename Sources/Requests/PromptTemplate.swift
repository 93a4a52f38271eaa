// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// A prompt with places to fill: `Put {product} on {surface|white marble}`. Pure.
///
/// A place is a name in braces, with what stands there by default behind a `|`. `{{` writes a brace. Whatever else has braces
/// is text, so that a prompt in JSON stays as it is.
struct PromptTemplate: Equatable, Sendable {
    enum Piece: Equatable, Sendable {
        case text(String)
        case place(name: String, otherwise: String?)
    }

    /// Why it cannot be filled.
    enum Problem: Error, Equatable, Sendable {
        /// Nothing fills the place.
        case unfilled(String)
        case tooLong(limit: Int)
    }

    private(set) var pieces: [Piece] = []
    /// Whether it says exactly what it is written as.
    private(set) var isPlain = true

    /// Whether anything is to be filled in.
    var hasPlaces: Bool { !placeNames.isEmpty }

    var placeNames: [String] { pieces.compactMap { if case .place(let name, _) = $0 { name } else { nil } } }

    private static let nameLimit = 64

    init(_ text: String) {
        var (plain, rest) = ("", text[...])
        while let brace = rest.firstIndex(of: "{") {
            plain += rest[..<brace]
            rest = rest[rest.index(after: brace)...]
            if rest.first == "{" {
                rest.removeFirst()
                isPlain = false
                plain.append("{")
            } else if let (name, otherwise, end) = Self.place(at: rest) {
                if !plain.isEmpty { pieces.append(.text(plain)) }
                pieces.append(.place(name: name, otherwise: otherwise))
                plain = ""
                rest = rest[end...]
                isPlain = false
            } else {
                plain.append("{")
            }
        }
        plain += rest
        if !plain.isEmpty { pieces.append(.text(plain)) }
    }

    /// What stands behind a brace, if that is a place.
    private static func place(
        at rest: Substring
    ) -> (name: String, otherwise: String?, end: String.Index)? {
        // No further than to the next brace, so that any text is gone through but twice.
        guard let close = rest.firstIndex(where: { $0 == "}" || $0 == "{" }), rest[close] == "}" else { return nil }
        let inside = rest[..<close]
        let bar = inside.firstIndex(of: "|")
        let name = String(inside[..<(bar ?? close)]).trimmed
        guard name.utf8.count <= nameLimit, name.first.map({ $0.isLetter || $0 == "_" }) == true,
            name.allSatisfy({ $0.isLetter || $0.isNumber || "_-. ".contains($0) })
        else { return nil }
        return (name, bar.map { String(inside[inside.index(after: $0)...]).trimmed }, rest.index(after: close))
    }

    /// - Parameter value: what fills a place; `nil` where nothing does. It is text, whatever braces it has.
    func filled(limit: Int, by value: (String) -> String?) throws(Problem) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .place(let name, let otherwise):
                guard let part = value(name) ?? otherwise else { throw .unfilled(name) }
                text += part
            }
            if text.utf8.count > limit { throw .tooLong(limit: limit) }
        }
        return text
    }

    /// The same where some of its places are filled, as a template again.
    ///
    /// - Parameter stays: whether a place is left for later.
    func filled(
        limit: Int, leaving stays: (String) -> Bool, by value: (String) -> String?
    ) throws(Problem) -> String {
        // What was written and what was filled in are one text: braces of both may stand side by side.
        var (text, plain) = ("", "")
        for piece in pieces {
            switch piece {
            case .text(let part): plain += part
            case .place(let name, let otherwise) where stays(name):
                text += Self.saying(plain, before: "{") + "{" + name + (otherwise.map { "|" + $0 } ?? "") + "}"
                plain = ""
            case .place(let name, let otherwise):
                guard let part = value(name) ?? otherwise else { throw .unfilled(name) }
                plain += part
            }
            if text.utf8.count + plain.utf8.count > limit { throw .tooLong(limit: limit) }
        }
        return text + Self.saying(plain)
    }

    /// A template that says exactly that text. A prompt in JSON stays as it is: no brace is doubled that is read as one.
    ///
    /// - Parameter next: what comes behind it.
    static func saying(_ text: String, before next: String = "") -> String {
        var (said, rest) = ("", text[...])
        while let brace = rest.firstIndex(of: "{") {
            said += rest[...brace]
            rest = rest[rest.index(after: brace)...]
            let follows = rest.isEmpty ? next[...] : rest
            if follows.first == "{" || place(at: rest) != nil { said.append("{") }
        }
        return said + rest
    }
}

/// What fills the places of a prompt: the request's own `meta`, and where it was dropped.
struct PlaceValues: Sendable {
    /// Where a request lies, and under which name.
    struct Context: Equatable, Sendable {
        /// Empty for the inbox itself.
        var lane: String
        /// Of the file, without its ending; of a part, what it calls itself, or its number.
        var name: String
        /// Of a part, from 1.
        var number = 1
    }

    /// The entries of `meta` as they are written, in their order.
    private let keys: [String]
    private let exact: [String: DocumentNode]
    private let byLetters: [String: DocumentNode]
    private let context: Context?
    /// What the request itself asks for, by the names of its places.
    private let asked: [(name: String, value: String)]

    private static let metaPrefix = "meta."
    private static let shownLimit = 20

    /// - Parameter meta: a mapping; of two keys that mean the same, the first counts.
    init(meta: DocumentNode?, context: Context?, asked: [(name: String, value: String)] = []) {
        self.asked = asked
        let entries = meta?.entries ?? []
        keys = entries.map(\.key)
        exact = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
        byLetters = Dictionary(entries.map { (RequestKey.letters(of: $0.key), $0.value) }) { first, _ in first }
        self.context = context
    }

    /// A value that is blank fills nothing.
    subscript(name: String) -> String? {
        let own = name.hasPrefix(Self.metaPrefix) ? String(name.dropFirst(Self.metaPrefix.count)) : name
        // Written as in `meta`, or as in a table's header: neither case counts, nor what stands between the words.
        let value = exact[own] ?? byLetters[RequestKey.letters(of: own)]
        let text = value.map { $0.isLeftOut ? nil : $0.scalarText } ?? (own == name ? known(name) : nil)
        return text.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    }

    /// The names of all that would fill something, for whoever has slipped.
    var names: [String] {
        let own = Array(keys.lazy.filter { self[$0] != nil }.prefix(Self.shownLimit))
        let further = ["name", "lane", "number"] + asked.map(\.name)
        return own + further.filter { self[$0] != nil && !own.contains($0) }
    }

    /// What only the batch knows of its part, and no file of the part's own; `nil` for any other place.
    func ofPart(_ name: String) -> String? {
        guard ["name", "number"].contains(name.lowercased()), let value = self[name], value == known(name) else {
            return nil
        }
        return value
    }

    private func known(_ name: String) -> String? {
        switch name.lowercased() {
        case "name": context?.name
        case "lane": context?.lane
        case "number": context.map { String($0.number) }
        case let name: asked.first { $0.name == name }?.value
        }
    }
}
