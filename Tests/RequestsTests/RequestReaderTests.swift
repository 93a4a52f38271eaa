// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

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
            "prompt: 0x10 red\nimages: https://a.b/c\naspect_ratio: 16:9\nimage_size: 2k\nvariants: 3\n"
                + "meta: {a: 1, b: 1.50, c: yes, d: null, e: '1', f: 16:9}\n", .yaml)
        #expect(request.edit.prompt == "0x10 red")
        #expect(request.edit.aspectRatio == .landscape16x9)
        #expect(request.edit.imageSize == .twoK)
        #expect(request.variants == 3)
        let meta = String(decoding: try #require(request.meta).line, as: UTF8.self)
        #expect(meta == #"{"a":1,"b":1.50,"c":"yes","d":null,"e":"1","f":"16:9"}"#)
    }

    @Test(arguments: [
        ("", false), ("again: true", true), ("again: yes", true), ("again: TRUE", true), ("again: 1", true),
        ("again: false", false), ("again: no", false), ("again:", false), ("again: 0", false),
    ])
    func `meant once more is no part of what is asked for`(line: String, isAgain: Bool) throws {
        let request = try Self.read("prompt: x\nimages: https://a.b/c\n" + line, .yaml)
        #expect(request.isAgain == isAgain)
        #expect(request.fingerprint == (try Self.read("prompt: x\nimages: https://a.b/c\n", .yaml)).fingerprint)
    }

    @Test func `whether it is meant once more is a yes or a no`() throws {
        #expect(throws: Findings.self) { try Self.read("prompt: x\nimages: https://a.b/c\nagain: maybe\n", .yaml) }
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

    @Test(.idleLimit)
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
