// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// Text as it comes: encodings, line ends, and typographic quotes.
    static let text: [RequestFile] = [
        .good(
            "a byte order mark", .yaml,
            "prompt: grün 🍌\nurl: https://a.b/c.png\n",
            asks(#""prompt":"grün 🍌","image_urls":["https://a.b/c.png"]},"variants":1}"#), encoding: .utf8Marked),
        .good(
            "UTF-16, little end first", .yaml,
            "prompt: grün 🍌\nurl: https://a.b/c.png\n",
            asks(#""prompt":"grün 🍌","image_urls":["https://a.b/c.png"]},"variants":1}"#), encoding: .utf16Little),
        .many(
            "UTF-16, big end first, in a table", .csv,
            "prompt\timage\ngrün 🍌\thttps://a.b/c.png\n",
            [
                .sends(2, asks(#""prompt":"grün 🍌","image_urls":["https://a.b/c.png"]},"variants":1}"#))
            ], encoding: .utf16Big),
        .bad(
            "UTF-16, little end first, without a mark", .yaml,
            "prompt: x\nurl: https://a.b/c.png\n",
            [
                "the file is UTF-16 without a byte order mark; save it as UTF-8"
            ], encoding: .utf16LittleUnmarked),
        .bad(
            "UTF-16, big end first, without a mark", .yaml,
            "prompt: ä\nurl: https://a.b/c.png\n",
            [
                "the file is UTF-16 without a byte order mark; save it as UTF-8"
            ], encoding: .utf16BigUnmarked),
        .bad(
            "Latin-1", .yaml,
            "url: https://a.b/c.png\nprompt: grün\n",
            [
                """
                line 2, column 1: the text is not UTF-8 here; save the file as UTF-8, in a spreadsheet as "CSV \
                UTF-8" (Latin-1 and other old encodings are not read)
                """
            ], encoding: .latin1),
        .bad(
            "a picture", .yaml,
            bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D],
            [
                "this is not text; a request is a YAML or JSON file, or a table"
            ]),
        .bad(
            "half of UTF-16", .yaml,
            bytes: [0xFF, 0xFE, 0x70],
            [
                "the file says it is UTF-16 but is damaged or cut off; save it as UTF-8"
            ]),
        .good(
            "CR alone", .yaml,
            "prompt: x\rurl: https://a.b/c.png\r",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "CR and LF", .yaml,
            "prompt: x\r\nurl:\r\n  - https://a.b/c.png\r\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "emoji and letters of several parts", .yaml,
            "prompt: 👩\u{200D}👩\u{200D}👧 e\u{301} 🏳\u{FE0F}\u{200D}🌈\nurl: https://a.b/c.png\n",
            asks(
                """
                "prompt":"👩\u{200D}👩\u{200D}👧 e\u{301} 🏳\u{FE0F}\u{200D}🌈","image_urls":["https://a.b/c.png"]},\
                "variants":1}
                """)),
        .good(
            "typographic quotes in a prompt are text", .yaml,
            "prompt: “Summer” sale\nurl: https://a.b/c.png\n",
            asks(#""prompt":"“Summer” sale","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .bad(
            "typographic quotes around a key", .yaml,
            "“prompt”: x\nurl: https://a.b/c.png\n",
            [
                "line 1, column 1: a typographic quote (`“`) is in the key `prompt`; remove that character"
            ]),
        .bad(
            "typographic quotes around a link", .yaml,
            "prompt: x\nurl: “https://a.b/c.png”\n",
            [
                #"line 2, column 6: "“https://a.b/c.png”" has typographic quotes; use straight ones (`"`), or none"#
            ]),
        .bad(
            "typographic quotes around a model", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nmodel: “nano-banana”\n",
            [
                #"line 3, column 8: "“nano-banana”" has typographic quotes; use straight ones (`"`), or none"#
            ]),
        .bad(
            "typographic quotes around a number", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nvariants: ‘2’\n",
            [
                #"line 3, column 11: "‘2’" has typographic quotes; use straight ones (`"`), or none"#
            ]),
        .bad(
            "typographic quotes around a text with a colon", .yaml,
            "prompt: “Make it: red”\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 9: a typographic quote (`“`) is here, which YAML does not take as a quote; use \
                straight ones (`"`)
                """
            ]),
        .bad(
            "a typographic quote that never closes", .yaml,
            "prompt: “Make it  # red”\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 9: the prompt begins with `“` and has no closing quote, so part of it may be missing; \
                use straight quotes (`"`) around text, or none
                """
            ]),
        .many(
            "a typographic quote cut by a comma", .csv,
            "image,prompt,meta.note\nhttps://a.b/c.png,“Put it, softly”\n",
            [
                .fails(
                    2,
                    [
                        """
                        row 2, column "prompt": the prompt begins with `“` and has no closing quote, so part of it \
                        may be missing; use straight quotes (`"`) around text, or none
                        """
                    ])
            ]),
    ]
}
