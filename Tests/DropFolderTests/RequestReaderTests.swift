// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import DropFolder

/// What a request file may say, and the exact sentence for each thing that it may not.
struct RequestReaderTests {
    private static func read(_ text: String, _ syntax: RequestFileName.Syntax) throws(Findings) -> Request {
        try RequestReader(rules: RequestRules()).read(Array(text.utf8), as: syntax)
    }

    private static let link = "https://a.b/c.png"

    @Test(arguments: [
        "prompt: x\nimages: [https://a.b/c.png]\n", "prompt: x\nimage: https://a.b/c.png",
        "url: https://a.b/c.png\nprompt: 'x'",
        "prompt: |\n  x\nurls:\n  - https://a.b/c.png\n", "{prompt: x, image_url: https://a.b/c.png}",
        "# a comment\n---\nprompt: x\nimages: https://a.b/c.png\naspect_ratio:\nimage_size: ~\nvariants:\n",
        "prompt: x\r\nimages: https://a.b/c.png\r\n", "\u{FEFF}prompt: x\nimages: https://a.b/c.png\n",
    ])
    func `each way of writing the same request is read the same`(text: String) throws {
        let request = try Self.read(text, .yaml)
        #expect(request.edit.prompt.filter { $0 != "\n" } == "x")
        #expect(request.edit.images.map(\.text) == [Self.link])
        #expect(request.edit.model == .pro)
        #expect(request.edit.aspectRatio == nil && request.edit.imageSize == nil && request.variants == 1)
    }

