// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// Links that a publish command prints: what is sent, what is kept of them, and what happens when they run out.
@Suite(.watched, .timeLimit(.minutes(15)))
struct PublishedLinkTests {
    private static let request = "prompt: mine\nimages: [pics/bottle.png, https://example.com/a.png]\n"

    /// Publishes by counting how often, and prints what the file `print` in the spool says, where `%` is the count, and `@60`
    /// is a minute from then.
    private struct Command {
        let spool: TestSpool
        let script: URL

        init(_ spool: TestSpool, printing line: String) throws {
            self.spool = spool
            script = spool.root.appendingPathComponent("put.sh")
            let root = spool.root.path
            let text = """
                #!/bin/sh
                [ "$(head -c 4 "$1" | tail -c 3)" = PNG ] || exit 3
                echo "$2" >> \(root)/runs
                echo "put it"
                line=$(sed "s/%/$(wc -l < \(root)/runs)/" \(root)/print)
                case "$line" in
                *@*)
                    rest=${line#*@}
                    life=${rest%%[!0-9]*}
                    line=${line%%@*}$(($(date +%s) + life))${rest#"$life"} ;;
                esac
                printf '%s\\n' "$line"

                """
            try Data(text.utf8).write(to: script)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
            try prints(line)
        }

        func prints(_ line: String) throws {
            try Data((line + "\n").utf8).write(to: spool.root.appendingPathComponent("print"), options: .atomic)
        }

        var options: [String] {
            let remove = "sh -c 'echo \"$1\" >> \(spool.root.path)/removed' sh {name}"
            return ["--publish-command", "\(script.path) {file} {name}", "--publish-remove-command", remove]
        }

        /// The names under which it was published.
        var runs: [String] { lines(of: "runs") }
        var removed: [String] { lines(of: "removed") }

        private func lines(of file: String) -> [String] {
            ((try? spool.text(file)) ?? "").split(separator: "\n").map(String.init)
        }
    }

    /// A link that says when it runs out.
    private static func signed(for seconds: Int) -> String {
        "https://bucket.example/x.png?Expires=@\(seconds)&Signature=pssst-%"
    }

    private static func sent(_ simulator: Simulator) throws -> [[String]] {
        try simulator.ledger.submitBodies.map { body in
            let json = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
            return json?["image_urls"] as? [String] ?? []
        }
    }

    @Test(arguments: [[], ["--publish-base-url", "https://pictures.example"]])
    func `the API gets the link that was printed, and its signature stands in the journal alone`(
        base: [String]
    ) async throws {
        try await withSimulator { simulator, api in
            try await TestSpool.with { spool in
                let end = Int(Date().timeIntervalSince1970) + 3_600
                let link = "https://bucket.example/x.png?Expires=\(end)&Signature=pssst-%"
                let command = try Command(spool, printing: link)
                let log = try await spool.withDaemon(api, command.options + base) { daemon in
                    try spool.drop(PNGFile.small, as: "pics/bottle.png")
                    try spool.drop(Self.request, as: "mine.yaml")
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                    try spool.drop("prompt,image\none,pics/bottle.png\n", as: "rows.csv")
                    #expect(await daemon.result(of: "rows")?.contains(" Done ") == true)
                    return daemon.lines
                }
                let printed = (1...2).map { link.replacing("%", with: "\($0)") }
                #expect(try Self.sent(simulator) == [[printed[0], "https://example.com/a.png"], [printed[1]]])
                #expect(command.removed == command.runs && command.runs.count == 2)
                #expect(try spool.text("done/mine/journal.jsonl").contains("pssst-1"))
                var search = SecretSearch([.init(name: "signature", words: ["pssst"], allowed: ["journal.jsonl"])])
                search.add("log", log.joined(separator: "\n"))
                try search.add(below: spool.root, but: ["print"])
                #expect(search.leaks == [])
                let name = try #require(command.runs.first)
                let known = (base.last ?? "https://printed-by-publish-command.invalid") + "/" + name
                let request = try spool.json("done/mine/result.json")["request"] as? [String: Any]
                #expect(request?["image_urls"] as? [String] == [known, "https://example.com/a.png"])
            }
        }
    }

