// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    private static func notComputed(_ cell: String) -> RequestFile {
        .many(
            "a cell that could not be computed: \(cell)", .csv,
            "prompt,image\n\(cell),https://a.b/c.png\nb,https://a.b/c.png\n",
            [
                .fails(
                    2,
                    [
                        """
                        row 2, column "prompt": "\(cell)" is what a spreadsheet writes when it cannot compute a \
                        cell; correct its formula, or type the value itself
                        """
                    ]),
                .sends(3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ])
    }

    private static func sent(_ cell: String) -> RequestFile {
        .many(
            "a cell that only looks like one: \(cell)", .csv, "prompt,image\n\(cell),https://a.b/c.png\n",
            [.sends(2, asks("\"prompt\":\"\(cell)\"" + #","image_urls":["https://a.b/c.png"]},"variants":1}"#))])
    }

    private static let notComputedCells = [
        "#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#WERT!", "#BEZUG!", "#NV",
        "#ZAHL!",
        "#NOM?", "#VALEUR!", "#¿NOMBRE?", "#N/D", "#ÜBERLAUF!", "Err:502",
    ]

    private static let sentCells = [
        "#FFF", "#red!", "# NAME?", "#NAME? and more", "Err:50", "Err: none", "= red", "a=b",
    ]

    /// What spreadsheets save in place of a value.
    static let spreadsheetCells: [RequestFile] =
        notComputedCells.map(notComputed) + sentCells.map(sent) + [
            .many(
                "a formula in place of a prompt", .csv,
                "prompt;image\n=A1&B1;https://a.b/c.png\n=1+1;https://a.b/c.png\n",
                [
                    .fails(
                        2,
                        [
                            """
                            row 2, column "prompt": "=A1&B1" is a formula, not its result; save the sheet's values, \
                            or, if the prompt itself begins with `=`, put a space after it
                            """
                        ]),
                    .fails(
                        3,
                        [
                            """
                            row 3, column "prompt": "=1+1" is a formula, not its result; save the sheet's values, \
                            or, if the prompt itself begins with `=`, put a space after it
                            """
                        ]),
                ]),
            .many(
                "a note that could not be computed, beside a name", .csv,
                "name,prompt,image,meta.order\nred,a,https://a.b/c.png,#REF!\n",
                [
                    .fails(
                        2,
                        [
                            """
                            row 2, column "meta.order": "#REF!" is what a spreadsheet writes when it cannot compute \
                            a cell; correct its formula, or type the value itself
                            """
                        ], name: "red")
                ]),
            .many(
                "whole numbers as spreadsheets write them", .csv,
                "prompt;image;variants\na;https://a.b/c.png;2.0\nb;https://a.b/c.png;3,00\nc;https://a.b/c.png;2,5\n",
                [
                    .sends(2, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":2}"#)),
                    .sends(3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":3}"#)),
                    .fails(
                        4,
                        [
                            #"row 4, column "variants": `variants` cannot be "2,5"; it must be a "#
                                + #"whole number from 1 to 8"#
                        ]),
                ]),
        ]
}
