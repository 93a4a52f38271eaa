// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// An empty file called `NAME.hurry` beside a request, or `bananadrop hurry`: it goes before all others that wait.
@Suite(.watched, .timeLimit(.minutes(15)))
struct HurryTests {
    private static let held = SimulatorConfiguration().heldWork
    private static let one = ["--max-in-flight", "1"]

    /// In the order in which they were sent.
    private static func sent(_ simulator: Simulator, _ prompts: [String]) -> [String] {
        simulator.ledger.submitBodies.compactMap { body in
            let text = String(decoding: body, as: UTF8.self)
            return prompts.first { text.contains("\"\($0)\"") }
        }
    }

    private static func next(_ page: [String: Any]) -> [(job: String, isHurried: Bool)] {
        (page["next"] as? [[String: Any]] ?? []).map { ($0["job"] as? String ?? "", $0["hurried"] as? Bool ?? false) }
    }

    private static func gone(_ word: String, _ spool: TestSpool) async throws {
        while FileManager.default.fileExists(atPath: spool.inbox.appendingPathComponent(word).path) {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    static let words: [(word: String, isFolder: Bool)] = [
        ("acme/late.hurry", false), ("acme/Late.YAML.Hurry.txt", false), ("acme/late.hurry", true),
    ]

    @Test(arguments: words.indices)
    func `it goes before others of its lane and of urgent lanes, says so, and the word is taken away`(
        index: Int
    ) async throws {
        let (word, isFolder) = Self.words[index]
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try spool.drop("priority: 9\n", as: "urgent/_defaults.yaml")
                try await spool.withDaemon(base, Self.one) { daemon in
                    try spool.drop(TestSpool.request("first"), as: "first.yaml")
                    await daemon.line(containing: "Submitted job=first")
                    for name in ["acme/early", "urgent/other", "acme/late"] {
                        try spool.drop(TestSpool.request(name), as: name + ".yaml")
                    }
                    _ = try await spool.status { $0["waiting"] as? Int == 3 }
                    try spool.put(at: "inbox/" + word, isFolder: isFolder)
                    let page = try await spool.status { Self.next($0).first?.job == "acme/late" }
                    #expect(Self.next(page).map(\.isHurried) == [true, false, false])
                    #expect(page["hurried"] as? [String] == ["acme/late"])
                    let status = try await Program.run(["status", "--spool", spool.root.path]).output
                    #expect(status.contains("next: acme/late (hurried), "), "\(status)")
                    #expect(try spool.text("STATUS.html").contains("acme/late (hurried)"))
                    try await simulator.finishesWork {
                        for name in ["acme/early", "urgent/other", "acme/late"] { await daemon.result(of: name) }
                    }
                    try await Self.gone(word, spool)
                    _ = try await spool.status { ($0["hurried"] as? [Any])?.isEmpty == true }
                    try await spool.leavesAlone([])
                }
                let order = Self.sent(simulator, ["first", "acme/early", "urgent/other", "acme/late"])
                #expect(order.prefix(2) == ["first", "acme/late"], "\(order)")
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `the command waits until the daemon knows, and a word that is taken away is no hurry any more`()
        async throws
    {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Self.one) { daemon in
                    try spool.drop(TestSpool.request("first"), as: "first.yaml")
                    await daemon.line(containing: "Submitted job=first")
                    for name in ["a", "b", "c"] { try spool.drop(TestSpool.request(name), as: name + ".yaml") }
                    _ = try await spool.status { $0["waiting"] as? Int == 3 }
                    let hurry = try await Program.run(["hurry", "--spool", spool.root.path, "c"])
                    #expect(hurry == (0, "c: goes before all others\n", []), "\(hurry)")
                    #expect(Self.next(try spool.json("status.json")).first?.job == "c")
                    let again = try await Program.run(["hurry", "--spool", spool.root.path, "c"])
                    #expect(again == (0, "c: goes before all others\n", []), "\(again)")
                    #expect(spool.names(in: spool.inbox) == ["a.yaml", "b.yaml", "c.yaml", "c.yaml.hurry"])
                    try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("c.yaml.hurry"))
                    let page = try await spool.status { ($0["hurried"] as? [Any])?.isEmpty == true }
                    #expect(Self.next(page).allSatisfy { !$0.isHurried })
                    // What was sent already has nothing to wait for.
                    let sent = try await Program.run(["hurry", "--spool", spool.root.path, "first"])
                    #expect(sent == (0, "first: goes before all others\n", []), "\(sent)")
                    try await Self.gone("first.yaml.hurry", spool)
                }
            }
        }
    }

    @Test func `a batch that is hurried has its parts sent first, also after a restart`() async throws {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                let table = "prompt,image\n" + (1...4).map { "row \($0),https://example.com/a.png\n" }.joined()
                try await spool.withDaemon(base, Self.one) { daemon in
                    try spool.drop(TestSpool.request("first"), as: "first.yaml")
                    await daemon.line(containing: "Submitted job=first")
                    for name in ["a", "b"] { try spool.drop(TestSpool.request(name), as: name + ".yaml") }
                    try spool.drop(table, as: "acme/table.csv")
                    _ = try await spool.status { page in
                        (page["under_way"] as? [[String: Any]])?.contains { $0["stage"] as? String == "batch" } == true
                    }
                    try spool.put(at: "inbox/acme/table.hurry")
                    let page = try await spool.status { Self.next($0).first?.job == "acme/table/001" }
                    #expect(Self.next(page).map(\.isHurried) == [true, true, true, true, false, false])
                    #expect((page["next"] as? [[String: Any]])?.first?["batch"] as? String == "acme/table")
                }
                try await spool.withDaemon(base, Self.one) { daemon in
                    _ = try await spool.status { page in
                        page["hurried"] as? [String] == ["acme/table"] && Self.next(page).count == 6
                    }
                    try await simulator.finishesWork {
                        for name in ["a", "b", "acme/table"] { await daemon.result(of: name) }
                    }
                    try await Self.gone("acme/table.hurry", spool)
                }
                let rows = (1...4).map { "row \($0)" }
                let order = Self.sent(simulator, ["a", "b"] + rows)
                #expect(order.filter { $0.hasPrefix("row") } == rows && order.count == 6)
                #expect(order.prefix(5).count { $0.hasPrefix("row") } >= 3, "\(order)")
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `the last of many goes first that nobody has looked at, and that is held, when it may`() async throws {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                let names = (100..<400).map { "job\($0)" }
                for name in names { try spool.drop(TestSpool.request(name), as: "lane/\(name).yaml") }
                try spool.put(at: "inbox/lane/PAUSE")
                try spool.put(at: "inbox/lane/job399.hurry")
                try await spool.withDaemon(base, Self.one) { daemon in
                    _ = try await spool.status { page in
                        page["hurried"] as? [String] == ["lane/job399"] && page["held_count"] as? Int == 300
                    }
                    #expect(simulator.ledger.snapshot.submits == 0)
                    try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("lane/PAUSE"))
                    try await simulator.finishesWork { await daemon.result(of: "lane/job399") }
                    try await Self.gone("lane/job399.hurry", spool)
                }
                let order = Self.sent(simulator, names)
                #expect(order.prefix(3).contains("job399"), "\(order.prefix(9))")
            }
        }
    }

    @Test func `dropped just before its request it counts, for nobody it is left alone, and so is what is no word`()
        async throws
    {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Self.one) { daemon in
                    try spool.drop(TestSpool.request("first"), as: "first.yaml")
                    await daemon.line(containing: "Submitted job=first")
                    try spool.put(at: "inbox/second.hurry")
                    try spool.put(at: "inbox/nobody.hurry")
                    try Data("x".utf8).write(to: spool.inbox.appendingPathComponent("full.hurry"))
                    let why = try await spool.leavesAlone(["second.hurry", "nobody.hurry", "full.hurry"])
                    #expect(why["nobody.hurry"]?.contains("no request of that name") == true, "\(why)")
                    #expect(why["full.hurry"]?.contains("only an empty file") == true, "\(why)")
                    try spool.drop(TestSpool.request("other"), as: "other.yaml")
                    try spool.drop(TestSpool.request("second"), as: "second.yaml")
                    _ = try await spool.status { page in
                        Self.next(page).map(\.job) == ["second", "other"] && page["hurried"] as? [String] == ["second"]
                    }
                    try await spool.leavesAlone(["nobody.hurry", "full.hurry"])
                    try await simulator.finishesWork { await daemon.result(of: "other") }
                }
                #expect(spool.names(in: spool.inbox) == ["full.hurry", "nobody.hurry"])
            }
        }
    }

    static let kills = ["before:submitting", "after:submitting", "before:heed", "after:heed"]

    @Test(arguments: kills)
    func `killed at any step, the word or what it asked for is there`(place: String) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try spool.put(at: "inbox/PAUSE")
                let first = try spool.run(base, Self.one, environment: ["BANANADROP_TEST_KILL_AT": place])
                await first.line(containing: "Watching")
                for name in ["a", "b", "late"] { try spool.drop(TestSpool.request(name), as: name + ".yaml") }
                _ = try await spool.status { $0["held_count"] as? Int == 3 }
                try spool.put(at: "inbox/late.hurry")
                await first.line(containing: "Hurried by somebody")
                try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("PAUSE"))
                #expect(await first.end() == -SIGKILL)
                #expect(spool.names(in: spool.inbox).contains("late.hurry") == (place != "after:heed"))
                try await spool.withDaemon(base, Self.one) { daemon in
                    for name in ["a", "b", "late"] { await daemon.result(of: name) }
                    try await Self.gone("late.hurry", spool)
                }
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }
}
