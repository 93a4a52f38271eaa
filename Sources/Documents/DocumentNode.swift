// SPDX-License-Identifier: Apache-2.0

/// A value read from a JSON or YAML text, with the place where it stands.
///
/// Scalars are kept as text: what `16:9` means is for the key it belongs to, never for the syntax.
package struct DocumentNode: Equatable, Sendable {
    /// Line and column, both from 1; columns are counted in Unicode scalars.
    package struct Place: Equatable, Sendable {
        // As small as they can be: there is one for each value of a large file.
        private let storedLine: Int32
        private let storedColumn: Int32

        package init(line: Int, column: Int) {
            (storedLine, storedColumn) = (Int32(clamping: line), Int32(clamping: column))
        }

        package var line: Int { Int(storedLine) }
        package var column: Int { Int(storedColumn) }

        func down(_ lines: Int) -> Place { Place(line: line + lines, column: column) }
    }

    package enum Scalar: Equatable, Sendable {
        /// Quoted, or block text.
        case text
        /// A YAML word without quotes: text for most keys, a number where a number belongs.
        case plain
        /// JSON's `12`, `true`, `null`.
        case number, bool, null
    }

    package struct Entry: Equatable, Sendable {
        package var key: String
        package var keyPlace: Place
        package var value: DocumentNode

        package init(key: String, keyPlace: Place, value: DocumentNode) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }

    package enum Content: Equatable, Sendable {
        case scalar(String, Scalar)
        case list([DocumentNode])
        case map([Entry])
    }

    package var content: Content
    package var place: Place

    package init(content: Content, place: Place) {
        self.content = content
        self.place = place
    }

    /// The entry of a map, or `nil` where there is none or this is no map.
    package subscript(key: String) -> DocumentNode? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// A string, quoted or plain; `nil` for anything else.
    package var text: String? {
        guard case .scalar(let text, let kind) = content else { return nil }
        return kind == .text || kind == .plain ? text : nil
    }

    /// The word of a scalar of any kind.
    package var scalarText: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// The first text below it, at any depth, for which that holds.
    package func firstText(where holds: (String) -> Bool) -> DocumentNode? {
        let below: [DocumentNode]
        switch content {
        case .scalar: return text.map(holds) == true ? self : nil
        case .list(let items): below = items
        case .map(let entries): below = entries.map(\.value)
        }
        for node in below { if let found = node.firstText(where: holds) { return found } }
        return nil
    }

    /// `key:` with nothing behind it, `null`, or empty text: as if the key were not there.
    package var isLeftOut: Bool {
        guard case .scalar(let text, let kind) = content else { return false }
        return kind == .null || text.isEmpty || (kind == .plain && (text == "~" || text == "null"))
    }

    /// A whole number, however it was written.
    package var integer: Int? {
        guard case .scalar(let text, _) = content else { return nil }
        return Int(text)
    }

    /// The items of a list, also where Windows PowerShell has wrapped it: `{"value": […], "Count": 2}`.
    package var list: [DocumentNode]? {
        switch content {
        case .list(let items): items
        case .map(let entries) where entries.map(\.key) == ["value", "Count"]:
            if case .list(let items) = entries[0].value.content, entries[1].value.integer == items.count {
                items
            } else {
                nil
            }
        case .map, .scalar: nil
        }
    }

    package var entries: [Entry]? {
        guard case .map(let entries) = content else { return nil }
        return entries
    }

    /// The same value, so many lines further down.
    func down(_ lines: Int) -> DocumentNode {
        let content: Content =
            switch content {
            case .scalar: content
            case .list(let items): .list(items.map { $0.down(lines) })
            case .map(let entries):
                .map(
                    entries.map { entry in
                        Entry(key: entry.key, keyPlace: entry.keyPlace.down(lines), value: entry.value.down(lines))
                    })
            }
        return DocumentNode(content: content, place: place.down(lines))
    }

    /// The same value for writing. A plain YAML word becomes a number, a truth value or null where JSON has that very
    /// word, and text otherwise.
    package var json: JSON {
        switch content {
        case .map(let entries): .object(entries.map { JSON.Member(key: $0.key, value: $0.value.json) })
        case .list(let items): .array(items.map(\.json))
        case .scalar(let text, .text): .string(text)
        case .scalar(let text, .number): .number(text)
        case .scalar(let text, .bool): .bool(text == "true")
        case .scalar(_, .null): .null
        case .scalar(let text, .plain): Self.jsonWord(text)
        }
    }

    private static func jsonWord(_ text: String) -> JSON {
        switch text {
        case "true", "false": return .bool(text == "true")
        case "null", "~", "": return .null
        default: break
        }
        var parser = JSONDocumentParser(Array(text.utf8))
        return parser.isOneNumber() ? .number(text) : .string(text)
    }
}
