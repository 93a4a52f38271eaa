// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// The keys of a request and what each may hold.
    static let values: [RequestFile] = [
        .bad(
            "an unknown key that is near to none", .yaml,
            "prompt: x\nimages: https://a.b/c.png\nseed: 1\n",
            [
                """
                line 3, column 1: there is no key `seed`; the keys are prompt, images, model, aspect_ratio, \
                image_size, variants, save_as, again, mark and meta
                """
            ]),
        .bad(
            "a misspelt key", .yaml,
            "promt: x\nimages: https://a.b/c.png\n",
            [
                "line 1, column 1: there is no key `promt`; did you mean `prompt`?"
            ]),
        .bad(
            "two letters changed places", .yaml,
            "prompt: x\nimgae: https://a.b/c.png\n",
            [
                "line 2, column 1: there is no key `imgae`; did you mean `image`?"
            ]),
        .good(
            "a key in capitals", .yaml,
            "Prompt: x\nimages: https://a.b/c.png\n",
            asks(#""prompt":"x","image_urls":["https://a.b/c.png"]},"variants":1}"#)),
        .bad(
            "two keys that mean the same", .yaml,
            "prompt: x\nimage: https://a.b/c.png\nurl: https://a.b/c.png\n",
            [
                "line 3, column 1: `image` and `url` mean the same; keep one of them"
            ]),
        .bad(
            "no prompt", .yaml,
            "images: https://a.b/c.png\n",
            [
                "line 1, column 1: `prompt` is missing: say what to do with the pictures"
            ]),
        .bad(
            "no pictures", .yaml,
            "prompt: x\n",
            [
                "line 1, column 1: `images` is missing: give 1 to 10 links to pictures"
            ]),
        .bad(
            "nothing that is needed", .json,
            "{}",
            [
                "line 1, column 1: `prompt` is missing: say what to do with the pictures",
                "line 1, column 1: `images` is missing: give 1 to 10 links to pictures",
            ]),
        .bad(
            "a blank prompt", .yaml,
            "prompt: ' '\nimages: https://a.b/c.png\n",
            [
                "line 1, column 9: `prompt` is empty: say what to do with the pictures"
            ]),
        .bad(
            "a prompt of null", .json,
            #"{"prompt":null,"url":"https://a.b/c.png"}"#,
            [
                "line 1, column 11: `prompt` is empty: say what to do with the pictures"
            ]),
        .bad(
            "a number for a prompt", .json,
            #"{"prompt":5,"url":"https://a.b/c.png"}"#,
            [
                "line 1, column 11: `prompt` must be text"
            ]),
        .good(
            "a list of prompts", .yaml,
            "prompt: [a, b]\nurl: https://a.b/c.png\n",
            asks(#""prompt":"a","image_urls":["https://a.b/c.png"]},"others":[{"prompt":"b"}],"variants":2}"#)),
        .bad(
            "a number in YAML is text, and no prompt", .yaml,
            "prompt: 5\nurl: https://a.b/c.png\n",
            [#"line 1, column 9: `prompt` is "5", which contains no word: say what to do with the pictures"#]),
        .bad(
            "a number for a link", .json,
            #"{"prompt":"x","url":[5]}"#,
            [
                "line 1, column 22: `url` must be a link or a list of links"
            ]),
        .bad(
            "a map for links", .yaml,
            "prompt: x\nimages:\n  url: https://a.b/c.png\n",
            [
                "line 3, column 3: `images` must be a link or a list of links"
            ]),
        .bad(
            "an empty list of pictures", .yaml,
            "prompt: x\nimages: []\n",
            [
                "line 2, column 9: `images` is missing: give 1 to 10 links to pictures"
            ]),
        .bad(
            "pictures left blank", .yaml,
            "prompt: x\nimages:\n",
            [
                "line 2, column 8: `images` is missing: give 1 to 10 links to pictures"
            ]),
        .bad(
            "eleven pictures", .json,
            #"{"prompt":"x","images":["# + Array(repeating: #""https://a.b/c""#, count: 11).joined(separator: ",")
                + "]}",
            [
                "line 1, column 24: 11 links are too many: the API takes 1 to 10"
            ]),
        .bad(
            "a link with a blank", .yaml,
            "prompt: x\nimages: 'https://a.b/c d'\n",
            [
                #"line 2, column 9: "https://a.b/c d" has a character (a space) that must be percent-encoded in a link"#
            ]),
        .bad(
            "a link with a user", .yaml,
            "prompt: x\nimages: https://me:pw@a.b/c\n",
            [
                """
                line 2, column 9: "https://***@a.b/c" contains a user name or password, which the provider would \
                see; use a link without them
                """
            ]),
        .bad(
            "a link without a host", .yaml,
            "prompt: x\nimages: https:///c\n",
            [
                #"line 2, column 9: "https:///c" has no host name; a link looks like https://example.com/picture.png"#
            ]),
        .bad(
            "a link whose host cannot be looked up", .yaml,
            "prompt: x\nimages: https://\u{1F34C}.example/c\n",
            [
                """
                line 2, column 9: "https://\u{1F34C}.example/c" has a host that is neither a name that can be looked up \
                nor an IP address; a name of signs such as emoji is written in its xn-- form
                """
            ]),
        .bad(
            "a link with a bad port", .yaml,
            "prompt: x\nimages: https://a.b:0/c\n",
            [
                #"line 2, column 9: "https://a.b:0/c" has a port that is not a number from 1 to 65535"#
            ]),
        .bad(
            "a link with a bad escape", .yaml,
            "prompt: x\nimages: https://a.b/100%.png\n",
            [
                """
                line 2, column 9: "https://a.b/100%.png" has a `%` that is not followed by two hexadecimal \
                digits; write it as %25
                """
            ]),
        .bad(
            "a link with one slash", .yaml,
            "prompt: x\nimages: https:/a.b/c.png\n",
            [
                #"line 2, column 9: "https:/a.b/c.png" is not a link; a link begins with https:// or http://"#
            ]),
        .bad(
            "a link to a file", .yaml,
            "prompt: x\nimages: file:///etc/passwd\n",
            [
                #"line 2, column 9: "file:///etc/passwd" is a `file:` link; the API takes https:// and http:// only"#
            ]),
        .bad(
            "a picture as data", .json,
            #"{"prompt":"x","image":"data:image/png;base64,AAAA"}"#,
            [
                """
                line 1, column 23: "data:image/png;base64,AAAA" is a `data:` link; the API takes https:// and \
                http:// only
                """
            ]),
        .bad(
            "a link by ftp", .yaml,
            "prompt: x\nimages: ftp://a.b/c.png\n",
            [
                #"line 2, column 9: "ftp://a.b/c.png" is a `ftp:` link; the API takes https:// and http:// only"#
            ]),
        .bad(
            "two links in one", .yaml,
            "prompt: x\nimages: https://a.b/c.png,https://a.b/c.png\n",
            [
                """
                line 2, column 9: "https://a.b/c.png,https://a.b/c.png" contains several links; write them as a \
                list, one link per item
                """
            ]),
        .good(
            "a link with commas", .yaml,
            "prompt: x\nimages: https://a.b/w_1,h_2/c.png\n",
            asks(#""prompt":"x","image_urls":["https://a.b/w_1,h_2/c.png"]},"variants":1}"#)),
        .bad(
            "a model that is near to one", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nmodel: nanobanana-pro\n",
            [
                """
                line 3, column 8: `model` cannot be "nanobanana-pro"; did you mean `nano-banana-pro`? it must be one \
                of nano-banana-pro, nano-banana-2 or nano-banana
                """
            ]),
        .bad(
            "a model that is near to none", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nmodel: dall-e-3\n",
            [
                #"line 3, column 8: `model` cannot be "dall-e-3"; it must be one of nano-banana-pro, "#
                    + #"nano-banana-2 or nano-banana"#
            ]),
        .bad(
            "a ratio that is not on the list", .yaml,
            "prompt: x\nurl: https://a.b/c.png\naspect_ratio: 16:8\n",
            [
                """
                line 3, column 15: `aspect_ratio` cannot be "16:8"; did you mean `16:9`? it must be one of auto, \
                1:1, 2:3, 3:2, 3:4, 4:3, 4:5, 5:4, 9:16, 16:9 or 21:9
                """
            ]),
        .bad(
            "a number for a ratio", .json,
            #"{"prompt":"x","url":"https://a.b/c.png","aspect_ratio":1}"#,
            [
                """
                line 1, column 56: `aspect_ratio` cannot be "1"; it must be one of auto, 1:1, 2:3, 3:2, 3:4, 4:3, \
                4:5, 5:4, 9:16, 16:9 or 21:9
                """
            ]),
        .bad(
            "a list of ratios of which one is none", .yaml,
            "prompt: x\nurl: https://a.b/c.png\naspect_ratio: [1:1, 1]\n",
            [
                """
                line 3, column 21: `aspect_ratio` cannot be "1"; it must be one of auto, 1:1, 2:3, 3:2, 3:4, 4:3, \
                4:5, 5:4, 9:16, 16:9 or 21:9
                """
            ]),
        .bad(
            "a size that is not on the list", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nimage_size: 8K\n",
            [
                #"line 3, column 13: `image_size` cannot be "8K"; did you mean `1K`? it must be one of 1K, 2K or 4K"#
            ]),
        .bad(
            "a size for a model that takes none", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nmodel: nano-banana\nimage_size: 2K\n",
            [
                """
                line 4, column 13: `image_size` does not go with gemini-2.5-flash-image: leave it out or choose \
                nano-banana-pro
                """
            ]),
        .bad(
            "too many variants", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nvariants: 9\n",
            [
                #"line 3, column 11: `variants` cannot be "9"; it must be a whole number from 1 to 8"#
            ]),
        .bad(
            "variants in words", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nvariants: two\n",
            [
                #"line 3, column 11: `variants` cannot be "two"; it must be a whole number from 1 to 8"#
            ]),
        .bad(
            "half a variant", .json,
            #"{"prompt":"x","url":"https://a.b/c.png","variants":1.5}"#,
            [
                #"line 1, column 52: `variants` cannot be "1.5"; it must be a whole number from 1 to 8"#
            ]),
        .bad(
            "notes that are no map", .yaml,
            "prompt: x\nurl: https://a.b/c.png\nmeta: 5\n",
            [
                "line 3, column 7: `meta` must be a mapping"
            ]),
        .bad(
            "a name in a request that is alone", .yaml,
            "name: hero\nprompt: x\nurl: https://a.b/c.png\n",
            [
                """
                line 1, column 1: `name` belongs in a file with several requests; a single request is named after \
                its file
                """
            ]),
        .bad(
            "several mistakes at once", .yaml,
            "promt: x\nimages: [ftp://a.b, https://a.b/c.png]\nvariants: 0\n",
            [
                "line 1, column 1: there is no key `promt`; did you mean `prompt`?",
                #"line 2, column 10: "ftp://a.b" is a `ftp:` link; the API takes https:// and http:// only"#,
                #"line 3, column 11: `variants` cannot be "0"; it must be a whole number from 1 to 8"#,
            ]),
    ]
}