    @Test(arguments: ["submit=echo400", "poll=echo"])
    func `where the API repeats a printed link in its words, nobody reads the signature`(fault: String) async throws {
        try await withSimulator { _, api in
            try await TestSpool.with { spool in
                let command = try Command(spool, printing: "https://bucket.example/x.png?sig=pssst-%")
                let log = try await spool.withDaemon(api, command.options) { daemon in
                    try spool.drop(PNGFile.small, as: "pics/bottle.png")
                    try spool.drop("prompt: \"[fault:\(fault)]\"\nimages: [pics/bottle.png]\n", as: "mine.yaml")
                    #expect(await daemon.result(of: "mine")?.contains(" Failed ") == true)
                    return daemon.lines
                }
                #expect(try spool.prose("failed/mine/error.txt").contains("https://bucket.example/x.png?***"))
                // The answer is kept as it came.
                let kept = ["journal.jsonl", "response.json"]
                var search = SecretSearch([.init(name: "signature", words: ["pssst"], allowed: kept)])
                search.add("log", log.joined(separator: "\n"))
                try search.add(below: spool.root, but: ["print"])
                #expect(search.leaks == [])
            }
        }
    }

    /// One of its variants is under way, and the other waits for the only place.
    private static func withVariantThatWaits(
        _ seconds: Int,
        _ body: @Sendable (Simulator, Command, Program, _ again: () throws -> Program) async throws -> Void
    ) async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, api in
            try await TestSpool.with { spool in
                let command = try Command(spool, printing: signed(for: seconds))
                let run = { try spool.run(api, command.options + ["--max-in-flight", "1"]) }
                let daemon = try run()
                await daemon.line(containing: "Watching")
                try spool.drop(PNGFile.small, as: "pics/bottle.png")
                try spool.drop(request + "variants: 2\n", as: "mine.yaml")
                // Its answer is known, too: what is killed before that is an unknown outcome.
                await daemon.line(containing: "Submitted job=mine ")
                try await body(simulator, command, daemon, run)
                #expect(simulator.ledger.snapshot.paid("mine") == 2)
                #expect(Set(command.runs).count == 1 && command.removed == Array(command.runs.prefix(1)))
            }
        }
    }

    private static func signatures(_ simulator: Simulator) throws -> [String] {
        try sent(simulator).compactMap { $0.first?.split(separator: "=").last.map(String.init) }
    }

    @Test func `a link that runs out while its job waits is printed anew before anything is paid`() async throws {
        try await Self.withVariantThatWaits(4) { simulator, command, daemon, _ in
            await daemon.guarded {
                try await Task.sleep(for: .seconds(5))
                try command.prints(Self.signed(for: 3_600))
                try await simulator.finishesWork {
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                }
            }
            let sent = try Self.signatures(simulator)
            #expect(sent.count == 2 && sent[0] != sent[1] && sent[1] == "pssst-\(command.runs.count)", "\(sent)")
        }
    }

    @Test(arguments: [false, true])
    func `a restart sends the link that it knows, or where it has run out has it printed anew`(
        hasRunOut: Bool
    ) async throws {
        try await Self.withVariantThatWaits(hasRunOut ? 3 : 3_600) { simulator, command, daemon, again in
            daemon.send(SIGKILL)
            _ = await daemon.end()
            if hasRunOut { try await Task.sleep(for: .seconds(4)) }
            try command.prints(Self.signed(for: 3_600))
            let daemon = try again()
            await daemon.guarded {
                try await simulator.finishesWork {
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                }
            }
            let sent = try Self.signatures(simulator)
            #expect(sent.count == 2 && (sent[0] != sent[1]) == hasRunOut, "\(sent)")
            #expect(sent.last == "pssst-\(command.runs.count)", "\(sent)")
        }
    }

    @Test func `what is no link is waited out, and says what to mend`() async throws {
        try await withSimulator { simulator, api in
            try await TestSpool.with { spool in
                let command = try Command(spool, printing: "uploaded to the bucket, pssst?sig=pssst")
                try await spool.withDaemon(api, command.options) { daemon in
                    try spool.drop(PNGFile.small, as: "pics/bottle.png")
                    try spool.drop(Self.request, as: "mine.yaml")
                    var line = await daemon.line(containing: "Pictures cannot be published")
                    #expect(line?.contains("as its last line, and no link") == true, "\(line ?? "")")
                    try command.prints("https://a.b/c d.png?sig=pssst")
                    line = await daemon.line(containing: "and that is no link")
                    #expect(line?.contains("correct what it prints") == true, "\(line ?? "")")
                    #expect(!daemon.lines.contains { $0.contains("=pssst") })
                    #expect(simulator.ledger.snapshot.paid == 0)
                    try command.prints("https://a.b/c.png?sig=%")
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                }
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }
}
