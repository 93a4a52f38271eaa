// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents

/// Articles as plain text, for people who have nothing but an editor.
struct ArticleTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var markdown: String
        /// At a width of 20.
        var text: [String]
    }

    static let samples = [
        Sample(testDescription: "nothing", markdown: "", text: []),
        Sample(
            testDescription: "headings, in capitals", markdown: "# For `you`\n## Or me\ntext\n",
            text: ["FOR \"YOU\"", "", "OR ME", "", "text"]),
        Sample(
            testDescription: "paragraphs, broken anew between words",
            markdown: "one two three four\nfive, and\nsix\n\nseven-and-a-word-that-is-too-long eight",
            text: ["one two three four", "five, and six", "", "seven-and-a-word-that-is-too-long", "eight"]),
        Sample(
            testDescription: "marks within a line",
            markdown: "**Bold**, *it says*, `a * b`, `: `, [a link](A.md)",
            text: ["Bold, \"it says\", \"a", "* b\", \": \", a link"]),
        Sample(
            testDescription: "lists, whose items go on below themselves",
            markdown: "- one two three four\n  five\n- six\n\n1. a\n12. one two three four",
            text: ["- one two three four", "  five", "- six", "", "1. a", "12. one two three", "    four"]),
        Sample(
            testDescription: "a dash or a number that begins no item",
            markdown: "-1 is no item\n\n2026 is a year", text: ["-1 is no item", "", "2026 is a year"]),
        Sample(
            testDescription: "code, word by word, however long its lines are",
            markdown: "Thus:\n```yaml request\na: *b*\n\n  c: `d` one two three four\n```\nDone",
            text: ["Thus:", "", "    a: *b*", "", "      c: `d` one two three four", "", "Done"]),
        Sample(testDescription: "code without an end", markdown: "```\na", text: ["    a"]),
        Sample(
            testDescription: "a table, cell by cell",
            markdown: "| you see | so |\n|---|---|\n| a `b` and more of it | wait |\n| c | go |\n",
            text: ["- you see: a \"b\" and", "  more of it", "  so: wait", "- you see: c", "  so: go"]),
    ]

    @Test(arguments: samples)
    func `an article becomes plain text`(sample: Sample) {
        let text = Article(markdown: sample.markdown).text(width: 20)
        #expect(text == sample.text.map { $0 + "\r\n" }.joined())
    }
}
