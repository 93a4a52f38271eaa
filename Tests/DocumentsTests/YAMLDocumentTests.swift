// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents

/// What libyaml's events become.
struct YAMLDocumentTests {
    private static func problem(_ text: String) -> DocumentError.Problem? {
        do throws(DocumentError) {
            _ = try YAMLDocument.parse(text)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test(arguments: [
        ("16:9", "16:9", DocumentNode.Scalar.plain), ("0x10", "0x10", .plain), ("1_000", "1_000", .plain),
        ("no", "no", .plain), ("2026-01-02", "2026-01-02", .plain), ("'16:9'", "16:9", .text),
        ("|\n  a\n  b\n", "a\nb\n", .text), (">\n  a\n  b\n", "a b\n", .text), ("\"\\u00e4\\0\"", "ä\0", .text),
        ("!!str 'a'", "a", .text), ("\u{FEFF}a", "a", .plain), ("", "", .plain),
    ])
    func `a scalar stays the text that stands there`(text: String, value: String, kind: DocumentNode.Scalar) throws {
        let node = try #require(try YAMLDocument.parse("key: \(text)")["key"])
        #expect(node.content == .scalar(value, kind))
    }

    @Test func `every value and every key knows its place`() throws {
        let root = try YAMLDocument.parse("# c\nä: b\nlist:\n  - {c: 'd'}\n", firstLine: 11)
        func place(_ line: Int, _ column: Int) -> DocumentNode.Place { .init(line: line, column: column) }
        func text(_ text: String, _ kind: DocumentNode.Scalar, _ line: Int, _ column: Int) -> DocumentNode {
            DocumentNode(content: .scalar(text, kind), place: place(line, column))
        }
        let map = DocumentNode(
            content: .map([.init(key: "c", keyPlace: place(14, 6), value: text("d", .text, 14, 9))]),
            place: place(14, 5))
        let list = DocumentNode(content: .list([map]), place: place(14, 3))
        #expect(
            root.content
                == .map([
                    .init(key: "ä", keyPlace: place(12, 1), value: text("b", .plain, 12, 4)),
                    .init(key: "list", keyPlace: place(13, 1), value: list),
                ]))
    }

    @Test(arguments: [
        ("a: &b c\nd: *b\n", DocumentError.Problem.anchor), ("&a [*a, *a]\n", .anchor), ("a: *b c\n", .alias),
        ("*a : b\n", .alias), ("a: !!int 1\n", .tag), ("a: !b []\n", .tag), ("a: ! {}\n", .tag),
        ("a: !!str b\n", .tag), ("<<: {a: b}\n", .mergeKey), ("[a]: b\n[a]: c\n", .keyIsNotText),
        ("{a: b}: c\n", .keyIsNotText), ("a: 1\n---\nb: 1\n", .severalDocuments), ("", .empty), ("# a\n", .empty),
        ("a: 1\n'a': 2\n", .duplicateKey("a")), ("b: 1\na: 1\nb: 1\na: 1\n", .duplicateKey("a")),
        ("!a b: &c d\n", .tag), ("a: {b: 1, b: 2}\na: 1\n", .duplicateKey("b")),
        // What is no YAML at all is told first.
        ("a: &b c\nd: 'e\n", .neverClosed), ("a: !b c\n  d: e\n", .colonInText),
    ])
    func `what is left out of YAML here is refused by name`(text: String, problem: DocumentError.Problem) {
        #expect(Self.problem(text) == problem)
    }

    @Test func `what is read can be read again in a journal's line, which is JSON two levels deeper`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(Self.problem(nested(62)) == nil)
        #expect(Self.problem(nested(63)) == .nestedTooDeep(limit: 62))
        #expect(Self.problem("'" + String(repeating: "[", count: 1 << 20) + "'") == nil)
    }

    @Test(arguments: ["[", "- ", "? ", "{a: ", "- [", "a: [", "{", "- &a "])
    func `what has no bottom is given up where it is too deep`(beginning: String) {
        let text = String(repeating: beginning, count: (1 << 20) / beginning.utf8.count)
        #expect(Self.problem(text) != nil)
    }

    @Test func `values are counted, and not the commas and line breaks in a text`() {
        #expect(Self.problem("a: 'b" + String(repeating: ",", count: 300_000) + "'") == nil)
        #expect(Self.problem("a: |\n" + String(repeating: "  b\n", count: 250_000)) == nil)
        let most = DocumentError.valuesLimit
        // The list itself is one of them.
        #expect(Self.problem("[" + String(repeating: "0,", count: most - 1) + "]") == nil)
        #expect(Self.problem("[" + String(repeating: "0,", count: most) + "]") == .tooManyValues(limit: most))
        #expect(Self.problem(String(repeating: "- a\n", count: most)) == .tooManyValues(limit: most))
    }
}
