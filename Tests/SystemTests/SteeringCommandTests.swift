// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// `pause`, `go-on`, `cancel`, `approve` and `hurry`: what they print, how they end, which files they put and take away,
/// and what the daemon makes of them.
@Suite(.watched, .timeLimit(.minutes(15)))
struct SteeringCommandTests {
    private typealias Result = (code: Int32, output: String, errors: [String])

    private static func run(_ spool: TestSpool, _ arguments: String...) async throws -> Result {
        try await Program.run([arguments[0], "--spool", spool.root.path] + arguments.dropFirst())
    }

    private static let held = SimulatorConfiguration().heldWork
    private static let noDaemon = "no daemon works on"

    private static func table(_ rows: Int) -> String {
        "prompt,image\n" + (1...rows).map { "row \($0),https://example.com/a.png\n" }.joined()
    }

    // MARK: Without a daemon

    @Test func `without a daemon a pause is a file, and says that nobody works there now`() async throws {
        try await TestSpool.with { spool in
            try spool.drop(TestSpool.request("x"), as: "acme/x.yaml")
            for (lane, path) in [([], "PAUSE"), (["acme"], "inbox/acme/PAUSE")] as [([String], String)] {
                let all = try await Program.run(["pause", "--spool", spool.root.path] + lane)
                #expect(all.code == 0 && all.output == "\(lane.first ?? "all lanes"): paused\n")
                #expect(all.errors.count == 1 && all.errors[0].contains(Self.noDaemon), "\(all.errors)")
                #expect(try spool.text(path) == "")
            }
            let timed = try await Self.run(spool, "pause", "acme", "--for", "2h")
            #expect(timed.code == 0 && timed.output.hasPrefix("acme: paused until 20"), "\(timed)")
            #expect(try spool.text("inbox/acme/PAUSE").hasPrefix("until: 20"))
            #expect(try await Self.run(spool, "go-on", "acme").output == "acme: no longer paused\n")
            #expect(try await Self.run(spool, "go-on", "acme").output == "acme: nothing was paused there\n")
            #expect(try await Self.run(spool, "go-on").output == "all lanes: no longer paused\n")
            #expect(spool.names(in: spool.root.appendingPathComponent("inbox/acme")) == ["x.yaml"])
            #expect(!FileManager.default.fileExists(atPath: spool.root.appendingPathComponent("PAUSE").path))
        }
    }

    static let wishes: [(command: String, ending: String, later: String)] = [
        ("cancel", "stop", "to be cancelled"), ("approve", "approve", "to be approved"),
        ("hurry", "hurry", "to go before all others"),
    ]

    @Test(arguments: wishes.indices)
    func `without a daemon a word lies beside the request, and holds as soon as one works`(index: Int) async throws {
        let (command, ending, later) = Self.wishes[index]
        try await TestSpool.with { spool in
            try spool.drop(TestSpool.request("x"), as: "acme/a b&c#d%25.yaml")
            let result = try await Self.run(spool, command, "acme/a b&c#d%25")
            #expect(result.code == 0 && result.output == "acme/a b&c#d%25: \(later)\n", "\(result)")
            #expect(result.errors.count == 1 && result.errors[0].contains(Self.noDaemon), "\(result.errors)")
            let names = ["a b&c#d%25.yaml", "a b&c#d%25.yaml.\(ending)"]
            #expect(spool.names(in: spool.inbox.appendingPathComponent("acme")) == names)
        }
    }

    // MARK: Refusals

    struct Refusal: Sendable {
        var arguments: [String]
        var code: Int32
        var words: String
    }

    static let refusals =
        [
            Refusal(arguments: ["pause", "nowhere"], code: 66, words: "\"nowhere\" is not a lane"),
            Refusal(arguments: ["pause", "../x"], code: 66, words: "is not a lane"),
            Refusal(arguments: ["pause", "acme", "--for", "soon"], code: 64, words: "--for cannot be \"soon\""),
            Refusal(arguments: ["go-on", "nowhere"], code: 66, words: "\"nowhere\" is not a lane"),
        ]
        + ["cancel", "approve", "hurry"].flatMap { command in
            [
                Refusal(arguments: [command, "villain"], code: 66, words: "there is no job villain"),
                Refusal(arguments: [command, "../hero"], code: 66, words: "there is no job"),
                // In two lanes, and in none of its own.
                Refusal(arguments: [command, "hero"], code: 66, words: "did you mean acme/hero or beta/hero?"),
                Refusal(arguments: [command, "old"], code: 65, words: "has come to its end already"),
                Refusal(arguments: [command], code: 64, words: "Missing expected argument"),
            ]
        }

