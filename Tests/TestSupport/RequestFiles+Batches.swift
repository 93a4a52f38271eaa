// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// Many requests in one file of JSON, JSON Lines or YAML.
    static let batches: [RequestFile] = [
        .many(
            "a JSON list", .json,
            """
            [{"name":"one","prompt":"a","url":"https://a.b/c.png"},\n {"prompt":"b","url":"https://a.b/c.png",\
            "variants":2}]
            """,
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#), name: "one"),
                .sends(2, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":2}"#)),
            ]),
        .many(
            "a JSON list of one", .json,
            #"[{"prompt":"a","url":"https://a.b/c.png"}]"#,
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#))
            ]),
        .many(
            "items of a JSON list fail alone", .json,
            "[{\"prompt\":\"a\",\"url\":\"https://a.b/c.png\"},\n 5,\n {\"promt\":\"b\"}]",
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .fails(
                    2,
                    [
                        "line 2, column 2: a request is a list of keys such as `prompt: …`; this is something else"
                    ]),
                .fails(
                    3,
                    [
                        "line 3, column 3: there is no key `promt`; did you mean `prompt`?",
                        "line 3, column 2: `images` is missing: give 1 to 10 links to pictures",
                    ]),
            ]),
        .bad(
            "an empty JSON list", .json,
            "[]",
            [
                "line 1, column 1: the list is empty: there is no request in it"
            ]),
        .bad(
            "a JSON list of words", .json,
            #"["a", "b"]"#,
            [
                """
                line 1, column 1: a request is a list of keys such as `prompt: …`; this is something else, or the \
                rest of a file whose beginning was taken earlier; drop that whole file again
                """
            ]),
        .bad(
            "a broken JSON list", .json,
            "[{\"prompt\":\"a\",\"url\":\"https://a.b/c.png\"},\n {\"prompt\":}]",
            [
                "line 2, column 12: here is `}` instead of a value"
            ]),
        .many(
            "a blank name", .json,
            #"[{"name":"  ","prompt":"a","url":"https://a.b/c.png"}]"#,
            [
                .fails(
                    1,
                    [
                        "line 1, column 10: `name` is empty: write a name, or leave the key out"
                    ])
            ]),
        .many(
            "a name left out", .json,
            #"[{"name":null,"prompt":"a","url":"https://a.b/c.png"}]"#,
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#))
            ]),
        .many(
            "a name that is no text", .json,
            #"[{"name":5,"prompt":"a","url":"https://a.b/c.png"}]"#,
            [
                .fails(
                    1,
                    [
                        "line 1, column 10: `name` must be text"
                    ])
            ]),
        .many(
            "a misspelt name", .json,
            #"[{"nmae":"n","prompt":"a","url":"https://a.b/c.png"}]"#,
            [
                .fails(
                    1,
                    [
                        "line 1, column 3: there is no key `nmae`; did you mean `name`?"
                    ])
            ]),
        .many(
            "JSON Lines", .jsonLines,
            """
            {"prompt":"a","url":"https://a.b/c.png"}\n\n{"name":"two","prompt":"b",\
            "url":"https://a.b/c.png"}\n
            """,
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .sends(3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#), name: "two"),
            ]),
        .many(
            "one line is a batch, too", .jsonLines,
            #"{"prompt":"a","url":"https://a.b/c.png"}"#,
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#))
            ]),
        .many(
            "a broken line fails alone", .jsonLines,
            """
            {"prompt":"a","url":"https://a.b/c.png"}\n{"prompt":"b",\n{"prompt":"c",\
            "url":"https://a.b/c.png"}\n
            """,
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .fails(
                    2,
                    [
                        "line 2, column 15: the text ends too early; was the whole file copied?"
                    ]),
                .sends(3, asks(#""prompt":"c","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .many(
            "a line that is a list", .jsonLines,
            "[1]\n",
            [
                .fails(
                    1,
                    [
                        "line 1, column 1: a request is a list of keys such as `prompt: …`; this is something else"
                    ])
            ]),
        .bad(
            "no lines", .jsonLines,
            "\n \n",
            [
                "the file is empty"
            ]),
        .many(
            "YAML documents", .yaml,
            "prompt: a\nurl: https://a.b/c.png\n---\nname: two\nprompt: b\nurl: https://a.b/c.png\n",
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .sends(4, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#), name: "two"),
            ]),
        .good(
            "empty documents do not count", .yaml,
            "---\n# first\n---\nprompt: a\nurl: https://a.b/c.png\n---\n...\n---\n",
            asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .many(
            "a broken document fails alone", .yaml,
            """
            --- # one\nprompt: a\nurl: https://a.b/c.png\n---\n\nprompt: b: c\nurl: \
            https://a.b/c.png\n...\nprompt: c\nurl: https://a.b/c.png\n
            """,
            [
                .sends(2, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .fails(
                    6,
                    [
                        """
                        line 6, column 10: the text contains `: `, which YAML takes for a new key; put quotes around \
                        the text
                        """
                    ]),
                .sends(9, asks(#""prompt":"c","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .many(
            "a document that is no map fails alone", .yaml,
            "prompt: a\nurl: https://a.b/c.png\n---\n- x\n",
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .fails(
                    4,
                    [
                        "line 4, column 1: a request is a list of keys such as `prompt: …`; this is something else"
                    ]),
            ]),
        .many(
            "a marker in quotes ends the document", .yaml,
            "prompt: \"a\n---\nb\"\nurl: https://a.b/c.png\n",
            [
                .fails(
                    1,
                    [
                        "line 1, column 9: the quote or bracket that opens here is never closed"
                    ]),
                .fails(
                    3,
                    [
                        """
                        line 4, column 4: the text contains `: `, which YAML takes for a new key; put quotes around \
                        the text
                        """
                    ]),
            ]),
        .bad(
            "three dashes with more behind are no marker", .yaml,
            "prompt: |\n  a\n  ---\n  ---b\nurl: https://a.b/c.png\n---x: y\n",
            [
                """
                line 6, column 1: there is no key `---x`; the keys are prompt, images, model, aspect_ratio, \
                image_size, variants, save_as, again, mark and meta
                """
            ]),
        .many(
            "a document behind its marker", .yaml,
            "--- {prompt: a, url: 'https://a.b/c.png'}\n--- {prompt: b, url: 'https://a.b/c.png'}\n",
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .sends(2, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .many(
            "a YAML list", .yaml,
            "- prompt: a\n  url: https://a.b/c.png\n- name: two\n  prompt: b\n  url: https://a.b/c.png\n",
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .sends(3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#), name: "two"),
            ]),
        .many(
            "items of a YAML list fail alone", .yaml,
            "- prompt: a\n  url: https://a.b/c.png\n-\n- prompt: b\n  seed: 1\n  url: https://a.b/c.png\n",
            [
                .sends(1, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .fails(
                    3,
                    [
                        "line 3, column 2: a request is a list of keys such as `prompt: …`; this is something else"
                    ]),
                .fails(
                    4,
                    [
                        """
                        line 5, column 3: there is no key `seed`; the keys are prompt, images, model, aspect_ratio, \
                        image_size, variants, save_as, again, mark and meta
                        """
                    ]),
            ]),
        .bad(
            "a broken YAML list", .yaml,
            "- prompt: a: b\n  url: https://a.b/c.png\n- prompt: b\n  url: https://a.b/c.png\n",
            [
                "line 1, column 12: the text contains `: `, which YAML takes for a new key; put quotes around the text"
            ]),
        .bad(
            "an empty YAML list", .yaml,
            "[]\n",
            [
                "line 1, column 1: the list is empty: there is no request in it"
            ]),
        .many(
            "a part whose text says more than YAML reads", .yaml,
            "- prompt: a\n    model:nano-banana\n  url: https://a.b/c.png\n- prompt: b\n  url: https://a.b/c.png\n",
            [
                .fails(
                    1,
                    [
                        """
                        line 2, column 5: `model` is read as part of the value before it, not as a key; start it in \
                        the same column as the other keys, with a colon and a space after it
                        """
                    ]),
                .sends(4, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .many(
            "numbers of a part are text in its own file", .yaml,
            "- prompt: 5 red\n  url: https://a.b/c.png\n  image_size: ~\n  variants: 2\n  meta: {a: 5, b: '5'}\n",
            [
                .sends(
                    1,
                    asks(#""prompt":"5 red","image_urls":["https://a.b/c.png"]},"variants":2,"meta":{"a":5,"b":"5"}}"#))
            ]),
    ]
}
