// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Requests

/// Which texts are a program's word for nothing.
struct NothingTextTests {
    static let words = [
        "nan", "NaN", "NaT", "None", "NULL", "nil", "undefined", "N/A", "n/a", "#N/A", "<NA>", "(null)", "[null]",
        "n.a.",
        "TRUE", "False", "WAHR", "faux", "None, None", " nan ", "'null'", "\\N", "System.Object[]", "undefined.",
        "Prompt",
        "null\nnull", "#REF!", "#N/V",
    ]

    @Test(arguments: words)
    func `a word for nothing is one in any case and any punctuation`(text: String) {
        #expect(NothingText(text) != nil)
    }

    static let withoutLetters = [
        "0", "-", "…", "?!", "12,5", "\u{1A}", "\u{200B}", "\u{FEFF}\u{200B}", "--", "🍌", "1e+05", "-0x1F",
        "2026-11-28", "\u{0}", "1.", "“”",
    ]

    @Test(arguments: withoutLetters)
    func `what has no letter says nothing`(text: String) {
        #expect(NothingText(text) == .noLetter)
    }

    static let unfilled = [
        "{{ $json.prompt }}", "{{prompt}}", "${prompt}", "#{prompt}", "<%= prompt %>", "{% prompt %}", "«Prompt»",
        "{prompt}", "<prompt>", "<Your prompt here>", "<no value>", "${{ inputs.prompt }}", "<<prompt>>",
        "{{{prompt}}}", "[PROMPT]", "[[prompt]]", "%prompt%", "%s", "%(prompt)s",
        "$prompt",
        "$json.prompt", "__PROMPT__", "@{prompt=x; id=1}", "[object Object]", "{{ a }}, {{ b }}", "{0} {name}",
        "  {{ prompt }}\n",
    ]

    @Test(arguments: unfilled)
    func `a place that was never filled in is nothing where nothing else is`(text: String) {
        #expect(NothingText(text) == .unfilled)
    }

    static let wished = [
        "x", "Put {prompt} on it", "a <red> bottle", "None of the bottles", "make it null", "no background", "红色",
        "สีแดง",
        "نص", "n", "{\"scene\": \"a bottle\", \"style\": \"oil\"}", "[\"red\", \"blue\"]", "<scene>a bottle</scene>",
        "$5 bottle", "100% red", "50 % more", "{{name}} in red", "undefined shapes", "true colours", "A", "# red",
        "Object on a table", "System of a down", "R2D2", "16:9 crop", "@anna in a hat", "http://a.b",
        "[wide shot, soft light, a bottle on marble]",
    ]

    @Test(arguments: wished)
    func `what says something is wished`(text: String) {
        #expect(NothingText(text) == nil)
    }

    @Test(arguments: ["@{id=4711}", "@{}", "System.Object[]", "System.Collections.Hashtable"])
    func `what PowerShell leaves of an object is known`(text: String) {
        #expect(NothingText.isCutOff(text))
    }

    @Test(arguments: ["@{id", "@anna", "{id=4711}", "System of a down", "4711", ""])
    func `what only looks like it is not`(text: String) {
        #expect(!NothingText.isCutOff(text))
    }
}
