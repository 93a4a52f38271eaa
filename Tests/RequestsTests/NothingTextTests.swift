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
        "null\nnull", "#REF!", "#N/V", "Loading...", "Error: Loading data…", "Wird geladen...", "TBD", "todo", "string",
        "not available", "Not set", "(Leer)", "(空白)", "Enter your prompt here", "Optional(nil)", "1.#QNAN", "nan(ind)",
        "IGAZ", "DOĞRU", "EPÄTOSI", "com.shop.Prompt@6d06d69c", "[Ljava.lang.String;@1b6d3586", "#<Prompt:0x000055>",
        "%!s(<nil>)", "%!v(MISSING)", "function () { [native code] }", "Promise { <pending> }",
        "Microsoft.PowerShell.Commands.GenericMeasureInfo",
    ]

    @Test(arguments: words)
    func `a word for nothing is one in any case and any punctuation`(text: String) {
        #expect(NothingText(text) != nil)
    }

    static let withoutLetters = [
        "0", "-", "…", "?!", "12,5", "\u{1A}", "\u{200B}", "\u{FEFF}\u{200B}", "--", "🍌", "1e+05", "-0x1F",
        "2026-11-28", "\u{0}", "1.", "“”", "1970-01-01T00:00:00Z", "2026-11-28T14:02:00.000Z",
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
        "  {{ prompt }}\n", "<p></p>", "<p>&nbsp;</p>", "&nbsp;", "<div><br></div>", "<?php echo $prompt; ?>",
        "{!Account.Name}", "$env:PROMPT", "[YOUR PROMPT]", "«Prompt»", "<insert text>",
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
        "[wide shot, soft light, a bottle on marble]", "[blue sky]", "[product on marble]", "<blue sky>",
        "{red bottle}",
        "«Rends la bouteille rouge»", "«Rouge», s'il vous plaît", "string quartet", "missing poster", "to do list",
        "loading dock at night", "optional: a hat", "nothing but the bottle", "not set in stone", "B&W; high contrast",
        "#sunset", "anna@decade", "T-shirt 2026-11-28", "<p>a bottle</p>", "Sand", "sets not available in stores",
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
