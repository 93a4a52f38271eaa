// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// What people drop that is no good, and what must be left alone.
@Suite(.watched, .timeLimit(.minutes(15)))
struct BadInputTests {
    @Test func `a bad request ends in failed with words, beside the file as it was dropped`() async throws {
        let bad: [(name: String, content: String, words: String)] = [
            ("json.json", "{\"prompt\": \"x\",\n \"images\": [}", "line 2, column 13: here is `}`"),
            ("yaml.yaml", "prompt: [a\nimages: b", "line "),
            (
                "tab.yaml", "prompt: x\nimages:\n\t- https://a.b/c.png\n",
                "line 3, column 1: this line is indented with a tab"
            ),
            ("typo.yaml", "promt: x\nimages: https://a.b/c.png\n", "did you mean `prompt`?"),
            ("blank.yaml", "prompt: \"  \"\nimages: https://a.b/c.png\n", "`prompt` is empty"),
            ("none.yaml", "prompt: x\nimages: []\n", "`images` is missing"),
            (
                "eleven.json",
                #"{"prompt":"x","images":[\#(Array(repeating: #""https://a.b/c""#, count: 11).joined(separator: ","))]}"#,
                "11 links are too many"
            ),
            ("file.yaml", "prompt: x\nimages: file:///etc/passwd\n", "`file:` link"),
            ("data.yaml", "prompt: x\nimages: \"data:image/png;base64,AAAA\"\n", "`data:` link"),
            ("ratio.yaml", "prompt: x\nimages: https://a.b/c\naspect_ratio: 16:8\n", "line 3, column 15"),
            ("size.yaml", "prompt: x\nimages: https://a.b/c\nimage_size: 8K\n", "`image_size` cannot be \"8K\""),
            (
                "flash.yaml", "prompt: x\nimages: https://a.b/c\nmodel: nano-banana\nimage_size: 2K\n",
                "does not go with"
            ),
            ("type.json", #"{"prompt":5,"images":"https://a.b/c"}"#, "`prompt` must be text"),
            ("list.json", "[1, 2]", "a request is a list of keys"),
            ("big.yaml", "prompt: " + String(repeating: "x", count: 1 << 20), "larger than 1 MiB"),
        ]
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    for item in bad { try spool.drop(item.content, as: item.name) }
                    for item in bad {
                        let stem = item.name.prefix { $0 != "." }
                        #expect(await daemon.line(containing: "Failed job=\(stem) ") != nil)
                    }
                }
                for item in bad {
                    let stem = item.name.prefix { $0 != "." }
                    let text = try spool.prose("failed/\(stem)/error.txt")
                    #expect(text.contains(item.words), "\(item.name): \(text)")
                    #expect(text.contains("Was it charged? No."))
                    #expect(try spool.data("failed/\(stem)/\(item.name)") == Data(item.content.utf8))
                    let reason = try spool.json("failed/\(stem)/result.json")["reason"] as? [String: Any]
                    #expect(reason?["code"] as? String == "invalid-request")
                }
                #expect(simulator.ledger.snapshot.submits == 0)
            }
        }
    }

    @Test func `what is not a request stays where it is, untouched, and is named in the log`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop("hello", as: "notes.txt")
                    try spool.drop(TestSpool.request("hidden"), as: ".hidden.yaml")
                    try spool.drop(TestSpool.request("half"), as: "half.yaml.part")
                    let inbox = spool.inbox.path
                    #expect(symlink("/etc/passwd", inbox + "/link.yaml") == 0)
                    #expect(mkfifo(inbox + "/pipe.json", 0o600) == 0)
                    #expect(mkdir(inbox + "/folder.yaml", 0o700) == 0)
                    for name in ["notes.txt", "link.yaml", "pipe.json"] {
                        #expect(await daemon.line(containing: "file=\(name)") != nil)
                    }
                    // Dropped last, so whatever the daemon would have done to the others, it has done by now.
                    try spool.drop(TestSpool.request("last"), as: "last.yaml")
                    #expect(await daemon.line(containing: "Done job=last") != nil)
                }
                let left = [".hidden.yaml", "folder.yaml", "half.yaml.part", "link.yaml", "notes.txt", "pipe.json"]
                let found = try FileManager.default.contentsOfDirectory(atPath: spool.inbox.path).sorted()
                #expect(found == left)
                #expect(simulator.ledger.snapshot.submits == 1)
            }
        }
    }

    @Test func `odd names come through: emoji, newlines, quotes, dashes, 255 bytes, names that the answer needs`()
        async throws
    {
        let names = [
            "🍌 ✨.yaml", "new\nline.yaml", "'quote\" \\.json", "-rf.yaml", "esc\u{1B}[31m.yaml", "result.json",
            "response.json", "error.txt.yaml", "a.b.c.yml", "UPPER.YAML",
            String(repeating: "x", count: 250) + ".yaml", String(repeating: "ü", count: 125) + ".yaml",
        ]
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    for (number, name) in names.enumerated() {
                        let content = #"{"prompt":"odd \#(number)","url":"https://a.b/c.png"}"#
                        try spool.drop(content, as: "lane \(number)\n/" + name)
                    }
                    for number in names.indices {
                        let job = await daemon.line { $0.contains("Done") && $0.contains("lane \(number)\\n/") }
                        #expect(job != nil, "\(names[number])")
                    }
                    for line in daemon.lines { #expect(!line.contains("\u{1B}")) }
                }
                #expect(simulator.ledger.snapshot.paid == names.count)
                for (number, name) in names.enumerated() {
                    let lane = spool.done.appendingPathComponent("lane \(number)_")
                    let result = try #require(spool.names(in: lane).first)
                    let files = spool.names(in: lane.appendingPathComponent(result))
                    #expect(files.count == 5, "\(name): \(files)")
                    #expect(files.contains(["result.json", "response.json"].contains(name) ? "request.json" : name))
                }
            }
        }
    }

    @Test func `a name that is not UTF-8 comes back under the very same bytes`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let name: [CChar] = [0x68, -23, 0x2E, 0x79, 0x6D, 0x6C, 0]  // "h\xE9.yml"
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("latin"), as: "new.tmp")
                    let target = Array(spool.inbox.path.utf8CString.dropLast()) + [0x2F] + name
                    #expect(rename(spool.inbox.path + "/new.tmp", target) == 0)
                    #expect(await daemon.line(containing: "Done") != nil)
                }
                let target = Array(spool.done.path.utf8CString.dropLast()) + [0x2F, 0x68, -23, 0x2F] + name
                #expect(access(target, F_OK) == 0)
            }
        }
    }

    @Test func `two files of one stem and a name that is taken both come through`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try FileManager.default.createDirectory(
                    at: spool.done.appendingPathComponent("c"), withIntermediateDirectories: true)
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(#"{"prompt":"a json","url":"https://a.b/c"}"#, as: "a.json")
                    try spool.drop(TestSpool.request("a yaml"), as: "a.yaml")
                    try spool.drop(TestSpool.request("c"), as: "c.yaml")
                    await simulator.ledger.wait { $0.fetches == 3 }
                    for place in ["done/a ", "done/a-2 ", "done/c-2 "] {
                        #expect(await daemon.line(containing: place) != nil)
                    }
                }
                #expect(spool.names(in: spool.done) == ["a", "a-2", "c", "c-2"])
                #expect(spool.names(in: spool.done.appendingPathComponent("c")) == [])
            }
        }
    }

    @Test func `a lane never moves into a result that is published, nor stumbles over a file of its name`() async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try Data("mine".utf8).write(to: spool.done.appendingPathComponent("acme"))
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("first"), as: "hero.yaml")
                    #expect(await daemon.line(containing: "Done job=hero ") != nil)
                    let before = spool.names(in: spool.done.appendingPathComponent("hero"))
                    try spool.drop(TestSpool.request("second"), as: "hero/a.yaml")
                    try spool.drop(TestSpool.request("third"), as: "acme/b.yaml")
                    #expect(await daemon.line(containing: "Done job=hero/a ") != nil)
                    #expect(await daemon.line(containing: "Done job=acme/b ") != nil)
                    #expect(spool.names(in: spool.done.appendingPathComponent("hero")) == before)
                }
                #expect(spool.names(in: spool.done) == ["acme", "acme-2", "hero", "hero-2"])
                #expect(spool.names(in: spool.done.appendingPathComponent("hero-2")) == ["a"])
                #expect(try spool.text("done/acme") == "mine")
                #expect(simulator.ledger.snapshot.paid == 3)
            }
        }
    }
}
