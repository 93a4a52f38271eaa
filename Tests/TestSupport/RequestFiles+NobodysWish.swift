// SPDX-License-Identifier: Apache-2.0

@testable import Documents
@testable import Requests

extension RequestFiles {
    private static func sent(_ prompt: String) -> String {
        asks(#""prompt":""# + prompt + #"","image_urls":["https://a.b/c.png"]},"variants":1}"#)
    }

    private static let link = "https://a.b/c.png"

    /// What programs, copies and spreadsheets write and nobody has wished for.
    static let nobodysWish: [RequestFile] = [
        .many(
            "prompts where a program had nothing", .jsonLines,
            ["nan", "{{ $json.prompt }}", "-", "\\u001a", "Put {prompt} on it"].map {
                #"{"prompt":"\#($0)","images":["\#(link)"]}"#
            }.joined(separator: "\n"),
            [
                .fails(
                    1,
                    [
                        #"line 1, column 11: "nan" is what a program writes when it has no value: say "#
                            + #"what to do with the pictures"#
                    ]),
                .fails(
                    2,
                    [
                        """
                        line 2, column 11: "{{ $json.prompt }}" is a placeholder that was never filled in: say what \
                        to do with the pictures, or correct the program that writes the file
                        """
                    ]),
                .fails(
                    3,
                    [#"line 3, column 11: `prompt` is "-", which contains no word: say what to do with the pictures"#]),
                .fails(
                    4,
                    [
                        #"line 4, column 11: `prompt` is "U+001A", which contains no word: say what "#
                            + #"to do with the pictures"#
                    ]),
                .fails(
                    5,
                    [
                        "line 5, column 11: nothing fills the place `{prompt}` of the prompt; write `{{` for a brace "
                            + "that is meant"
                    ]),
            ]),
        .bad(
            "a picture where a program had none", .json, #"{"prompt":"x","images":["undefined","0"]}"#,
            [
                #"line 1, column 25: "undefined" is what a program writes when it has no value: give "#
                    + #"links to pictures"#,
                #"line 1, column 37: `images` is "0", which contains no word: give links to pictures"#,
            ]),
        .bad(
            "an object that PowerShell cut off", .json,
            #"{"prompt":"x","images":["https://a.b/c.png"],"meta":{"a":[{"order":"@{id=4711}"}]}}"#,
            [
                """
                line 1, column 68: "@{id=4711}" is what PowerShell writes instead of deeply nested values; write the \
                file with `ConvertTo-Json -Depth 10`
                """
            ]),
        .good(
            "a list that PowerShell wrapped", .json,
            #"{"prompt":"x","images":{"value":["https://a.b/c.png"],"Count":1}}"#, sent("x")),
        .many(
            "requests that PowerShell wrapped", .json,
            #"{"value":[{"prompt":"x","images":"https://a.b/c.png"}],"Count":1}"#, [.sends(1, sent("x"))]),
        .bad(
            "a wrapped list that has lost an item", .json,
            #"{"prompt":"x","images":{"value":["https://a.b/c.png"],"Count":2}}"#,
            ["line 1, column 24: `images` must be a link or a list of links"]),
        .many(
            "rows filled down", .csv,
            "name,prompt,image,meta.done\nred,Red,\(link),TRUE\n,,,FALSE\n,,FALSE,FALSE\n0,,0,FALSE\n,0,,FALSE\n",
            [
                .sends(
                    2,
                    asks(
                        #""prompt":"Red","image_urls":["https://a.b/c.png"]},"variants":1,"meta":{"done":"TRUE"}}"#),
                    name: "red"),
                .fails(
                    6,
                    [
                        #"row 6, column "prompt": `prompt` is "0", which contains no word: say what "#
                            + #"to do with the pictures"#,
                        "row 6: `images` is missing: give 1 to 10 links to pictures",
                    ]),
            ]),
        .bad(
            "rows of check boxes only", .csv, "prompt,image,meta.done\n,,FALSE\n,,TRUE\n",
            ["line 1, column 1: there are no rows below the column names"]),
        .many(
            "tables that were put together", .csv,
            "prompt,image\nx,\(link)\n\u{FEFF}Prompt,image\ny,\(link)\nsep=,\n",
            [.sends(2, sent("x")), .sends(4, sent("y"))]),
        .many(
            "the name of the only column", .csv, "prompt\nx\nprompt\ny\n",
            [.sends(2, sent("x")), .sends(4, sent("y"))],
            defaults: "images: \(link)\n"),
        .bad(
            "tables of other columns that were put together", .csv,
            "prompt,image\nx,\(link)\nimage,prompt\n\(link),y\n",
            ["line 3, column 1: another table with other columns begins here; save each table in its own file"]),
        .many("two byte order marks", .csv, "\u{FEFF}\u{FEFF}prompt,image\nx,\(link)\n", [.sends(2, sent("x"))]),
        .good(
            "two byte order marks before JSON", .json, "\u{FEFF}\u{FEFF}{\"prompt\":\"x\",\"images\":[\"\(link)\"]}",
            sent("x")),
        .many(
            "a zero-width space before the header", .csv, "\u{200B}prompt,image\nx,\(link)\n", [.sends(2, sent("x"))]),
        .many(
            "tables that were put together, each with its mark", .csv,
            "\u{FEFF}prompt,image\nx,\(link)\n\u{FEFF}prompt,image\ny,\(link)\n",
            [.sends(2, sent("x")), .sends(4, sent("y"))]),
        .many(
            "lines of JSON that were put together", .jsonLines,
            "\u{FEFF}{\"prompt\":\"x\",\"url\":\"\(link)\"}\r\n\u{FEFF}{\"prompt\":\"y\",\"url\":\"\(link)\"}\r\n",
            [.sends(1, sent("x")), .sends(2, sent("y"))]),
        .many(
            "documents that were put together", .yaml,
            "\u{FEFF}prompt: x\nurl: \(link)\n---\n\u{FEFF}prompt: y\nurl: \(link)\n",
            [.sends(1, sent("x")), .sends(4, sent("y"))]),
        .many(
            "marks around cells", .csv, "prompt,\u{FEFF}image\n\u{200B}x,\(link)\u{200B}\n", [.sends(2, sent("x"))]),
        .bad(
            "a mark within a column's name", .csv, "pro\u{FEFF}mpt,image\nx,\(link)\n",
            [
                """
                line 1, column 1: a character that cannot be seen (U+FEFF) is in the key `prompt`; remove that character
                """
            ]),
        .many("Ctrl-Z behind a table", .csv, "prompt,image\r\nx,\(link)\r\n\u{1A}", [.sends(2, sent("x"))]),
        .many(
            "Ctrl-Z behind a table of one column", .csv, "prompt\r\nx\r\n\u{1A}\u{1A}\r\n", [.sends(2, sent("x"))],
            defaults: "images: \(link)\n"),
        .good("Ctrl-Z behind YAML", .yaml, "prompt: x\r\nimages: [\(link)]\r\n\u{1A}", sent("x")),
        .good("Ctrl-Z behind JSON", .json, "{\"prompt\":\"x\",\"images\":[\"\(link)\"]}\u{1A}", sent("x")),
        .bad(
            "UTF-16 that goes on as something else", .yaml,
            bytes: RequestFile.Encoding.utf16Little.bytes("prompt: x\r\n") + Array("images: \(link)\r\n".utf8),
            [
                """
                line 2, column 1: the file changes to another encoding here, as files made with PowerShell's `>` and \
                Add-Content do; write the whole file at once, with -Encoding utf8
                """
            ]),
        .bad(
            "text that goes on as UTF-16", .yaml,
            bytes: Array("prompt: x\n".utf8) + RequestFile.Encoding.utf16LittleUnmarked.bytes("images: \(link)\r\n"),
            [
                """
                line 2, column 1: the file changes to another encoding here, as files made with PowerShell's `>` and \
                Add-Content do; write the whole file at once, with -Encoding utf8
                """
            ]),
        .good(
            "keys in any case, with blanks and hyphens", .yaml,
            "Prompt: x\nImage-URLs: [\(link)]\nAspect Ratio: 16:9\n\"image size\": 2k\nVARIANTS: 2\n",
            asks(
                """
                "prompt":"x","image_urls":["https://a.b/c.png"],"aspect_ratio":"16:9","image_size":"2K"},"variants":2}
                """)),
        .good(
            "keys as JavaScript has them", .json,
            #"{"prompt":"x","imageUrls":["https://a.b/c.png"],"aspectRatio":"1:1"}"#,
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"],"aspect_ratio":"1:1"},"variants":1}"#)),
        .bad(
            "one key in two cases", .json, #"{"prompt":"x","Prompt":"y","images":["https://a.b/c.png"]}"#,
            ["line 1, column 15: `prompt` and `Prompt` mean the same; keep one of them"]),
        .many(
            "ratios that became times", .csv,
            "prompt,image,aspect ratio\na,\(link),4:09:00 PM\nb,\(link),0.672916666666667\nc,\(link),17:30:00\n",
            [
                .sends(
                    2,
                    asks(#""prompt":"a","image_urls":["https://a.b/c.png"],"aspect_ratio":"16:9"},"variants":1}"#)),
                .sends(
                    3,
                    asks(#""prompt":"b","image_urls":["https://a.b/c.png"],"aspect_ratio":"16:9"},"variants":1}"#)),
                .fails(
                    4,
                    [
                        """
                        row 4, column "aspect ratio": "17:30:00" is a time of day: a spreadsheet made it from a \
                        ratio; format the column as text and type the ratio again, such as 16:9
                        """
                    ]),
            ]),
    ]

    private static func badLink(_ name: String, _ link: String, _ sentence: String) -> RequestFile {
        .bad(name, .json, #"{"prompt":"x","url":"\#(link)"}"#, ["line 1, column 21: " + sentence])
    }

    /// Links that are none to a picture.
    static let links: [RequestFile] = [
        badLink(
            "a link of the office", "http://nas/a.png",
            """
            "http://nas/a.png" leads to nas, which only your own network can open, not the API; publish the picture \
            elsewhere, or name the picture's file instead
            """),
        badLink(
            "an ampersand as HTML has it", "https://a.b/c.png?x=1&amp;y=2",
            #"the link "https://a.b/c.png?x=1&amp;y=2" contains `&amp;`; write `&`"#),
        badLink(
            "a link with its bracket", "(https://a.b/c.png)",
            #""(https://a.b/c.png)" contains some of the text around the link; the link itself is "#
                + #""https://a.b/c.png""#),
        badLink(
            "a link with a comma", "https://a.b/c.png,",
            #""https://a.b/c.png," contains some of the text around the link; the link itself is "https://a.b/c.png""#),
        badLink(
            "a page of Google Drive", "https://drive.google.com/file/d/1Gb/view",
            """
            "https://drive.google.com/file/d/1Gb/view" leads to a page of Google Drive, not to a picture; write \
            https://drive.google.com/uc?export=download&id=1Gb
            """),
        badLink(
            "an album of imgur", "https://imgur.com/a/AbC",
            """
            "https://imgur.com/a/AbC" leads to a page of imgur, not to a picture; open it, choose "Copy image \
            address", and write that link, such as https://i.imgur.com/….png
            """),
        badLink(
            "a transfer", "https://we.tl/t-abc",
            """
            "https://we.tl/t-abc" leads to a page of WeTransfer, which offers no link to the picture itself; publish \
            the picture elsewhere, or name the picture's file instead
            """),
        badLink(
            "a link that has run out", "https://a.b/a.png?Expires=1735689600&Signature=0",
            """
            "https://a.b/a.png?Expires=1735689600&Signature=0" expired at \
            \(String(LocalTime(Timestamp(milliseconds: 1_735_689_600_000)).description.dropLast(3))); get a new link
            """),
    ]
}