    @Test func `what cannot be done is said with its own exit code, and nothing is put anywhere`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("old"), as: "old.yaml")
                    await daemon.result(of: "old")
                }
                for lane in ["acme", "beta"] { try spool.drop(TestSpool.request("hero"), as: "\(lane)/hero.yaml") }
                for refusal in Self.refusals {
                    let rest = refusal.arguments.dropFirst()
                    let result = try await Program.run([refusal.arguments[0], "--spool", spool.root.path] + rest)
                    #expect(result.code == refusal.code, "\(refusal.arguments): \(result)")
                    #expect(result.output == "" && result.errors.contains { $0.contains(refusal.words) }, "\(result)")
                }
                #expect(spool.names(in: spool.inbox) == ["acme", "beta"])
                for lane in ["acme", "beta"] {
                    #expect(spool.names(in: spool.inbox.appendingPathComponent(lane)) == ["hero.yaml"])
                }
                // Of several names each is done that can be, and the first that cannot decides upon the exit code.
                let some = try await Self.run(spool, "cancel", "old", "acme/hero", "villain")
                #expect(some.code == 65 && some.output == "acme/hero: to be cancelled\n", "\(some)")
                #expect(spool.names(in: spool.inbox.appendingPathComponent("acme")) == ["hero.yaml", "hero.yaml.stop"])
            }
        }
    }

    @Test func `a part of a batch is refused, nothing is half done, and the batch can be cancelled`() async throws {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "2"]) { daemon in
                    try spool.drop(Self.table(6), as: "acme/table.csv")
                    await simulator.ledger.wait { $0.paid == 2 }
                    for (command, _, _) in Self.wishes {
                        let result = try await Self.run(spool, command, "acme/table/005")
                        #expect(result.code == 65 && result.output == "", "\(result)")
                        let words =
                            "bananadrop: acme/table/005 is a part of a batch and goes with it, so nothing was done; "
                            + "name the batch instead: acme/table"
                        #expect(result.errors == [words])
                    }
                    #expect(spool.names(in: spool.inbox.appendingPathComponent("acme")) == [])
                    let batch = try await Self.run(spool, "cancel", "acme/table")
                    #expect(batch.code == 0, "\(batch)")
                    #expect(batch.output == "acme/table: cancelled; what was submitted is still fetched\n")
                    try await simulator.finishesWork { await daemon.line { $0.contains("Failed job=acme/table ") } }
                }
                #expect(simulator.ledger.snapshot.paid == 2)
                #expect(try spool.json("failed/acme/table/batch.json")["parts_not_begun"] as? Int == 4)
            }
        }
    }

    // MARK: With a daemon

    @Test func `the daemon follows a pause of a lane and its end, and the command waits for that`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try FileManager.default.createDirectory(
                    at: spool.inbox.appendingPathComponent("acme"), withIntermediateDirectories: true)
                try await spool.withDaemon(base) { daemon in
                    for path in [["acme"], []] {
                        let pause = try await Program.run(["pause", "--spool", spool.root.path] + path)
                        #expect(pause == (0, "\(path.first ?? "all lanes"): paused\n", []), "\(pause)")
                        let by = try spool.json("status.json")["paused_by"] as? [[String: Any]]
                        #expect(by?.contains { $0["lane"] as? String == path.first } == true, "\(by ?? [])")
                    }
                    try spool.drop(TestSpool.request("a"), as: "acme/a.yaml")
                    try spool.drop(TestSpool.request("b"), as: "b.yaml")
                    _ = try await spool.status { $0["held_count"] as? Int == 2 }
                    #expect(try await Self.run(spool, "go-on") == (0, "all lanes: no longer paused\n", []))
                    await daemon.line(containing: "Done job=b")
                    #expect(simulator.ledger.snapshot.paid == 1)
                    #expect(try await Self.run(spool, "go-on", "acme") == (0, "acme: no longer paused\n", []))
                    await daemon.line(containing: "Done job=acme/a")
                    let timed = try await Self.run(spool, "pause", "--for", "3s")
                    #expect(timed.code == 0 && timed.output.hasPrefix("all lanes: paused until "))
                    _ = try await spool.status { ($0["paused_by"] as? [Any])?.isEmpty == true }
                    #expect(!spool.names(in: spool.root).contains("PAUSE"))
                }
            }
        }
    }

    @Test func `the daemon follows cancel and approve, and takes the words away`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let options = ["--prices", "nano-banana-pro = 0.12", "--hold-above", "0.30"]
                try await spool.withDaemon(base, options) { daemon in
                    for name in ["acme/one", "acme/two"] {
                        try spool.drop(TestSpool.request(name, more: "variants: 3\n"), as: name + ".yaml")
                    }
                    let page = try await spool.status { $0["held_count"] as? Int == 2 }
                    let holds = try #require(page["held"] as? [[String: Any]])
                    for hold in holds {
                        let cost = try #require(hold["would_cost"] as? [String: Any])
                        #expect(cost["submits"] as? Int == 3 && cost["money"] as? String == "0.36")
                        #expect(cost["submits_without_price"] as? Int == 0)
                    }
                    // The same sentence on each face.
                    let why = try #require(holds.first?["why"] as? String)
                    #expect(try await Self.run(spool, "status").output.contains(why))
                    let shown = why.replacing("`", with: "&#96;")
                    while try !spool.text("STATUS.html").contains(shown) {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    #expect(try await Self.run(spool, "approve", "acme/one") == (0, "acme/one: approved\n", []))
                    await daemon.line(containing: "Done job=acme/one")
                    let cancel = try await Self.run(spool, "cancel", "acme/two")
                    let words = "acme/two: cancelled; what was submitted is still fetched\n"
                    #expect(cancel == (0, words, []), "\(cancel)")
                    await daemon.line(containing: "Failed job=acme/two")
                    #expect(spool.names(in: spool.inbox.appendingPathComponent("acme")) == [])
                }
                #expect(simulator.ledger.snapshot.paid == 3)
            }
        }
    }
}
