// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// JSON as such.
    static let json: [RequestFile] = [
        .good(
            "a request", .json,
            #"{"prompt":"x","image_urls":["https://a.b/c.png"]}"#,
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "escapes", .json,
            #"{"prompt":"\u00e4 \ud83c\udf4c \n\"","url":"https://a.b/c.png"}"#,
            asks(#""prompt":"ä 🍌 \n\"","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "CR and LF", .json,
            "{\r\n\"prompt\":\"x\",\r\"url\":\"https://a.b/c.png\"}",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .bad(
            "nothing", .json,
            "  ",
            [
                "the file is empty"
            ]),
        .bad(
            "cut off", .json,
            #"{"prompt":"x","url":"#,
            [
                "line 1, column 21: the text ends too early; was the whole file copied?"
            ]),
        .bad(
            "no colon", .json,
            #"{"prompt" "x"}"#,
            [
                #"line 1, column 11: here is `"` instead of `:` after the key"#
            ]),
        .bad(
            "a comma too much", .json,
            #"{"prompt":"x",}"#,
            [
                "line 1, column 15: here is `}` instead of a key in double quotes"
            ]),
        .bad(
            "single quotes", .json,
            "{'prompt':'x'}",
            [
                "line 1, column 2: here is `'` instead of a key in double quotes"
            ]),
        .bad(
            "a comment", .json,
            "{\"prompt\":\"x\" // y\n}",
            [
                "line 1, column 15: JSON has no comments; delete this one, or write the request in YAML, where `#` begins one"
            ]),
        .bad(
            "a key twice", .json,
            #"{"prompt":"ä","prompt":"b"}"#,
            [
                "line 1, column 15: the key `prompt` is here twice; keep one of them"
            ]),
        .bad(
            "a line break in quotes", .json,
            "{\"prompt\":\"a\nb\"}",
            [
                #"line 1, column 13: there is a line break or control character inside quotes; write \n for a new line"#
            ]),
        .bad(
            "an escape that is none", .json,
            #"{"prompt":"\x"}"#,
            [
                #"line 1, column 14: JSON does not know this `\` escape"#
            ]),
        .bad(
            "half a character", .json,
            #"{"prompt":"\ud83c"}"#,
            [
                #"line 1, column 18: JSON does not know this `\` escape"#
            ]),
        .bad(
            "a number that is none", .json,
            #"{"a":01}"#,
            [
                "line 1, column 7: this is not a number"
            ]),
        .bad(
            "two requests one after the other", .json,
            "{\"prompt\":\"x\"}\n{\"prompt\":\"y\"}",
            [
                """
                line 2, column 1: there is more text after the end of the request; put several requests into a list, \
                [{…}, {…}], or one per line into a file whose name ends in .jsonl
                """
            ]),
        .bad(
            "nested too deep", .json,
            String(repeating: "[", count: 70),
            [
                "line 1, column 65: lists and mappings are nested deeper than 64 levels"
            ]),
        .bad(
            "a text", .json,
            #""x""#,
            [
                """
                line 1, column 1: a request is a list of keys such as `prompt: …`; this is something else, or the \
                rest of a file whose beginning was taken earlier; drop that whole file again
                """
            ]),
        .bad(
            "typographic quotes", .json,
            "{“prompt”:“x”}",
            [
                """
                line 1, column 2: a typographic quote (`“`) is here instead of a key in double quotes; JSON takes \
                straight ones (`"`)
                """
            ]),
    ]
}
