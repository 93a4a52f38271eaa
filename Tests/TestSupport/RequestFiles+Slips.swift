// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// A `#` in a text without quotes.
    static let numberSigns: [RequestFile] = [
        .bad(
            "a blank on both sides of a number sign", .yaml,
            "prompt: put # 5 on it\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 13: YAML takes the text from this `#` on as a comment, and would read only "put"; put \
                quotes (`"`) around the whole prompt; if it is a comment, put two spaces before the `#` and one \
                after it
                """
            ]),
        .bad(
            "a number sign at the end", .yaml,
            "prompt: put a #\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 15: YAML takes the text from this `#` on as a comment, and would read only "put a"; \
                put quotes (`"`) around the whole prompt; if it is a comment, put two spaces before the `#` and one \
                after it
                """
            ]),
        .bad(
            "two blanks and no blank behind", .yaml,
            "prompt: put  #5 on it\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 14: YAML takes the text from this `#` on as a comment, and would read only "put"; put \
                quotes (`"`) around the whole prompt; if it is a comment, put two spaces before the `#` and one \
                after it
                """
            ]),
        .bad(
            "one letter and a number sign, in braces", .yaml,
            "{url: https://a.b/c.png, prompt: a # 5 on it\n}\n",
            [
                """
                line 1, column 36: YAML takes the text from this `#` on as a comment, and would read only "a"; put \
                quotes (`"`) around the whole prompt; if it is a comment, put two spaces before the `#` and one \
                after it
                """
            ]),
        .good(
            "comments that stand apart", .yaml,
            "prompt: put 5 on it\t# five\nurl: https://a.b/c.png # front\nmodel: nano-banana-pro  # or nano-banana\n",
            asks(#""prompt":"put 5 on it","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .good(
            "a comment in place of a prompt's first line", .yaml,
            "prompt: # what to do\n  put 5 on it\nurl: https://a.b/c.png\n",
            asks(#""prompt":"put 5 on it","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
    ]

    private static func textBehind(_ prompt: String, _ closing: String, _ column: Int) -> RequestFile {
        .bad(
            "text behind what closes: \(prompt)", .yaml, "prompt: \(prompt)\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column \(column): there is text after the `\(closing)` that ends the value; put double \
                quotes (`"`) around the whole text, and write each quote inside it as `\\"`
                """
            ])
    }

    /// Slips of people who do not know what stands behind a file's ending.
    static let slips: [RequestFile] = [
        textBehind("'it's nice'", "'", 13), textBehind("[red] bottle", "]", 15), textBehind("\"x\"y", "\"", 12),
        textBehind("{red} bottle", "}", 15),
        .bad(
            "text behind a quote, in a list", .yaml,
            "images:\n  - 'a' b\nprompt: x\n",
            [
                """
                line 2, column 9: there is text after the `'` that ends the value; put double quotes (`"`) around \
                the whole text, and write each quote inside it as `\\"`
                """
            ]),
        .bad(
            "RTF", .yaml, #"{\rtf1\ansi prompt: x\par}"#,
            ["this is RTF, text with fonts in it; save it as plain text, in UTF-8"]),
        .bad(
            "a spreadsheet under a wrong name", .csv, bytes: [0x50, 0x4B, 0x03, 0x04, 0x14, 0, 8, 0xFF],
            [
                """
                this is a spreadsheet or another office file with the wrong ending; open it in its program and save \
                it as "CSV UTF-8"
                """
            ]),
        .bad(
            "a comment in the first line", .json, "{\n  // mine\n  \"prompt\": \"x\"}",
            [
                "line 2, column 3: JSON has no comments; delete this one, or write the request in YAML, where `#` begins one"
            ]
        ),
        .bad(
            "a comment behind the end", .json, "{\"prompt\": \"x\"}\n# mine\n",
            [
                "line 2, column 1: JSON has no comments; delete this one, or write the request in YAML, where `#` begins one"
            ]
        ),
        .bad(
            "a lane's priority", .yaml, "prompt: x\nurl: https://a.b/c.png\npriority: 9\n",
            ["line 3, column 1: `priority` belongs in a lane's `_defaults.yaml`, not in a request"]),
        .bad(
            "a lane's priority in a table", .csv, "prompt,image,Priority\nx,https://a.b/c.png,9\n",
            ["line 1, column 14: `priority` belongs in a lane's `_defaults.yaml`, not in a request"]),
        .bad(
            "a part that was not looked at", .json,
            #"{"as_written":"x, y,https://a.b/c.png","prompt":"x","url":"https://a.b/c.png"}"#,
            [
                """
                line 1, column 2: the values in this file may not be what you meant; compare them with how the part \
                was written, correct them, and delete the line `as_written`
                """
            ]),
        .bad(
            "a kind of picture that is not accepted", .yaml, "prompt: x\nimages: [a.HEIC, b.bmp, c.tif, d.psd]\n",
            [("10", "a.HEIC"), ("18", "b.bmp"), ("25", "c.tif"), ("32", "d.psd")].map { column, name in
                """
                line 2, column \(column): "\(name)" is a kind of picture that is not accepted; save it as one whose \
                name ends in .png, .jpg, .jpeg, .webp, .gif or .avif
                """
            }, shares: true),
        .bad(
            "columns in another language", .csv, "Anweisung,Bild\nx,https://a.b/c.png\n",
            [
                """
                line 1, column 1: the first row must name the columns, but it begins with "Anweisung"; the columns \
                are name, prompt, images, model, aspect_ratio, image_size, variants, save_as, again and mark; or this is the rest \
                of a file whose beginning was taken earlier; drop that whole file again
                """
            ]),
    ]
}
