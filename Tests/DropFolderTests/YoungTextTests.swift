// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import DropFolder

/// Whether a young file is a whole text as yet.
struct YoungTextTests {
    struct Case: Sendable {
        var name: String
        var syntax: RequestFileName.Syntax
        var text: String
        var isText: Bool
    }

    private static let json = #"{"prompt":"x","url":"https://a.b/c"}"#

    static let cases: [Case] = [
        Case(name: "whole", syntax: .yaml, text: "prompt: x\nurl: https://a.b/c\n", isText: true),
        Case(name: "first letters", syntax: .yaml, text: "pro", isText: false),
        Case(name: "open list", syntax: .yaml, text: "prompt: x\nimages: [https://a.b/c", isText: false),
        Case(name: "open quote", syntax: .yaml, text: "prompt: \"x", isText: false),
        Case(name: "half a key", syntax: .yaml, text: "prompt: x\nim", isText: false),
        Case(name: "zeros", syntax: .yaml, text: "\0\0\0\0", isText: false),
        // Cut between two lines it is YAML all the same: only the quiet time helps there.
        Case(name: "cut at a line", syntax: .yaml, text: "prompt: x\n", isText: true),
        Case(name: "wrong key", syntax: .yaml, text: "promt: x\nurl: https://a.b/c\n", isText: true),
        Case(name: "wrong value", syntax: .yaml, text: "prompt: x\nurl: ftp://a.b/c\nvariants: 99\n", isText: true),
        Case(
            name: "last document cut off", syntax: .yaml, text: "prompt: x\nurl: https://a.b/c\n---\nprompt: \"y",
            isText: false),
        Case(name: "whole", syntax: .json, text: json, isText: true),
        Case(name: "cut off", syntax: .json, text: String(json.dropLast()), isText: false),
        Case(name: "wrong key", syntax: .json, text: #"{"promt":"x"}"#, isText: true),
        Case(name: "list cut off", syntax: .json, text: "[\(json),", isText: false),
        Case(name: "whole", syntax: .jsonLines, text: "\(json)\n\(json)\n", isText: true),
        Case(name: "last line cut off", syntax: .jsonLines, text: "\(json)\n\(json.dropLast())", isText: false),
        // What was written long before the end is no sign of a writer that has paused.
        Case(name: "first line broken", syntax: .jsonLines, text: "\(json.dropLast())\n\(json)\n", isText: true),
        Case(name: "wrong keys at the end", syntax: .jsonLines, text: "\(json)\n{\"promt\":1}\n", isText: true),
        Case(name: "whole", syntax: .csv, text: "prompt,image\nx,https://a.b/c\n", isText: true),
        Case(name: "header alone", syntax: .csv, text: "prompt,image\n", isText: false),
        Case(name: "open quote", syntax: .csv, text: "prompt,image\n\"x", isText: false),
        Case(name: "bad link", syntax: .csv, text: "prompt,image\nx,ftp://a.b/c\n", isText: true),
    ]

    @Test(arguments: cases)
    func `a text that breaks off is none, and a mistake in what it says does not make it one`(item: Case) {
        let young = YoungText(reader: RequestReader(rules: RequestRules()))
        #expect(young.isText(Array(item.text.utf8), item.syntax) == item.isText, "\(item.name)")
    }

    @Test func `a file that is too large is not waited for`() {
        let young = YoungText(reader: RequestReader(rules: RequestRules()))
        #expect(young.isText([UInt8](repeating: 0x20, count: RequestRules.sizeLimit + 1), .yaml))
    }

    @Test func `a file is possibly young for five seconds, and where its time lies ahead`() {
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        let nanoseconds = now.milliseconds * 1_000_000
        #expect(YoungText.isPossible(changed: nanoseconds, at: now))
        #expect(YoungText.isPossible(changed: nanoseconds - 4_999_000_000, at: now))
        #expect(!YoungText.isPossible(changed: nanoseconds - 5_000_000_000, at: now))
        #expect(YoungText.isPossible(changed: nanoseconds + 3_600_000_000_000, at: now))
    }

    @Test func `a file that is not there, or is a symlink, is not waited for`() async throws {
        try await Scratch.with { scratch in
            let young = YoungText(reader: RequestReader(rules: RequestRules()))
            let name = try #require(RequestFileName("a.yaml"))
            let half = try scratch.write(Array("prompt: \"x".utf8), to: "a.yaml")
            try scratch.link("b.yaml", to: half)
            func isText(_ file: FilePath.Component) -> Bool {
                young.isText(Origin(lane: .root, file: file), in: scratch.path, name)
            }
            #expect(!isText("a.yaml"))
            #expect(isText("b.yaml"))
            #expect(isText("c.yaml"))
        }
    }
}
