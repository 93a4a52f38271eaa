// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// How much a file may hold, and that reading it takes time in proportion.
@Suite(.idleLimit)
struct RequestLimitTests {
    /// A file of so many requests.
    private static func file(_ count: Int, _ syntax: RequestFileName.Syntax, list: Bool = false) -> [UInt8] {
        let link = "https://a.b/c"
        let text =
            switch syntax {
            case .csv: "prompt,image\n" + (0..<count).map { "\"no. \($0),\",\(link)\n" }.joined()
            case .jsonLines: (0..<count).map { #"{"prompt":"no. \#($0)","url":"\#(link)"}"# + "\n" }.joined()
            case .json:
                "[" + (0..<count).map { #"{"prompt":"no. \#($0)","url":"\#(link)"}"# }.joined(separator: ",\n") + "]"
            case .yaml where list: (0..<count).map { "- prompt: no. \($0)\n  url: \(link)\n" }.joined()
            case .yaml: (0..<count).map { "---\nprompt: no. \($0)\nurl: \(link)\n" }.joined()
            }
        return Array(text.utf8)
    }

    struct Kind: Sendable {
        var syntax: RequestFileName.Syntax
        var isList = false
        /// Where the first request too many begins.
        var line: Int
        var column = 1
    }

    static let kinds = [
        Kind(syntax: .csv, line: 10_002), Kind(syntax: .jsonLines, line: 10_001), Kind(syntax: .json, line: 10_001),
        Kind(syntax: .yaml, line: 30_001), Kind(syntax: .yaml, isList: true, line: 20_001, column: 3),
    ]

    @Test(arguments: [RequestFileName.Syntax.csv, .json])
    func `ten thousand requests are read, each as it stands`(syntax: RequestFileName.Syntax) throws {
        guard
            case .batch(let parts, _) = try RequestReader(rules: RequestRules())
                .content(of: Self.file(10_000, syntax), as: syntax)
        else {
            Issue.record("no batch")
            return
        }
        #expect(parts.count == 10_000)
        let prompts = try parts.map { try $0.request.get().edit.prompt.prefix { $0 != "," } }
        #expect(prompts == (0..<10_000).map { "no. \($0)"[...] })
    }

    @Test(arguments: kinds.indices)
    func `one request more is too many`(index: Int) {
        let kind = Self.kinds[index]
        do throws(Findings) {
            let bytes = Self.file(10_001, kind.syntax, list: kind.isList)
            _ = try RequestReader(rules: RequestRules()).content(of: bytes, as: kind.syntax)
            Issue.record("10,001 requests were taken")
        } catch {
            let place = "line \(kind.line), column \(kind.column): "
            let sentence = "the file holds more than 10000 requests; split it into several"
            #expect(error.all.map(Wording.located) == [place + sentence])
        }
    }

    @Test func `a file that is too large is not looked into`() {
        let reader = RequestReader(rules: RequestRules())
        let cases: [(syntax: RequestFileName.Syntax, bytes: Int, sentence: String)] = [
            (.yaml, 1 << 20, "the file is larger than 1 MiB; a request is a few lines of text"),
            (.json, 1 << 20, "the file is larger than 1 MiB; a request is a few lines of text"),
            (.csv, 16 << 20, "the file is larger than 16 MiB; split it into several"),
            (.jsonLines, 16 << 20, "the file is larger than 16 MiB; split it into several"),
        ]
        for (syntax, bytes, sentence) in cases {
            #expect(syntax.sizeLimit == bytes)
            do throws(Findings) {
                _ = try reader.content(of: [UInt8](repeating: 0x20, count: bytes + 1), as: syntax)
                Issue.record("a file of \(bytes + 1) bytes was taken")
            } catch {
                #expect(error.all.map(Wording.located) == [sentence])
            }
        }
    }

    private static let zeros = String(repeating: "0,", count: 250_000)

    static let crowded: [(RequestFileName.Syntax, String, String)] = [
        (
            .json, "{\"prompt\":\"x\",\"meta\":[\(zeros)0]}",
            "line 1, column 400017: the text holds more than 200000 values"
        ),
        (.yaml, "prompt: x\nmeta: [\(zeros)0]\n", "the text holds more than 200000 values"),
        (
            .csv, "prompt,image\n\(String(repeating: ",", count: 2_000_000))\n",
            "line 2, column 1: a row larger than 1 MiB"
        ),
        (
            .csv, "prompt,image\n\"\(String(repeating: "a\n", count: 600_000))\"",
            "line 2, column 1: a row larger than 1 MiB"
        ),
    ]

    @Test(arguments: crowded)
    func `a file of more values than it may hold is given up where there are too many`(
        syntax: RequestFileName.Syntax, text: String, sentence: String
    ) {
        do throws(Findings) {
            _ = try RequestReader(rules: RequestRules()).content(of: Array(text.utf8), as: syntax)
            Issue.record("taken")
        } catch {
            #expect(error.all.map(Wording.located).joined().hasPrefix(sentence))
        }
    }

    @Test func `in a file of many requests, only the one that holds too much fails`() throws {
        let good = #"{"prompt":"x","url":"https://a.b/c"}"#
        let large = #"{"prompt":"\#(String(repeating: "a", count: 1 << 20))"}"#
        let text = [good, "[\(Self.zeros)0]", good, large].joined(separator: "\n")
        guard
            case .batch(let parts, _) = try RequestReader(rules: RequestRules())
                .content(of: Array(text.utf8), as: .jsonLines)
        else {
            Issue.record("no batch")
            return
        }
        let sentences = parts.map { part in
            if case .failure(let findings) = part.request { findings.all.map(Wording.located).joined() } else { "" }
        }
        #expect(sentences.map(\.isEmpty) == [true, false, true, false])
        #expect(sentences[1].contains("more than 200000 values"))
        #expect(sentences[3] == "line 4, column 1: this request is larger than 1 MiB; a request is a few lines of text")
    }

    @Test func `a value that was read takes little more than its text`() {
        #expect(MemoryLayout<DocumentNode>.stride <= 32)
    }

    @Test func `what a part is written as does not outgrow the part`() throws {
        let deep = String(repeating: "[", count: 60) + Self.zeros.prefix(20_001) + String(repeating: "]", count: 60)
        let node = try JSONDocumentParser.parse(Array(deep.utf8))
        #expect(node.json.readable.count < 5 * deep.utf8.count)
        #expect(JSON.object(["a": .array([.number(1)])]).readable == JSON.object(["a": .array([.number(1)])]).page)
    }

    static let written = [
        "{}", "[]", "{\"a\":1}", "[[],{},[{}]]", "{\"a\":{\"b\":[1,-2.5e3,true,false,null,\"c\"]},\"d\":[]}",
        "\"a\\\"b,{[:]}\\\\\"", "{\"a,b:{\":\"}],:\",\"\\\\\":\"ü🍌\"}", "1", "null",
    ]

    @Test(arguments: written)
    func `what was packed is written as it would have been`(text: String) throws {
        let json = try JSONDocumentParser.parse(Array(text.utf8)).json
        for value in [json, .object(["meta": json, "list": .array([json, json])])] {
            let packed = JSON.object(["meta": json.packed, "list": .array([json.packed, json.packed])])
            #expect(json.packed.page == json.page && json.packed.line == json.line)
            if value != json { #expect(packed.page == value.page && packed.line == value.line) }
        }
    }

    @Test func `nobody reads on after a hundred mistakes, and no more are looked for`() throws {
        for count in [3, 99, 5_000] {
            let text = (0..<count).map { "wrong\($0): 1\n" }.joined() + "prompt: x\nimages: https://a.b/c.png\n"
            let findings = #expect(throws: Findings.self) {
                try RequestReader(rules: RequestRules()).read(Array(text.utf8), as: .yaml)
            }
            let found = try #require(findings)
            #expect(found.all.count == (count < 100 ? count : 102))
            let what = Wording.explain(.invalidRequest(found)).what
            let number = count < 100 ? "\(count)" : "at least 102"
            #expect(what == "The request file has \(number) mistakes, so nothing was sent.")
        }
    }

    /// What would take minutes to hours if any step looked back over what was read before.
    @Test func `hostile files are done with in a moment`() {
        let reader = RequestReader(rules: RequestRules())
        let cases: [(syntax: RequestFileName.Syntax, text: String)] = [
            (.csv, "prompt,image\n\"" + String(repeating: "a\n", count: 250_000)),
            (.csv, String(repeating: ",", count: 50_000) + "\n" + String(repeating: ",x", count: 50_000)),
            (.csv, "prompt\n" + String(repeating: "\"\"\"\",", count: 50_000)),
            (.csv, "prompt,image\na,\"" + String(repeating: "https://a.b\n", count: 20_000) + "\""),
            (.jsonLines, String(repeating: "\n", count: 200_000)),
            (.yaml, "images:\n" + String(repeating: "- a\n", count: 50_000)),
            (.yaml, "prompt: a\n" + String(repeating: "  b #c\n", count: 50_000)),
            (.yaml, String(repeating: "---\n", count: 60_000)), (.yaml, String(repeating: "...\n", count: 60_000)),
            (.yaml, "prompt: a\n" + String(repeating: "\u{A0}", count: 100_000)),
            (.json, "[" + String(repeating: "{},", count: 9_000) + "{}]"),
            (.yaml, (0..<90_000).map { "k\($0): 1\n" }.joined()),
        ]
        for (syntax, text) in cases {
            let content = try? reader.content(of: Array(text.utf8), as: syntax)
            if case .request? = content { Issue.record("taken: \(text.prefix(40))") }
        }
    }
}
