// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// `submit` as a program uses it: by its exit code, and by the lines on its standard output.
@Suite(.watched, .timeLimit(.minutes(15)))
struct SubmitCommandTests {
    /// Writes a request file beside the spool's folders; its path.
    private static func file(_ content: String, _ name: String, in spool: TestSpool) throws -> String {
        let path = spool.root.appendingPathComponent(name).path
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private static func paths(_ output: String) -> [String] {
        output.split(separator: "\n").map(String.init)
    }

    @Test func `it waits for its own result, whatever name that gets, and pays again only where that is said`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let file = try Self.file(TestSpool.request("once"), "hero.yaml", in: spool)
                try await spool.withDaemon(base, ["--repeats", "hold"]) { _ in
                    let arguments = ["submit", "--spool", spool.root.path, "--lane", "acme/spring", "--wait", file]
                    for (number, folder) in [(1, "hero"), (1, "hero"), (2, "hero-2"), (3, "hero-3")] {
                        let result = try await Program.run(arguments + (number > 1 ? ["--again"] : []))
                        #expect(result.code == 0)
                        let lane = spool.done.resolvingSymlinksInPath().appendingPathComponent("acme/spring")
                        #expect(Self.paths(result.output) == [lane.appendingPathComponent("\(folder)/hero-1.png").path])
                        #expect(FileManager.default.fileExists(atPath: Self.paths(result.output).first ?? ""))
                        // Each was paid once, so each run has found its own.
                        #expect(simulator.ledger.snapshot.paid("once") == number)
                    }
                }
            }
        }
    }

    @Test func `without wait it prints the names of jobs, and the daemon does them`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let files = try ["a.yaml", "b.json"].map { name in
                    try Self.file(#"{"prompt": "x", "url": "https://example.com/a.png"}"#, name, in: spool)
                }
                try await spool.withDaemon(base, ["--repeats", "hold"]) { daemon in
                    let result = try await Program.run(["submit", "--spool", spool.root.path, "--lane", "l"] + files)
                    #expect(result.code == 0)
                    #expect(result.output == "l/a\nl/b\n")
                    for name in ["l/a", "l/b"] { #expect(await daemon.line(containing: "Done job=\(name)") != nil) }
                }
            }
        }
    }

    @Test func `one that fails gives 1, its words, and the pictures of the others`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let good = try Self.file(TestSpool.request("good"), "good.yaml", in: spool)
                let bad = try Self.file(TestSpool.request("\"[fault:poll=error]\""), "bad.yaml", in: spool)
                try await spool.withDaemon(base, ["--repeats", "hold"]) { _ in
                    let result = try await Program.run(["submit", "--spool", spool.root.path, "--wait", bad, good])
                    #expect(result.code == 1)
                    #expect(
                        Self.paths(result.output).map { URL(fileURLWithPath: $0).lastPathComponent } == ["good-1.png"])
                    #expect(result.errors.first?.hasPrefix("bananadrop: bad failed, see ") == true)
                    #expect(result.errors.contains { $0.contains("could not make the picture") })
                }
            }
        }
    }

    struct Refusal: Sendable {
        var arguments: [String]
        var code: Int32
        var words: String
    }

    static let refusals: [Refusal] = [
        Refusal(arguments: ["good.yaml", "wrong.yaml"], code: 65, words: "wrong.yaml:1:1: there is no key `promt`"),
        Refusal(arguments: ["good.yaml", "nowhere.yaml"], code: 66, words: "the file is not there"),
        Refusal(arguments: ["good.yaml", "./good.yaml"], code: 64, words: "two of the files are called good.yaml"),
        Refusal(arguments: ["good.yaml", "--lane", "../x"], code: 64, words: "\"../x\" is not a lane"),
        Refusal(arguments: ["good.yaml", "--lane", ".hidden"], code: 64, words: "a name that the daemon ignores"),
        Refusal(arguments: ["good.yaml", "--timeout", "3"], code: 64, words: "--timeout works only with --wait"),
        Refusal(arguments: ["good.yaml", "--wait", "--timeout", "soon"], code: 64, words: "--timeout cannot be"),
        Refusal(arguments: ["taken.yaml"], code: 73, words: "is already there and has not been taken yet"),
    ]

    @Test(arguments: refusals)
    func `what is refused leaves the inbox as it was`(item: Refusal) async throws {
        try await TestSpool.with { spool in
            _ = try Self.file(TestSpool.request("good"), "good.yaml", in: spool)
            _ = try Self.file(TestSpool.request("new"), "taken.yaml", in: spool)
            _ = try Self.file("promt: x\nurl: https://example.com/a.png\n", "wrong.yaml", in: spool)
            try spool.drop(TestSpool.request("old"), as: "taken.yaml")
            let arguments = item.arguments.map { $0.hasSuffix(".yaml") ? spool.root.path + "/" + $0 : $0 }
            let result = try await Program.run(["submit", "--spool", spool.root.path] + arguments)
            #expect(result.code == item.code)
            #expect(result.errors.joined(separator: "\n").contains(item.words), "\(result.errors)")
            #expect(result.output.isEmpty)
            let all = try FileManager.default.contentsOfDirectory(atPath: spool.inbox.path)
            #expect(all == ["taken.yaml"])
            #expect(try spool.text("inbox/taken.yaml") == TestSpool.request("old"))
        }
    }

    @Test func `the end of the time, or of the program, is not the end of the job`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let first = try Self.file(TestSpool.request("first"), "first.yaml", in: spool)
                let second = try Self.file(TestSpool.request("second"), "second.yaml", in: spool)
                let arguments = ["submit", "--spool", spool.root.path, "--wait"]
                let late = try await Program.run(arguments + ["--timeout", "100ms", first])
                #expect(late.code == 75)
                #expect(late.errors.contains { $0.contains("no daemon works on") })
                #expect(
                    late.errors.contains {
                        $0.contains("timed out after 100ms; what is not finished continues, and may still be")
                    })
                let waiting = try Program(arguments + [second])
                #expect(await waiting.line(containing: "waiting until one does") != nil)
                waiting.send(SIGINT)
                #expect(await waiting.end() == -SIGINT)
                #expect(spool.names(in: spool.inbox) == ["first.yaml", "second.yaml"])
                try await spool.withDaemon(base, ["--repeats", "hold"]) { daemon in
                    // The same command waits on; so does one that only waits.
                    let both = try await Program.run(arguments + [first, second])
                    #expect(both.code == 0 && Self.paths(both.output).count == 2)
                    let named = try await Program.run(["wait", "--spool", spool.root.path, "first", "second"])
                    #expect(named.code == 0 && Set(Self.paths(named.output)) == Set(Self.paths(both.output)))
                    let missing = try await Program.run(["wait", "--spool", spool.root.path, "third"])
                    #expect(missing.code == 66)
                    for name in ["first", "second"] { await daemon.line(containing: "Done job=\(name)") }
                }
                for name in ["first", "second"] { #expect(simulator.ledger.snapshot.paid(name) == 1) }
            }
        }
    }
}
