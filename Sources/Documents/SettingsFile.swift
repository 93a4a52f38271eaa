// SPDX-License-Identifier: Apache-2.0

/// A configuration file: YAML, one level, every value as text. What the names mean is the reader's.
package struct SettingsFile: Sendable {
    /// One line of it.
    package struct Entry: Equatable, Sendable {
        /// The setting's name.
        package let name: String
        /// Its value as it stands there; a list is joined with commas.
        package let value: String
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
        let root: DocumentNode
        do {
            root = try YAMLDocument.parse(DocumentText(bytes).text)
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
        for entry in map { entries.append(try Self.entry(entry)) }
        self.entries = entries
    }

    private static func entry(_ entry: DocumentNode.Entry) throws(Mistake) -> Entry {
        let value: String
        switch entry.value.content {
        case .scalar(let text, _): value = text
        case .list(let items):
            let texts = items.compactMap(\.text)
            guard texts.count == items.count else {
                throw Mistake(Wording.notOneSetting(entry.key), entry.value.place)
            }
            value = texts.joined(separator: ",")
        case .map: throw Mistake(Wording.notOneSetting(entry.key), entry.value.place)
        }
        return Entry(name: entry.key, value: value, line: entry.keyPlace.line, column: entry.keyPlace.column)
    }
}

extension SettingsFile.Mistake {
    fileprivate init(_ sentence: String, _ place: DocumentNode.Place?) {
        description = Wording.located(sentence, at: place)
    }
}
