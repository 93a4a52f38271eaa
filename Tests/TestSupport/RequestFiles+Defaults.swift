// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// What a `_defaults.yaml` fills in.
    static let defaults: [RequestFile] = [
        .good(
            "what is left out is filled in", .yaml,
            "prompt: x\nurl: https://a.b/c.png\n",
            """
            {"request":{"model":"gemini-2.5-flash-image","prompt":"x","image_urls":["https://a.b/c.png"],\
            "aspect_ratio":"1:1"},"variants":2,"meta":{"lane":"a"}}
            """,
            defaults: "model: nano-banana\naspect_ratio: 1:1\nvariants: 2\nmeta: {lane: a}\n"),
        .good(
            "what a request says counts", .yaml,
            """
            prompt: x\nurl: https://a.b/c.png\nmodel: nano-banana-pro\naspect_ratio: auto\nvariants: 1\nmeta: \
            {own: b}\n
            """,
            asks(
                """
                "prompt":"x","image_urls":["https://a.b/c.png"],"aspect_ratio":"auto"},"variants":1,\
                "meta":{"own":"b"}}
                """),
            defaults: "model: nano-banana\naspect_ratio: 1:1\nvariants: 2\nmeta: {lane: a}\n"),
        .good(
            "blank is left out", .yaml,
            "prompt: ' '\nimages: []\nmodel: ~\n",
            """
            {"request":{"model":"gemini-2.5-flash-image","prompt":"x","image_urls":["https://a.b/c.png"]},\
            "variants":1}
            """,
            defaults: "prompt: x\nimage: https://a.b/c.png\nmodel: nano-banana\n"),
        .good(
            "another spelling of the key", .yaml,
            "prompt: x\nurls: [https://a.b/c.png]\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#),
            defaults: "images: https://a.b/default.png\n"),
        .good(
            "a size of the defaults for a model that takes none", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nmodel: nano-banana\n",
            """
            {"request":{"model":"gemini-2.5-flash-image","prompt":"x","image_urls":["https://a.b/c.png"]},\
            "variants":1}
            """,
            defaults: "image_size: 4K\n"),
        .bad(
            "a size that the request asks for", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nimage_size: 2K\n",
            [
                """
                line 3, column 13: `image_size` does not go with gemini-2.5-flash-image: leave it out or choose \
                nano-banana-pro
                """
            ],
            defaults: "model: nano-banana\n"),
        .many(
            "a table without a column of prompts", .csv,
            "image\nhttps://a.b/c.png\nhttp://a.b/2\n",
            [
                .sends(2, asks(#""prompt":"Soft light","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .sends(3, asks(#""prompt":"Soft light","image_urls":["http://a.b/2"]},"variants":1}"#)),
            ],
            defaults: "prompt: Soft light\n"),
        .many(
            "a cell left empty", .csv,
            "prompt,image\n,https://a.b/c.png\nb,https://a.b/c.png\n",
            [
                .sends(2, asks(#""prompt":"Soft light","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
                .sends(3, asks(#""prompt":"b","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
            ],
            defaults: "prompt: Soft light\n"),
        .bad(
            "a mistake stays one", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nmodel: banana\n",
            [
                #"line 3, column 8: `model` cannot be "banana"; it must be one of nano-banana-pro, "#
                    + #"nano-banana-2 or nano-banana"#
            ],
            defaults: "model: nano-banana\n"),
        .bad(
            "a misspelt key stays a mistake", .yaml,
            "promt: x\nurl: https://a.b/c.png\n",
            [
                "line 1, column 1: there is no key `promt`; did you mean `prompt`?"
            ],
            defaults: "prompt: y\n"),
        .good(
            "nothing in the defaults", .yaml,
            "prompt: x\nurl: https://a.b/c.png\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#),
            defaults: "# later\n"),
    ]
}
