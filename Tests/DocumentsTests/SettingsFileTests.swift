// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents

/// A configuration as its lines are read.
struct SettingsFileTests {
    private static func entries(_ text: String) throws -> [SettingsFile.Entry] {
        try SettingsFile(Array(text.utf8)).entries
    }

    @Test(arguments: [
        ("a: 16:9\n", "16:9", SettingsFile.Shape.value), ("a:\n", "", .value), ("a: []\n", "", .list),
        ("a: [b, 'c d']\n", "b, c d", .list), ("a:\n  b c: 0.10\n  d/e: 5\n", "b c = 0.10, d/e = 5", .table),
        ("a:\n  b = c: 1\n", "b = c = 1", .table), ("a: {}\n", "", .table),
    ])
    func `values, lists and tables are read as one line`(
        text: String, value: String, shape: SettingsFile.Shape
    ) throws {
        let entries = try Self.entries(text)
        #expect(entries.map(\.name) == ["a"])
        #expect(entries.map(\.value) == [value] && entries.map(\.shape) == [shape])
    }

    @Test(arguments: [
        "a: ['b,c']\n", "a: {'b,c': 1}\n", "a: {b: '1,5'}\n", "a: {b: 1=2}\n", "a: [[b]]\n", "a: {b: [c]}\n",
        "a:\n  - b\n  -\n", "a: [b, '']\n", "a: [' ']\n", "a: [~]\n",
    ])
    func `what would be read as something else in one line is a mistake`(text: String) {
        #expect(throws: SettingsFile.Mistake.self) { try Self.entries(text) }
    }

    @Test(arguments: [
        ("a:\n  b = 1\n  c = 2\n", true), ("a: b\n  c\n", true), ("a: |\n  b = 1\n  c = 2\n", true),
        ("a: 'b\n  c'\nd: e\n", true), ("a: b, c,\n  d\n", false), ("a: >\n  b,\n  c\n", false),
        ("a:\n  b = 1\n\n# c\nd: e\n", false), ("a: b # c\n", false), ("{\"a\": \"b\",\n\"d\": \"e\"\n}\n", false),
        ("a: >-\n  b = 1\nd:\n  - e\n", false), ("a:\n\nd: e\n", false), ("a: [b,\n  c]\n", false),
    ])
    func `lines that YAML makes one of are told from one that goes on behind a comma`(
        text: String, isGlued: Bool
    ) throws {
        #expect(try Self.entries(text).map(\.isGlued).contains(true) == isGlued)
    }
}
