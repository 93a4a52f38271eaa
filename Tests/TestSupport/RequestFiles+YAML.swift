// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// YAML as such: what is read, and each slip that the reader knows by name.
    static let yaml: [RequestFile] = [
        .good(
            "the smallest request", .yaml,
            "prompt: x\nimages: https://a.b/c.png\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "every key", .yaml,
            """
            prompt: x\nimages: [https://a.b/c.png, http://a.b/2]\nmodel: nano-banana-pro\naspect_ratio: \
            16:9\nimage_size: 2k\nvariants: 3\nmeta: {a: 1, b: yes}\n
            """,
            asks(
                """
                "prompt":"x","image_urls":["https://a.b/c.png","http://a.b/2"],"aspect_ratio":"16:9",\
                "image_size":"2K"},"variants":3,"meta":{"a":1,"b":"yes"}}
                """)),
        .good(
            "the API's own name of a model", .yaml,
            "prompt: x\nimages: https://a.b/c.png\nmodel: gemini-2.5-flash-image\n",
            """
            {"request":{"model":"gemini-2.5-flash-image","prompt":"x","image_urls":["https://a.b/c.png"]},\
            "variants":1}
            """),
        .good(
            "block text keeps its lines", .yaml,
            "prompt: |\n  one\n  two: three\nurl: https://a.b/c.png\n",
            asks(#""prompt":"one\ntwo: three\n","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "folded text", .yaml,
            "prompt: >-\n  one\n  two\nurl: https://a.b/c.png\n",
            asks(#""prompt":"one two","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "a plain text over two lines", .yaml,
            "prompt: one\n  two\nurl: https://a.b/c.png\n",
            asks(#""prompt":"one two","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "keys with nothing behind them are left out", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nmodel:\naspect_ratio: ~\nimage_size: ''\nvariants: null\nmeta:\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1,"meta":null}"#)),
        .good(
            "comments, a marker before and one behind", .yaml,
            "# mine\n---\nprompt: x  # why\nurl: https://a.b/c.png\n...\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "a directive", .yaml,
            "%YAML 1.2\n---\nprompt: x\nurl: https://a.b/c.png\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "auto is a ratio", .yaml,
            "prompt: x\nurl: https://a.b/c.png\naspect_ratio: auto\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"],"aspect_ratio":"auto"},"variants":1}"#)),
        .good(
            "a key commented out", .yaml,
            "prompt: x\n#model: nano-banana\n  #seed: 5\nurl: https://a.b/c.png\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "block text may hold lines that look like keys", .yaml,
            "prompt: |\n  model: a tall woman\n  image:dark\nurl: https://a.b/c.png\n",
            asks(#""prompt":"model: a tall woman\nimage:dark\n","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .bad(
            "nothing", .yaml,
            "",
            [
                "the file is empty"
            ]),
        .bad(
            "only a comment", .yaml,
            "# later\n",
            [
                "the file is empty"
            ]),
        .bad(
            "only a marker", .yaml,
            "---\n",
            [
                "the file is empty"
            ]),
        .bad(
            "words", .yaml,
            "just words",
            [
                """
                line 1, column 1: a request is a list of keys such as `prompt: …`; this is something else, or the \
                rest of a file whose beginning was taken earlier; drop that whole file again
                """
            ]),
        .bad(
            "a list of words", .yaml,
            "- a\n- b\n",
            [
                """
                line 1, column 1: a request is a list of keys such as `prompt: …`; this is something else, or the \
                rest of a file whose beginning was taken earlier; drop that whole file again
                """
            ]),
        .bad(
            "a tab in the indentation", .yaml,
            "prompt: x\nimages:\n\t- https://a.b/c.png\n",
            [
                "line 3, column 1: this line is indented with a tab, which YAML forbids; use spaces"
            ]),
        .bad(
            "an anchor", .yaml,
            "prompt: &a x\nimages: *a\n",
            [
                "line 1, column 9: YAML anchors (`&name`) are not read here; write the value out"
            ]),
        .bad(
            "an alias", .yaml,
            "prompt: *bold* red\nurl: https://a.b/c.png\n",
            [
                "line 1, column 9: text that begins with `*` has a special meaning in YAML; put quotes around it"
            ]),
        .bad(
            "a tag", .yaml,
            "prompt: !!str x\nurl: https://a.b/c.png\n",
            [
                "line 1, column 9: YAML tags (`!name`) are not read here; put quotes around text that begins with `!`"
            ]),
        .bad(
            "a merge key", .yaml,
            "<<: {a: b}\n",
            [
                "line 1, column 1: YAML merge keys (`<<`) are not read here; write the values out"
            ]),
        .bad(
            "a key twice", .yaml,
            "prompt: x\nprompt: y\nurl: https://a.b/c.png\n",
            [
                "line 1, column 1: the key `prompt` is here twice; keep one of them"
            ]),
        .bad(
            "a key that is no word", .yaml,
            "[a]: x\n",
            [
                "line 1, column 1: a key must be a word"
            ]),
        .bad(
            "a colon in a text without quotes", .yaml,
            "prompt: Make it: red\nurl: https://a.b/c.png\n",
            [
                "line 1, column 16: the text contains `: `, which YAML takes for a new key; put quotes around the text"
            ]),
        .bad(
            "a quote that is never closed", .yaml,
            "prompt: 'x\nurl: https://a.b/c.png\n",
            [
                "line 1, column 9: the quote or bracket that opens here is never closed"
            ]),
        .bad(
            "a bracket that is never closed", .yaml,
            "prompt: x\nurl: [https://a.b/c.png\n",
            [
                "line 3, column 1: a `,` or the closing `]` is missing before this"
            ]),
        .bad(
            "a text that begins with @", .yaml,
            "prompt: @home\nurl: https://a.b/c.png\n",
            [
                "line 1, column 9: text that begins with `@` has a special meaning in YAML; put quotes around it"
            ]),
        .bad(
            "no blank behind a colon", .yaml,
            "prompt:x\nurl: https://a.b/c.png\n",
            [
                "line 1, column 8: a space is missing after `prompt:`"
            ]),
        .bad(
            "no blank behind the last colon", .yaml,
            "prompt: x\nurl:https://a.b/c.png\n",
            [
                "line 2, column 5: a space is missing after `url:`"
            ]),
        .bad(
            "no blank behind a dash", .yaml,
            "prompt: x\nimages:\n  - https://a.b/c.png\n  -https://a.b/c.png\n",
            [
                "line 4, column 4: a space is missing after this `-`"
            ]),
        .bad(
            "a line that is no key", .yaml,
            "prompt: x\nsoft light\nurl: https://a.b/c.png\n",
            [
                "line 2, column 1: a key is expected here, with a colon and a space after it"
            ]),
        .bad(
            "an item where none belongs", .yaml,
            "prompt: - x\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 9: a list cannot begin on the line of its key; begin it on the next line, or put \
                quotes around text that begins with `-`
                """
            ]),
        .bad(
            "nested too deep", .yaml,
            "prompt: x\nmeta: " + String(repeating: "[", count: 63) + String(repeating: "]", count: 63) + "\n",
            [
                "line 2, column 68: lists and mappings are nested deeper than 62 levels"
            ]),
        .bad(
            "a mapping in braces with a comma missing", .yaml,
            "{prompt: x url: y}\n",
            [
                "line 1, column 15: a `,` or the closing `}` is missing before this"
            ]),
        .bad(
            "a list with a comma missing", .yaml,
            "prompt: x\nurl: ['https://a.b/c.png' 'https://a.b/c.png']\n",
            [
                "line 2, column 27: a `,` or the closing `]` is missing before this"
            ]),
        .bad(
            "a key that is a list", .yaml,
            "prompt: x\nurl: https://a.b/c.png\n? [a, b]\n: c\n",
            [
                "line 3, column 3: a key must be a word"
            ]),
    ]
}
