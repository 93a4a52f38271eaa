// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// Whether a young file is a whole text as yet.
struct YoungTextTests {
    struct Case: Sendable {
        var name: String
        var syntax: RequestFileName.Syntax
        var text: String
        var isWhole: Bool
    }

    private static let json = #"{"prompt":"x","url":"https://a.b/c"}"#

    static let cases: [Case] = [
        Case(name: "whole", syntax: .yaml, text: "prompt: x\nurl: https://a.b/c\n", isWhole: true),
        Case(name: "first letters", syntax: .yaml, text: "pro", isWhole: false),
        Case(name: "open list", syntax: .yaml, text: "prompt: x\nimages: [https://a.b/c", isWhole: false),
        Case(name: "open quote", syntax: .yaml, text: "prompt: \"x", isWhole: false),
        Case(name: "half a key", syntax: .yaml, text: "prompt: x\nim", isWhole: false),
        Case(name: "zeros", syntax: .yaml, text: "\0\0\0\0", isWhole: false),
        // Cut between two lines it is YAML all the same, and nothing shows it.
        Case(name: "cut at a line", syntax: .yaml, text: "prompt: x\n", isWhole: true),
        Case(name: "wrong key", syntax: .yaml, text: "promt: x\nurl: https://a.b/c\n", isWhole: true),
        Case(name: "wrong value", syntax: .yaml, text: "prompt: x\nurl: ftp://a.b/c\nvariants: 99\n", isWhole: true),
        Case(
            name: "cut within a link", syntax: .yaml, text: "prompt: x\nimages:\n  - https://a.b/2.pn", isWhole: false),
        Case(name: "without its last line end", syntax: .yaml, text: "prompt: x\nurl: https://a.b/c", isWhole: false),
        Case(
            name: "with the end that DOS had", syntax: .yaml, text: "prompt: x\nurl: https://a.b/c\r\n\u{1A}",
            isWhole: true),
        Case(name: "with Mac's line ends", syntax: .yaml, text: "prompt: x\rurl: https://a.b/c\r", isWhole: true),
        Case(
            name: "last document cut off", syntax: .yaml, text: "prompt: x\nurl: https://a.b/c\n---\nprompt: \"y\n",
            isWhole: false),
        Case(name: "whole", syntax: .json, text: json, isWhole: true),
        Case(name: "cut off", syntax: .json, text: String(json.dropLast()), isWhole: false),
        Case(name: "wrong key", syntax: .json, text: #"{"promt":"x"}"#, isWhole: true),
        Case(name: "list cut off", syntax: .json, text: "[\(json),", isWhole: false),
        Case(name: "whole", syntax: .jsonLines, text: "\(json)\n\(json)\n", isWhole: true),
        Case(name: "last line cut off", syntax: .jsonLines, text: "\(json)\n\(json.dropLast())", isWhole: false),
        // What was written long before the end is no sign of a writer that has paused.
        Case(name: "first line broken", syntax: .jsonLines, text: "\(json.dropLast())\n\(json)\n", isWhole: true),
        Case(name: "wrong keys at the end", syntax: .jsonLines, text: "\(json)\n{\"promt\":1}\n", isWhole: true),
        Case(name: "whole", syntax: .csv, text: "prompt,image\nx,https://a.b/c\n", isWhole: true),
        Case(
            name: "cut within a link", syntax: .csv, text: "prompt,image\nx,https://a.b/c\ny,https://a", isWhole: false),
        Case(name: "header alone", syntax: .csv, text: "prompt,image\n", isWhole: false),
        Case(name: "open quote", syntax: .csv, text: "prompt,image\n\"x", isWhole: false),
        Case(name: "bad link", syntax: .csv, text: "prompt,image\nx,ftp://a.b/c\n", isWhole: true),
    ]

    @Test(arguments: cases)
    func `a text that breaks off is none, and a mistake in what it says does not make it one`(item: Case) {
        let young = YoungText(reader: RequestReader(rules: RequestRules()))
        #expect(young.isWhole(Array(item.text.utf8), item.syntax) == item.isWhole, "\(item.name)")
    }

    @Test func `a file that is too large is not waited for`() {
        let young = YoungText(reader: RequestReader(rules: RequestRules()))
        #expect(young.isWhole([UInt8](repeating: 0x20, count: RequestRules.sizeLimit + 1), .yaml))
    }

    @Test func `the end of a line is one in UTF-16, too`() {
        let young = YoungText(reader: RequestReader(rules: RequestRules()))
        for encoding in [RequestFile.Encoding.utf16Little, .utf16Big] {
            #expect(young.isWhole(encoding.bytes("prompt: x\r\nurl: https://a.b/c\r\n"), .yaml))
            #expect(!young.isWhole(encoding.bytes("prompt: x\r\nurl: https://a.b/c"), .yaml))
        }
    }

    @Test func `a file is possibly young for ten seconds, and where its time lies ahead`() {
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        let nanoseconds = now.milliseconds * 1_000_000
        #expect(YoungText.isPossible(changed: nanoseconds, at: now))
        #expect(YoungText.isPossible(changed: nanoseconds - 9_999_000_000, at: now))
        #expect(!YoungText.isPossible(changed: nanoseconds - 10_000_000_000, at: now))
        #expect(YoungText.isPossible(changed: nanoseconds + 3_600_000_000_000, at: now))
    }

    @Test func `a file that is not there, or is a symlink, is not waited for`() async throws {
        try await Scratch.with { scratch in
            let young = YoungText(reader: RequestReader(rules: RequestRules()))
            let name = try #require(RequestFileName("a.yaml"))
            let half = try scratch.write(Array("prompt: \"x".utf8), to: "a.yaml")
            try scratch.link("b.yaml", to: half)
            func isWhole(_ file: FilePath.Component) -> Bool {
                young.isWhole(Origin(lane: .root, file: file), in: scratch.path, name)
            }
            #expect(!isWhole("a.yaml"))
            #expect(isWhole("b.yaml"))
            #expect(isWhole("c.yaml"))
        }
    }
}
