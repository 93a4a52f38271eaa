// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// Tables with mistakes.
    static let tableMistakes: [RequestFile] = [
        .many(
            "a part fails with the place of its cell", .csv,
            "prompt,image,variants\n\"a\nb\",https://a.b/c.png,1\nc,https://a.b/c.png,9\n,https://a.b/c.png,1\n",
            [
                .sends(2, asks(#""prompt":"a\nb","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .fails(
                    4,
                    [
                        #"row 3, column "variants": `variants` cannot be "9"; it must be a whole number from 1 to 8"#
                    ]),
                .fails(
                    5,
                    [
                        "row 4: `prompt` is missing: say what to do with the pictures"
                    ]),
            ]),
        .many(
            "a comma without quotes", .csv,
            "prompt,image\nPut it, softly,https://a.b/c.png\nb,https://a.b/c.png\n",
            [
                .fails(
                    2,
                    [
                        """
                        row 2: this row has 3 cells for 2 columns; put quotes (`"`) around text that contains `,`
                        """
                    ]),
                .sends(3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .many(
            "a quote inside a cell without quotes", .csv,
            "prompt,image\nMake it 5\" wide,https://a.b/c.png\nb,https://a.b/c.png\n",
            [
                .fails(
                    2,
                    [
                        """
                        row 2, column "prompt": there is a quote inside a cell that is not in quotes; put quotes \
                        around the whole cell, and double each quote inside it (`""`)
                        """
                    ]),
                .sends(3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .bad(
            "a quote that is never closed", .csv,
            "prompt,image\na,https://a.b/c.png\n\"b,https://a.b/c.png\nc,https://a.b/c.png\n",
            [
                "line 3, column 1: this quote is never closed, so it is unclear where the rows begin"
            ]),
        .bad(
            "text behind a quote", .csv,
            "prompt,image\n\"a\" b,https://a.b/c.png\n",
            [
                """
                line 2, column 5: there is text after the quote that closes this cell, so it is unclear where the \
                rows begin; double each quote inside a cell (`""`)
                """
            ]),
        .bad(
            "nothing", .csv,
            "",
            [
                "the file is empty"
            ]),
        .bad(
            "only blank rows", .csv,
            ",,\n\n",
            [
                "the file is empty"
            ]),
        .bad(
            "no header", .csv,
            "Put it there,https://a.b/c.png\n",
            [
                """
                line 1, column 1: the first row must name the columns, but it begins with "Put it there"; the \
                columns are name, prompt, images, model, aspect_ratio, image_size, variants, save_as, again and mark; or this is \
                the rest of a file whose beginning was taken earlier; drop that whole file again
                """
            ]),
        .bad(
            "no rows", .csv,
            "prompt,image\n\n,\n",
            [
                "line 1, column 1: there are no rows below the column names"
            ]),
        .bad(
            "unknown columns", .csv,
            "prompt,imgae,order\na,https://a.b/c.png,5\n",
            [
                """
                line 1, column 8: there is no column `imgae`; did you mean `image`? notes of your own go into \
                columns called `meta.…`, such as `meta.order`
                """,
                """
                line 1, column 14: there is no column `order`; the columns are name, prompt, images, model, \
                aspect_ratio, image_size, variants, save_as, again and mark; notes of your own go into columns called \
                `meta.…`, such as `meta.order`
                """,
            ]),
        .bad(
            "notes without a key", .csv,
            "prompt,image,meta\na,https://a.b/c.png,5\n",
            [
                """
                line 1, column 14: there is no column `meta`; the columns are name, prompt, images, model, \
                aspect_ratio, image_size, variants, save_as, again and mark; notes of your own go into columns called \
                `meta.…`, such as `meta.order`
                """
            ]),
        .bad(
            "a column twice", .csv,
            "prompt,image,Prompt\na,https://a.b/c.png,b\n",
            [
                "line 1, column 14: the columns `prompt` and `Prompt` mean the same; keep one of them"
            ]),
        .bad(
            "no column of prompts", .csv,
            "image,model\nhttps://a.b/c.png,nano-banana\n",
            [
                "line 1, column 1: there is no column `prompt`, and no `_defaults.yaml` supplies it"
            ]),
        .many(
            "two links with nothing but a comma between", .csv,
            "prompt;image\na;https://a.b/c.png,https://a.b/c.png\n",
            [
                .fails(
                    2,
                    [
                        """
                        row 2, column "image": "https://a.b/c.png,https://a.b/c.png" contains several links; write \
                        them as a list, one link per item
                        """
                    ])
            ]),
        .many(
            "eleven pictures in a row", .csv,
            "prompt,images\na,\"" + Array(repeating: "http://a.b/c", count: 11).joined(separator: "\n") + "\"\n",
            [
                .fails(
                    2,
                    [
                        #"row 2, column "images": 11 links are too many: the API takes 1 to 10"#
                    ])
            ]),
        .bad(
            "a quote in the header", .csv,
            "pro\"mpt,image\na,https://a.b/c.png\n",
            [
                """
                line 1, column 4: there is a quote inside a cell that is not in quotes; put quotes around the whole \
                cell, and double each quote inside it (`""`)
                """
            ]),
    ]
}