    @Test func `scalars are text: a ratio is never a number of seconds`() throws {
        let request = try Self.read(
            "prompt: 0x10\nimages: https://a.b/c\naspect_ratio: 16:9\nimage_size: 2k\nvariants: 3\n"
                + "meta: {a: 1, b: 1.50, c: yes, d: null, e: '1', f: 16:9}\n", .yaml)
        #expect(request.edit.prompt == "0x10")
        #expect(request.edit.aspectRatio == .landscape16x9)
        #expect(request.edit.imageSize == .twoK)
        #expect(request.variants == 3)
        let meta = String(decoding: try #require(request.meta).line, as: UTF8.self)
        #expect(meta == #"{"a":1,"b":1.50,"c":"yes","d":null,"e":"1","f":"16:9"}"#)
    }

    @Test func `text in UTF-16 is read as its byte order mark says`() throws {
        let text = "prompt: grün 🍌\nimages: https://a.b/c\n"
        var little: [UInt8] = [0xFF, 0xFE]
        var big: [UInt8] = [0xFE, 0xFF]
        for unit in text.utf16 {
            let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8))
            little += [low, high]
            big += [high, low]
        }
        for bytes in [little, big] {
            #expect(try RequestReader(rules: RequestRules()).read(bytes, as: .yaml).edit.prompt == "grün 🍌")
        }
    }

    static let bad: [(syntax: RequestFileName.Syntax, text: String, sentences: [String])] = [
        (.yaml, "", ["the file is empty"]),
        (.yaml, "# only a comment\n", ["the file is empty"]),
        (.json, "  ", ["the file is empty"]),
        (.json, "{", ["line 1, column 2: the text ends too early; was the file copied whole?"]),
        (.json, #"{"a" 1}"#, ["line 1, column 6: here stands `1` where `:` after the key should be"]),
        (
            .json, #"{"prompt":"ä","prompt":"b"}"#,
            ["line 1, column 15: the key `prompt` stands here twice; keep one of them"]
        ),
        (
            .json, "{\"prompt\":\"a\nb\"}",
            ["line 1, column 13: a line break or control character stands inside quotes; write \\n for a new line"]
        ),
        (.json, #"{"prompt":"\x"}"#, [#"line 1, column 14: this `\` escape is not one that JSON knows"#]),
        (.json, #"{"a":01}"#, ["line 1, column 7: this is not a number"]),
        (.json, "{} {}", ["line 1, column 4: more text follows after the end of the request"]),
        (
            .json, String(repeating: "[", count: 70),
            ["line 1, column 65: lists and mappings are nested deeper than 64 levels"]
        ),
        (
            .yaml, "prompt: x\n\timages: y\n",
            ["line 2, column 1: a tab stands in the indentation, which YAML forbids; use spaces"]
        ),
        (
            .yaml, "prompt: &a x\nimages: *a\n",
            ["line 1, column 9: YAML anchors (`&name`) are not read here; write the value out"]
        ),
        (
            .yaml, "prompt: !!str x\n",
            ["line 1, column 9: YAML tags (`!name`) are not read here; put quotes around text that begins with `!`"]
        ),
        (.yaml, "<<: {a: b}\n", ["line 1, column 1: YAML merge keys (`<<`) are not read here; write the values out"]),
        (
            .yaml, "prompt: *x\n",
            ["line 1, column 9: YAML aliases (`*name`) are not read here; put quotes around text that begins with `*`"]
        ),
        (
            .yaml, "prompt: x\n---\nprompt: y\n",
            ["line 2, column 1: a second document begins here (`---`); put each request into a file of its own"]
        ),
        (
            .yaml, "just words",
            ["line 1, column 1: a request is a list of keys such as `prompt: …`, and this is something else"]
        ),
        (
            .yaml, "prompt: x\nimages: https://a.b/c\nseed: 1\n",
            [
                "line 3, column 1: there is no key `seed`; the keys are prompt, images, model, aspect_ratio, image_size, variants and meta"
            ]
        ),
        (
            .yaml, "promt: x\nimages: https://a.b/c\n",
            ["line 1, column 1: there is no key `promt`; did you mean `prompt`?"]
        ),
        (
            .yaml, "prompt: x\nimage: https://a.b/c\nurl: https://a.b/c\n",
            ["line 3, column 1: `image` and `url` mean the same; keep one of them"]
        ),
        (
            .yaml, "prompt: ' '\nimages: https://a.b/c\n",
            ["line 1, column 9: `prompt` is empty: say what to do with the pictures"]
        ),
        (
            .json, #"{"prompt":null,"url":"https://a.b/c"}"#,
            ["line 1, column 11: `prompt` is empty: say what to do with the pictures"]
        ),
        (.json, #"{"prompt":5,"url":"https://a.b/c"}"#, ["line 1, column 11: `prompt` must be text"]),
        (.json, #"{"prompt":"x","url":[5]}"#, ["line 1, column 22: `url` must be a link or a list of links"]),
        (.yaml, "prompt: x\nimages:\n", ["line 2, column 8: `images` is missing: give 1 to 10 links to pictures"]),
        (
            .yaml, "prompt: x\nimages: bottle.png\n",
            [
                "line 2, column 9: \"bottle.png\" is not a link; the API takes links that begin with https:// or http://, not files"
            ]
        ),
        (
            .yaml, "prompt: x\nimages: 'https://a.b/c d'\n",
            ["line 2, column 9: \"https://a.b/c d\" has a character (a space) that must be percent-encoded in a link"]
        ),
        (
            .yaml, "prompt: x\nimages: https://me:pw@a.b/c\n",
            [
                "line 2, column 9: \"https://me:pw@a.b/c\" holds a user name or password, which the provider would see; use a link without"
            ]
        ),
        (
            .yaml, "prompt: x\nimages: https:///c\n",
            ["line 2, column 9: \"https:///c\" has no host name; a link looks like https://example.com/picture.png"]
        ),
        (
            .yaml, "prompt: x\nimages: https://a.b:0/c\n",
            ["line 2, column 9: \"https://a.b:0/c\" has a port that is not a number from 1 to 65535"]
        ),
        (
            .yaml, "prompt: x\nurl: https://a.b/c\nmodel: nanobanana-pro\n",
            [
                "line 3, column 8: `model` cannot be \"nanobanana-pro\"; did you mean `nano-banana-pro`? it is one of nano-banana-pro or nano-banana"
            ]
        ),
        (
            .yaml, "prompt: x\nurl: https://a.b/c\nimage_size: 8K\n",
            ["line 3, column 13: `image_size` cannot be \"8K\"; did you mean `1K`? it is one of 1K, 2K or 4K"]
        ),
        (
            .yaml, "prompt: x\nurl: https://a.b/c\nmodel: nano-banana\nimage_size: 2K\n",
            [
                "line 4, column 13: `image_size` does not go with gemini-2.5-flash-image: leave it out or choose nano-banana-pro"
            ]
        ),
        (
            .yaml, "prompt: x\nurl: https://a.b/c\nvariants: 9\n",
            ["line 3, column 11: `variants` cannot be \"9\"; it is a whole number from 1 to 8"]
        ),
        (
            .yaml, "prompt: x\nurl: https://a.b/c\nvariants: two\n",
            ["line 3, column 11: `variants` cannot be \"two\"; it is a whole number from 1 to 8"]
        ),
        (.yaml, "prompt: x\nurl: https://a.b/c\nmeta: 5\n", ["line 3, column 7: `meta` must be a mapping"]),
    ]

    @Test(arguments: bad.indices)
    func `each mistake has its own sentence and its place`(index: Int) {
        let (syntax, text, sentences) = Self.bad[index]
        do throws(Findings) {
            let request = try Self.read(text, syntax)
            Issue.record("read as \(request)")
        } catch {
            #expect(error.all.map(Wording.located) == sentences)
        }
    }

    @Test func `bytes that are no text are named as such`() {
        let cases: [([UInt8], Finding.Problem)] = [
            (Array("prompt: x\nimages: ".utf8) + [0xE9], .text(.notUTF8(line: 2))),
            ([0x89, 0x50, 0x4E, 0x47, 0, 0, 0], .text(.binary)), ([0xFF, 0xFE, 0x00], .text(.brokenUTF16)),
        ]
        for (bytes, problem) in cases {
            #expect { try RequestReader(rules: RequestRules()).read(bytes, as: .yaml) } throws: { error in
                (error as? Findings)?.all.map(\.problem) == [problem]
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a hostile file is refused in a moment`() {
        let wide = #"{"meta":{"a":["# + Array(repeating: "1", count: 250_000).joined(separator: ",") + "]}}"
        let laughs = (0..<30).map { "a\($0): &a\($0) [*a\(max($0 - 1, 0)), *a\(max($0 - 1, 0))]\n" }.joined()
        let keys = "a: &a x\n" + (0..<40).map { "? [*a, *a, \($0)]\n: 1\n" }.joined()
        let deep = String(repeating: "[", count: 500_000)
        for (text, syntax) in [(wide, RequestFileName.Syntax.json), (laughs, .yaml), (keys, .yaml), (deep, .yaml)] {
            #expect(throws: Findings.self) { try Self.read(text, syntax) }
        }
    }

    @Test func `whatever is accepted can be read again from its journal`() throws {
        let nested =
            "prompt: x\nurl: https://a.b/c\nmeta: " + String(repeating: "{a: ", count: 61) + "1"
            + String(repeating: "}", count: 61)
        let request = try Self.read(nested, .yaml)
        let line = JobEvent.read(request).line(at: Samples.start)
        #expect(JobEvent.read(line.dropLast())?.event == .read(request))
        let deeper =
            "prompt: x\nurl: https://a.b/c\nmeta: " + String(repeating: "{a: ", count: 62) + "1"
            + String(repeating: "}", count: 62)
        #expect(throws: Findings.self) { try Self.read(deeper, .yaml) }
    }
}
