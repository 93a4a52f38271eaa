// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// Tables, as people and spreadsheets write them.
    static let tables: [RequestFile] = [
        .many(
            "commas", .csv,
            "prompt,image\na,https://a.b/c.png\nb,https://a.b/c.png\n",
            [
                .sends(2, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .sends(3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .many(
            "semicolons, CR and LF", .csv,
            "prompt;image\r\na,b;https://a.b/c.png\r\n",
            [
                .sends(2, asks(#""prompt":"a,b","image_urls":["https://a.b/c.png"]},"variants":1}"#))
            ]),
        .many(
            "tabs", .csv,
            "prompt\timage\nMake it 5\" wide\thttps://a.b/c.png\n",
            [
                .sends(2, asks(#""prompt":"Make it 5\" wide","image_urls":["https://a.b/c.png"]},"variants":1}"#))
            ]),
        .many(
            "a line that names the delimiter", .csv,
            "sep=;\r\nprompt;image\r\na;https://a.b/c.png\r\n",
            [
                .sends(3, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#))
            ]),
        .many(
            "the delimiter by the header alone", .csv,
            "prompt;image;aspect_ratio\na, b, c, d;https://a.b/c.png;16:9\n",
            [
                .sends(
                    2,
                    asks(
                        """
                        "prompt":"a, b, c, d","image_urls":["https://a.b/c.png"],"aspect_ratio":"16:9"},\
                        "variants":1}
                        """))
            ]),
        .many(
            "names of columns as people write them", .csv,
            """
             Prompt ,IMAGE URL,Aspect Ratio,image-size,Model,Variants\na,https://a.b/c.png,16:9,4k,\
            nano-banana-pro,2\n
            """,
            [
                .sends(
                    2,
                    asks(
                        """
                        "prompt":"a","image_urls":["https://a.b/c.png"],"aspect_ratio":"16:9",\
                        "image_size":"4K"},"variants":2}
                        """))
            ]),
        .many(
            "several columns of pictures", .csv,
            "image 1,prompt,image2,image_url 3,image\nhttps://a.b/c.png,a,http://a.b/2,,http://a.b/4\n",
            [
                .sends(
                    2,
                    asks(
                        """
                        "prompt":"a","image_urls":["https://a.b/c.png","http://a.b/2","http://a.b/4"]},\
                        "variants":1}
                        """))
            ]),
        .many(
            "several links in a cell", .csv,
            "prompt,images\na,\"https://a.b/c.png http://a.b/2\nhttp://a.b/3, http://a.b/4\"\n",
            [
                .sends(
                    2,
                    asks(
                        """
                        "prompt":"a","image_urls":["https://a.b/c.png","http://a.b/2","http://a.b/3",\
                        "http://a.b/4"]},"variants":1}
                        """))
            ]),
        .many(
            "quotes, doubled quotes, line breaks", .csv,
            "prompt,image\n\"Say \"\"hi\"\",\nsoftly\",https://a.b/c.png\nb,https://a.b/c.png\n",
            [
                .sends(2, asks(#""prompt":"Say \"hi\",\nsoftly","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .sends(4, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .many(
            "blanks around quotes", .csv,
            "prompt, image\n \"a, b\" , \"https://a.b/c.png\"\n",
            [
                .sends(2, asks(#""prompt":"a, b","image_urls":["https://a.b/c.png"]},"variants":1}"#))
            ]),
        .many(
            "notes and a name", .csv,
            """
            name,prompt,image,meta.Order No,META.client\nred shoe,a,https://a.b/c.png,007,ACME\n,b,\
            https://a.b/c.png,,\n
            """,
            [
                .sends(
                    2,
                    asks(
                        """
                        "prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1,"meta":{"Order No":"007",\
                        "client":"ACME"}}
                        """), name: "red shoe"),
                .sends(3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .many(
            "what looks like a number or null is text", .csv,
            "prompt,image,meta.a,meta.b,meta.c\nx,https://a.b/c.png,5,null,true\n",
            [
                .sends(
                    2,
                    asks(
                        """
                        "prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1,"meta":{"a":"5","b":"null","c":"true"}}
                        """))
            ]),
        .many(
            "blank rows, cells left out, cells too few", .csv,
            "\n,,\nprompt,image,model\n\na,https://a.b/c.png,\n,,\nb,https://a.b/c.png\n  ,  \n",
            [
                .sends(5, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .sends(7, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ]),
        .many(
            "columns without a name must be empty", .csv,
            "prompt,image,,\na,https://a.b/c.png,,\nb,https://a.b/c.png,,x\n",
            [
                .sends(2, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .fails(
                    3,
                    [
                        """
                        row 3: this row has 4 cells for 2 columns; put quotes (`"`) around text that contains `,`
                        """
                    ]),
            ]),
        .many(
            "a ratio that a spreadsheet took for a time", .csv,
            """
            prompt,image,aspect ratio\na,https://a.b/c.png,16:09:00\nb,https://a.b/c.png,01:01\nc,\
            https://a.b/c.png,16:08\n
            """,
            [
                .sends(
                    2, asks(#""prompt":"a","image_urls":["https://a.b/c.png"],"aspect_ratio":"16:9"},"variants":1}"#)),
                .sends(
                    3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"],"aspect_ratio":"1:1"},"variants":1}"#)),
                .fails(
                    4,
                    [
                        """
                        row 4, column "aspect ratio": `aspect_ratio` cannot be "16:08"; it must be one of auto, 1:1, \
                        2:3, 3:2, 3:4, 4:3, 4:5, 5:4, 9:16, 16:9 or 21:9
                        """
                    ]),
            ]),
        .many(
            "the last row without a line break", .csv,
            "prompt,image\na,https://a.b/c.png",
            [
                .sends(2, asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"variants":1}"#))
            ]),
    ]
}
