// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// Whether a young file is a whole text as yet.
struct YoungTextTests {
    private static let json = #"{"prompt":"x","url":"https://a.b/c"}"#

    /// Texts that are whole, whatever is wrong with what they say.
    static let whole: [(RequestFileName.Syntax, String)] = [
        (.yaml, "prompt: x\nurl: https://a.b/c\n"), (.yaml, "promt: x\nurl: https://a.b/c\n"),
        (.yaml, "prompt: x\nurl: ftp://a.b/c\nvariants: 99\n"),
        // Cut between two lines it is YAML all the same, and nothing shows it.
        (.yaml, "prompt: x\n"),
        // With Mac's line ends, and with the end that DOS had.
        (.yaml, "prompt: x\rurl: https://a.b/c\r"), (.yaml, "prompt: x\nurl: https://a.b/c\r\n\u{1A}"),
        (.json, json), (.json, #"{"promt":"x"}"#), (.jsonLines, "\(json)\n\(json)\n"),
        // What was written long before the end is no sign of a writer that has paused.
        (.jsonLines, "\(json.dropLast())\n\(json)\n"), (.jsonLines, "\(json)\n{\"promt\":1}\n"),
        (.csv, "prompt,image\nx,https://a.b/c\n"), (.csv, "prompt,image\nx,ftp://a.b/c\n"),
    ]

    /// Texts that break off.
    static let half: [(RequestFileName.Syntax, String)] = [
        (.yaml, ""), (.yaml, "pro"), (.yaml, "prompt: x\nimages: [https://a.b/c"), (.yaml, "prompt: \"x"),
        (.yaml, "prompt: x\nim"), (.yaml, "\0\0\0\0"), (.yaml, "prompt: x\nimages:\n  - https://a.b/2.pn"),
        // Nothing but its line end is missing.
        (.yaml, "prompt: x\nurl: https://a.b/c"), (.csv, "prompt,image\nx,https://a.b/c"),
        (.yaml, "prompt: x\nurl: https://a.b/c\n---\nprompt: \"y\n"), (.json, String(json.dropLast())),
        (.json, "[\(json),"), (.jsonLines, "\(json)\n\(json.dropLast())"), (.csv, "prompt,image\n"),
        (.csv, "prompt,image\nx,https://a.b/c\ny,https://a"), (.csv, "prompt,image\n\"x"), (.csv, "prom"),
    ]

    private static func isWhole(_ syntax: RequestFileName.Syntax, _ text: String) -> Bool {
        YoungText(reader: RequestReader(rules: RequestRules())).isWhole(Array(text.utf8), syntax)
    }

    @Test(arguments: whole)
    func `a mistake in what a text says does not make it one that breaks off`(
        syntax: RequestFileName.Syntax, text: String
    ) {
        #expect(Self.isWhole(syntax, text))
    }

    @Test(arguments: half)
    func `a text that breaks off is none`(syntax: RequestFileName.Syntax, text: String) {
        #expect(!Self.isWhole(syntax, text))
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
