// SPDX-License-Identifier: Apache-2.0

/// A configuration file: YAML, a setting a key, every value as one line of text. What the names mean is the reader's.
package struct SettingsFile: Sendable {
    /// How a value stands in the file.
    package enum Shape: String, Sendable {
        /// One value.
        case value
        /// A YAML list.
        case list
        /// A YAML mapping.
        case table
    }

    /// One setting of it.
    package struct Entry: Equatable, Sendable {
        /// The setting's name.
        package let name: String
        /// Its value as an option would give it: a list is joined with commas, a table is `NAME = VALUE, NAME = VALUE`.
        package let value: String
        /// How it stands there.
        package let shape: Shape
        /// Whether it is one value made of lines with no comma between them: YAML puts a space where a line ends.
        package let isGlued: Bool
        /// Where the name stands, from 1.
        package let line: Int
        /// Where the name stands, from 1.
        package let column: Int
    }

    /// The file is no configuration; says why, and where it can.
    package struct Mistake: Error, Equatable, CustomStringConvertible {
        /// One sentence, with line and column where there are any.
        package let description: String
    }

    /// In the order of the file.
    package let entries: [Entry]

    /// Reads the bytes of a file. An empty file, or one with comments only, has no entries.
    package init(_ bytes: [UInt8]) throws(Mistake) {
        let (text, root): (String, DocumentNode)
        do {
            text = try DocumentText(bytes).text
            root = try YAMLDocument.parse(text)
        } catch let error as DocumentError {
            if error.problem == .empty {
                entries = []
                return
            }
            throw Mistake(Wording.sentence(error.problem), error.place)
        } catch let error as DocumentText.Problem {
            throw Mistake(Wording.sentence(error), nil)
        } catch {
            preconditionFailure("a document throws nothing else")
        }
        guard let map = root.entries else {
            if case .scalar("", _) = root.content { entries = []; return }
            throw Mistake(Wording.notSettings, root.place)
        }
        var entries: [Entry] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, entry) in map.enumerated() {
            let next = index + 1 < map.count ? map[index + 1].keyPlace.line : lines.count + 1
            let isGlued = Self.isGlued(entry.value, lines: lines[..<min(next - 1, lines.count)])
            entries.append(try Self.entry(entry, isGlued: isGlued))
        }
        self.entries = entries
    }

    /// - Parameter lines: those before the next setting.
    private static func isGlued(_ value: DocumentNode, lines: ArraySlice<Substring>) -> Bool {
        guard case .scalar(let text, _) = value.content, !text.isEmpty else { return false }
        let start = value.place.line - 1
        guard lines.indices.contains(start) else { return false }
        let first = String(String.UnicodeScalarView(lines[start].unicodeScalars.dropFirst(value.place.column - 1)))
        // The mark of block text is none of its lines.
        let own = ["|", ">"].contains { first.hasPrefix($0) } ? [] : [first.trimmed]
        let further = lines[(start + 1)...].map(\.trimmed).filter { line in
            !line.isEmpty && !line.hasPrefix("#") && !["}", "...", "---"].contains(line)
        }
        return (own + further).dropLast().contains { !$0.hasSuffix(",") }
    }

    private static func entry(_ entry: DocumentNode.Entry, isGlued: Bool) throws(Mistake) -> Entry {
        let shape: Shape
        let texts: [String?]
        switch entry.value.content {
        case .scalar(let text, _): (shape, texts) = (.value, [text])
        case .list(let items):
            (shape, texts) = (.list, items.map { part($0.text) })
            // A `-` with nothing behind it.
            if let blank = items.first(where: { $0.isLeftOut || $0.text?.trimmed.isEmpty == true }) {
                throw Mistake(Wording.blankItem(entry.key), blank.place)
            }
        case .map(let rows):
            (shape, texts) = (.table, rows.map { row in part(row.key, row.value.text).map { "\($0) = \($1)" } })
        }
        let whole = texts.compactMap { $0 }
        guard whole.count == texts.count else { throw Mistake(Wording.notOneSetting(entry.key), entry.value.place) }
        return Entry(
            name: entry.key, value: whole.joined(separator: ", "), shape: shape, isGlued: isGlued,
            line: entry.keyPlace.line, column: entry.keyPlace.column)
    }

    /// What would be several parts in one line is none.
    private static func part(_ text: String?) -> String? { text.flatMap { $0.contains(",") ? nil : $0 } }

    private static func part(_ name: String, _ value: String?) -> (String, String)? {
        guard let name = part(name), let value = part(value), !value.contains("=") else { return nil }
        return (name, value)
    }
}

extension SettingsFile.Mistake {
    fileprivate init(_ sentence: String, _ place: DocumentNode.Place?) {
        description = Wording.located(sentence, at: place)
    }
}
