// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// Characters that are not what they look like, and YAML that is not what it looks like.
    static let oddCharacters: [RequestFile] = [
        .bad(
            "a non-breaking space in the indentation", .yaml,
            "prompt: x\nimages:\n\u{A0}\u{A0}- https://a.b/c.png\n",
            [
                """
                line 3, column 1: a non-breaking space (U+00A0) is here, which looks like a space but is not one to \
                YAML; use an ordinary space
                """
            ]),
        .bad(
            "a non-breaking space behind a space", .yaml,
            "prompt: x\nimages:\n \u{202F}- https://a.b/c.png\n",
            [
                """
                line 3, column 2: a non-breaking space (U+202F) is here, which looks like a space but is not one to \
                YAML; use an ordinary space
                """
            ]),
        .bad(
            "a non-breaking space behind a colon", .yaml,
            "prompt:\u{A0}x\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 8: a non-breaking space (U+00A0) is here, which looks like a space but is not one to \
                YAML; use an ordinary space
                """
            ]),
        .good(
            "a non-breaking space before a key", .yaml,
            "prompt: x\n\u{A0}url: https://a.b/c.png\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .bad(
            "a figure space behind a colon", .yaml,
            "prompt: x\nurl:\u{2007}https://a.b/c.png\n",
            [
                """
                line 2, column 5: a non-breaking space (U+2007) is here, which looks like a space but is not one to \
                YAML; use an ordinary space
                """
            ]),
        .bad(
            "a character that nobody sees in a key", .yaml,
            "prompt: x\n\u{200B}url: https://a.b/c.png\n",
            [
                """
                line 2, column 1: a character that cannot be seen (U+200B) is in the key `url`; remove that character
                """
            ]),
        .bad(
            "a full-width colon", .yaml,
            "prompt: x\nurl：https://a.b/c.png\n",
            [
                "line 2, column 4: there is a full-width colon (`：`) after `url`; use an ordinary colon and a space"
            ]),
        .bad(
            "a full-width colon in the first line", .yaml,
            "prompt：x\nurl: https://a.b/c.png\n",
            [
                "line 1, column 7: there is a full-width colon (`：`) after `prompt`; use an ordinary colon and a "
                    + "space"
            ]),
        .bad(
            "a full-width colon in the file's only line", .yaml,
            "prompt：x\n",
            [
                "line 1, column 7: there is a full-width colon (`：`) after `prompt`; use an ordinary colon and a "
                    + "space"
            ]),
        .bad(
            "a key with a full-width colon inside a value", .yaml,
            "prompt: x\n  images：http://a.b/2\nurl: https://a.b/c.png\n",
            [
                """
                line 2, column 3: `images` is read as part of the value before it, not as a key; start it in the \
                same column as the other keys, with a colon and a space after it
                """
            ]),
        .bad(
            "a key without a blank inside a value", .yaml,
            "prompt: x\n  model:nano-banana\nurl: https://a.b/c.png\n",
            [
                """
                line 2, column 3: `model` is read as part of the value before it, not as a key; start it in the same \
                column as the other keys, with a colon and a space after it
                """
            ]),
        .bad(
            "a key inside text in quotes that are not where they belong", .yaml,
            "prompt: \"x\nmodel: nano-banana\"\nurl: https://a.b/c.png\n",
            [
                """
                line 2, column 1: `model` is read as part of the value before it, not as a key; start it in the same \
                column as the other keys, with a colon and a space after it
                """
            ]),
        .bad(
            "a number sign in a prompt", .yaml,
            "prompt: Put label #1 on it\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 19: YAML takes the text from this `#` on as a comment, and would read only "Put \
                label"; put quotes (`"`) around the whole prompt; if it is a comment, put two spaces before the `#` \
                and one after it
                """
            ]),
        .bad(
            "a number sign in the second line of a prompt", .yaml,
            "prompt: Put\n  label #1 on it\nurl: https://a.b/c.png\n",
            [
                """
                line 2, column 9: YAML takes the text from this `#` on as a comment, and would read only "Put \
                label"; put quotes (`"`) around the whole prompt; if it is a comment, put two spaces before the `#` \
                and one after it
                """
            ]),
        .good(
            "a number sign in quotes", .yaml,
            "prompt: 'Put label #1 on it'\nurl: https://a.b/c.png\n",
            asks(#""prompt":"Put label #1 on it","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "a number sign without a blank before it", .yaml,
            "prompt: colour=#ff0000\nurl: https://a.b/c.png\n",
            asks(#""prompt":"colour=#ff0000","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .bad(
            "a line separator", .yaml,
            "prompt: x\u{2028}y\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 10: a line separator (U+2028) is here, which slides and word processors use; replace \
                it with an ordinary line break
                """
            ]),
        .bad(
            "a terminal's escape in YAML", .yaml,
            "prompt: x\u{1B}[31m\nurl: https://a.b/c.png\n",
            [
                "line 1, column 10: a control character (U+001B) is here, which YAML forbids; delete it"
            ]),
        .bad(
            "a terminal's escape in a key of JSON", .json,
            #"{"\u001b[31mprompt\u0007":"x","url":"https://a.b/c.png","prompt":"y"}"#,
            [
                """
                line 1, column 2: there is no key `U+001B[31mpromptU+0007`; the keys are prompt, images, model, \
                aspect_ratio, image_size, variants, save_as, again, mark and meta
                """
            ]),
        .bad(
            "a terminal's escape in a link", .json,
            #"{"prompt":"x","url":"https://a.b/\u001b[2J"}"#,
            [
                """
                line 1, column 21: "https://a.b/U+001B[2J" has a character (a control character (U+001B)) that \
                must be percent-encoded in a link
                """
            ]),
        .bad(
            "a line that turns around in a model", .json,
            #"{"prompt":"x","url":"https://a.b/c.png","model":"a\u202eb\n"}"#,
            [
                """
                line 1, column 49: `model` cannot be "aU+202EbU+000A"; it must be one of nano-banana-pro, \
                nano-banana-2 or nano-banana
                """
            ]),
        .bad(
            "a very long value is shown in short", .json,
            #"{"prompt":"x","url":"https://a.b/c.png","model":""# + String(repeating: "x", count: 200) + #""}"#,
            [
                """
                line 1, column 49: `model` cannot be \
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"; it must be one \
                of nano-banana-pro, nano-banana-2 or nano-banana
                """
            ]),
    ]
}
