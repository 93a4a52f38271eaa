// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Requests
@testable import TestSupport

/// Lists of prompts and of ratios.
struct CombinationTests {
    private static func request(
        _ text: String, _ syntax: RequestFileName.Syntax = .yaml, defaults: String = ""
    ) throws -> Result<Request, Findings> {
        let reader = RequestReader(rules: RequestRules()).at(.root, "hero")
        let defaults = try RequestDefaults(reading: Array(defaults.utf8), with: reader)
        return Result { () throws(Findings) in try reader.read(Array(text.utf8), as: syntax, defaults: defaults) }
    }

    private static let url = "url: https://a.b/c.png\n"

    private static func asked(_ request: Request) -> [String] {
        (0..<request.variants).map { variant in
            let edit = request.edit(of: variant)
            return edit.prompt + (edit.aspectRatio.map { " " + $0.rawValue } ?? "")
        }
    }

    static let lists: [(text: String, defaults: String, asked: [String])] = [
        ("prompt: a\n", "", ["a"]), ("prompt: [a]\naspect_ratio: [1:1]\n", "", ["a 1:1"]),
        ("prompt: [a, b]\n", "", ["a", "b"]), ("prompt: a\naspect_ratio: [1:1, 9:16]\n", "", ["a 1:1", "a 9:16"]),
        (
            "prompt:\n- a\n- b\naspect_ratio: [1:1, auto]\n", "", ["a 1:1", "a auto", "b 1:1", "b auto"]
        ),
        ("prompt: [a, b]\nvariants: 2\n", "", ["a", "b", "a", "b"]),
        ("aspect_ratio: 1:1\n", "prompt: [a, b]\naspect_ratio: [9:16]\n", ["a 1:1", "b 1:1"]),
        ("prompt: [\"{x}\", \"{name}\"]\nmeta: {x: 1 lamp}\n", "", ["1 lamp", "hero"]),
        ("prompt: []\naspect_ratio: []\n", "prompt: a\n", ["a"]),
    ]

    @Test(arguments: lists)
    func `each prompt is sent in each ratio, as often as there are variants`(
        text: String, defaults: String, asked: [String]
    ) throws {
        let request = try Self.request(text + Self.url, defaults: defaults).get()
        #expect(Self.asked(request) == asked)
        let read = try #require(Request(journal: try JSONDocumentParser.parse(request.journalJSON.line)))
        #expect(Self.asked(read) == asked && read.fingerprint == request.fingerprint)
        // Another round asks for the very same.
        let again = JSON.object([
            "prompt": request.promptAsWritten, "aspect_ratio": request.ratioAsWritten, "url": "https://a.b/c.png".json,
            "variants": .number(request.copies),
        ])
        let other = try Self.request(String(decoding: again.line, as: UTF8.self), .json).get()
        #expect(other.prompts == request.prompts && other.ratios == request.ratios)
        #expect(other.variants == request.variants)
    }

    @Test func `what differs in one of them is another request`() throws {
        let texts = ["[a, b]", "[b, a]", "[a, c]", "a", "[a]"]
        let all = try texts.map { try Self.request("prompt: \($0)\n" + Self.url).get().fingerprint.value }
        #expect(Set(all).count == 4 && all[3] == all[4])
    }

    static let mistakes: [(text: String, sentence: String)] = [
        (
            "prompt: [a, b, c]\naspect_ratio: [1:1, 9:16, 16:9]\n",
            "line 1, column 1: 3 prompts in 3 ratios, once each, come to 9 submits; one request is sent at most 8 times, "
                + "so make several requests"
        ),
        (
            "prompt: [a, b]\nvariants: 5\n",
            "line 1, column 1: 2 prompts in 1 ratio, 5 times each, come to 10 submits; one request is sent at most 8 "
                + "times, so make several requests"
        ),
        (
            "prompt: [a, a]\n",
            "line 1, column 13: `prompt` has \"a\" twice; leave one of them out, or ask for more of the same with "
                + "`variants`"
        ),
        (
            "prompt: a\naspect_ratio: [1:1, 9:16, 1:1]\n",
            "line 2, column 27: `aspect_ratio` has \"1:1\" twice; leave one of them out, or ask for more of the same with "
                + "`variants`"
        ),
        (
            "prompt: [a, b, c, d, e, f, g, h, i]\n",
            "line 1, column 9: `prompt` has 9 entries; one request is sent at most 8 times, so make several requests"
        ),
        ("prompt: [a, ' ']\n", "line 1, column 13: `prompt` is empty: say what to do with the pictures"),
        ("prompt: []\n", "line 1, column 9: `prompt` is empty: say what to do with the pictures"),
        ("prompt: [[a]]\n", "line 1, column 10: `prompt` must be text"),
        (
            "prompt:\n- put label #1 on it\n- b\n",
            "line 2, column 13: YAML takes the text from this `#` on as a comment, and would read only \"put label\"; put "
                + "quotes (`\"`) around the whole prompt; if it is a comment, put two spaces before the `#` and one after it"
        ),
        (
            "prompt: [\"{x}\", b]\n",
            "line 1, column 10: \"{x}\" is a placeholder that was never filled in: say what to do with the pictures, or "
                + "correct the program that writes the file"
        ),
    ]

    @Test(arguments: mistakes)
    func `what cannot be sent, or would be paid for by mistake, is said`(text: String, sentence: String) throws {
        guard case .failure(let findings) = try Self.request(text + Self.url) else { return #expect(Bool(false)) }
        equal(findings.all.map(Wording.located), [sentence])
    }

    @Test func `a comment behind a prompt of a list is one`() throws {
        let request = try Self.request("prompt:\n- a  # the first\n- b\n" + Self.url).get()
        #expect(request.prompts == ["a", "b"])
    }

    @Test func `a cell of a table holds ratios with commas between them, and times as before`() throws {
        let table = """
            prompt,url,aspect ratio
            a,https://a.b/c.png,"1:1, 16:09:00"
            a,https://a.b/c.png,4:09 PM
            """
        let reader = RequestReader(rules: RequestRules())
        guard case .batch(let parts, _) = try reader.content(of: Array(table.utf8), as: .csv) else {
            return #expect(Bool(false))
        }
        let ratios = parts.map { try? $0.request.get().ratios.map(\.rawValue) }
        #expect(ratios == [["1:1", "16:9"], ["16:9"]])
        // The part's own file asks for the same.
        let alone = try reader.read(parts[0].source, as: .json)
        #expect(alone.ratios == [.square, .landscape16x9] && alone.variants == 2)
    }

    @Test func `a part's own file has its prompts filled`() throws {
        let line = #"{"name": "red", "prompt": ["{name} {number}", "plain"], "url": "https://a.b/c.png"}"# + "\n"
        let reader = RequestReader(rules: RequestRules()).at(.root, "catalog")
        guard case .batch(let parts, _) = try reader.content(of: Array(line.utf8), as: .jsonLines) else {
            return #expect(Bool(false))
        }
        #expect(try reader.at(.root, "other").read(parts[0].source, as: .json).prompts == ["red 1", "plain"])
    }
}
