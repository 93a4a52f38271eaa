// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// An empty file called `NAME.stop` beside where the request lay: nothing more of it is submitted, and what was is kept.
@Suite(.watched, .timeLimit(.minutes(15)))
struct CancelTests {
    private static let held = SimulatorConfiguration().heldWork

    /// Waits until the word was taken away.
    private static func taken(_ word: String, _ spool: TestSpool) async throws {
        while FileManager.default.fileExists(atPath: spool.inbox.appendingPathComponent(word).path) {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func reason(_ path: String, _ spool: TestSpool) throws -> [String: Any] {
        try spool.json(path)["reason"] as? [String: Any] ?? [:]
    }

    static let words: [(word: String, isFolder: Bool)] = [
        ("acme/hero.stop", false), ("acme/Hero.STOP", false), ("acme/hero.yaml.stop", false),
        ("acme/hero.stop.txt", false), ("acme/hero.stop", true),
    ]

    @Test(arguments: words.indices)
    func `a request that waits fails as cancelled, costs nothing, and the word is taken away`(
        index: Int
    ) async throws {
        let (word, isFolder) = Self.words[index]
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--daily-submits", "0"]) { daemon in
                    try spool.drop(TestSpool.request("hero"), as: "acme/hero.yaml")
                    _ = try await spool.status { ($0["held_count"] as? Int ?? 0) >= 1 }
                    try spool.put(at: "inbox/" + word, isFolder: isFolder)
                    await daemon.line(containing: "Failed job=acme/hero")
                    try await Self.taken(word, spool)
                }
                let why = try Self.reason("failed/acme/hero/result.json", spool)
                #expect(why["code"] as? String == "cancelled" && why["charged"] as? String == "no")
                #expect(try spool.text("failed/acme/hero/error.txt").contains("cancelled"))
                #expect(spool.places(of: "hero.yaml") == ["failed/acme/hero/hero.yaml"])
                #expect(simulator.ledger.snapshot.submits == 0)
                // Put back, it is a request like any other.
                try await spool.withDaemon(base) { daemon in
                    try FileManager.default.moveItem(
                        at: spool.failed.appendingPathComponent("acme/hero"),
                        to: spool.inbox.appendingPathComponent("acme/hero"))
                    await daemon.line(containing: "Done job=acme/hero")
                }
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }

    @Test func `what was submitted is fetched, and nothing more is submitted`() async throws {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "2"]) { daemon in
                    try spool.drop(TestSpool.request("many", more: "variants: 5\n"), as: "many.yaml")
                    await simulator.ledger.wait { $0.paid("many") == 2 }
                    try spool.put(at: "inbox/many.stop")
                    try await Self.taken("many.stop", spool)
                    try await simulator.finishesWork { await daemon.line(containing: "Failed job=many") }
                    // Room for more there is: whatever waits would leave now.
                    try spool.drop(TestSpool.request("next"), as: "next.yaml")
                    try await simulator.finishesWork { await daemon.line(containing: "Done job=next") }
                }
                #expect(simulator.ledger.snapshot.paid("many") == 2)
                let result = try spool.json("failed/many/result.json")
                #expect((result["pictures"] as? [Any])?.count == 2 && result["charged"] as? String == "yes")
                #expect(try Self.reason("failed/many/result.json", spool)["code"] as? String == "cancelled")
                try await spool.withDaemon(base) { daemon in
                    try FileManager.default.moveItem(
                        at: spool.failed.appendingPathComponent("many"), to: spool.inbox.appendingPathComponent("many"))
                    try await simulator.finishesWork { await daemon.line(containing: "Done job=many") }
                }
                #expect(simulator.ledger.snapshot.paid("many") == 5)
            }
        }
    }

    @Test func `a job of which all was submitted is done all the same`() async throws {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("paid"), as: "paid.yaml")
                    await daemon.line(containing: "Submitted job=paid")
                    try spool.put(at: "inbox/paid.stop")
                    try await Self.taken("paid.stop", spool)
                    try await simulator.finishesWork { await daemon.line(containing: "Done job=paid") }
                }
                #expect(try spool.text("done/paid/journal.jsonl").contains(#""event":"cancelled""#))
            }
        }
    }

    @Test func `dropped together, in whatever order, the request is cancelled; a later one of the name is not`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try spool.put(at: "inbox/first.stop")
                try spool.drop(TestSpool.request("first"), as: "first.yaml")
                try spool.put(at: "inbox/late.stop")
                try await spool.withDaemon(base) { daemon in
                    await daemon.line(containing: "Failed job=first")
                    try await Self.taken("first.stop", spool)
                    let why = try await spool.leavesAlone(["late.stop"])
                    #expect(why["late.stop"]?.contains("no request of that name") == true, "\(why)")
                    try await Task.sleep(for: .seconds(11))
                    try spool.drop(TestSpool.request("late"), as: "late.yaml")
                    await daemon.line(containing: "Done job=late")
                    try await spool.leavesAlone(["late.stop"])
                }
                #expect(simulator.ledger.snapshot.paid("first") == 0)
                #expect(simulator.ledger.snapshot.paid("late") == 1)
            }
        }
    }

    @Test func `a word is about requests of its own lane, and whatever is no word is left alone`() async throws {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("a"), as: "a.yaml")
                    try spool.drop(TestSpool.request("b"), as: "lane/b.yaml")
                    await daemon.line(containing: "Submitted job=lane/b")
                    try spool.put(at: "inbox/lane/a.stop")
                    try spool.put(at: "inbox/b.stop")
                    #expect(mkfifo(spool.inbox.appendingPathComponent("fifo.stop").path, 0o644) == 0)
                    try FileManager.default.createSymbolicLink(
                        atPath: spool.inbox.appendingPathComponent("link.stop").path, withDestinationPath: "a.yaml")
                    try Data("x".utf8).write(to: spool.inbox.appendingPathComponent("full.stop"))
                    try await spool.leavesAlone(["lane/a.stop", "b.stop", "fifo.stop", "link.stop", "full.stop"])
                    try spool.drop(TestSpool.request("in"), as: "c.stop/in.yaml")
                    try await simulator.finishesWork {
                        for job in ["a", "lane/b", "c.stop/in"] { await daemon.line(containing: "Done job=\(job) ") }
                    }
                }
                #expect(simulator.ledger.snapshot.paid == 3)
            }
        }
    }

    @Test func `a word that is put there a thousand times is one`() async throws {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "1"]) { daemon in
                    try spool.drop(TestSpool.request("two", more: "variants: 2\n"), as: "two.yaml")
                    await daemon.line(containing: "Submitted job=two")
                    for _ in 0..<1000 { try spool.put(at: "inbox/two.stop") }
                    try await simulator.finishesWork { await daemon.line(containing: "Failed job=two") }
                    try spool.drop(TestSpool.request("next"), as: "next.yaml")
                    try await simulator.finishesWork { await daemon.line(containing: "Done job=next") }
                    #expect(daemon.lines.count { $0.contains("Cancelled by somebody") } == 1)
                }
                #expect(simulator.ledger.snapshot.paid("two") == 1)
            }
        }
    }

    // MARK: Batches

    private static func table(_ rows: Int) -> String {
        "prompt,image\n" + (1...rows).map { "row \($0),https://example.com/a.png\n" }.joined()
    }

    @Test func `a batch keeps what was paid for, says how many were not begun, and goes on when it is put back`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--daily-submits", "60"]) { daemon in
                    try spool.drop(Self.table(100), as: "acme/table.csv")
                    await simulator.ledger.wait { $0.fetches == 60 }
                    _ = try await spool.status { ($0["held_count"] as? Int ?? 0) >= 40 }
                    try spool.put(at: "inbox/acme/table.stop")
                    await daemon.line { $0.contains("Failed job=acme/table ") }
                    try await Self.taken("acme/table.stop", spool)
                }
                let batch = try spool.json("failed/acme/table/batch.json")
                #expect(batch["parts_done"] as? Int == 60 && batch["parts_not_begun"] as? Int == 40, "\(batch)")
                let error = try spool.text("failed/acme/table/error.txt")
                #expect(
                    error.contains("60 of its 100 parts are done") && error.contains("40 were not begun"), "\(error)")
                #expect(try spool.text("failed/acme/table/batch.csv").contains("not-begun"))
                try await spool.withDaemon(base) { daemon in
                    let retry = try await Program.run(["retry", "--spool", spool.root.path, "acme/table"])
                    #expect(retry.code == 0, "\(retry)")
                    await daemon.line { $0.contains("Done job=acme/table ") }
                }
                let ledger = simulator.ledger.snapshot
                #expect(ledger.paid == 100 && ledger.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `parts under way come to their end, and no other is begun`() async throws {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "4"]) { daemon in
                    try spool.drop(Self.table(30), as: "table.csv")
                    await simulator.ledger.wait { $0.paid == 4 }
                    try spool.put(at: "inbox/table.csv.stop")
                    try await Self.taken("table.csv.stop", spool)
                    try await simulator.finishesWork { await daemon.line { $0.contains("Failed job=table ") } }
                }
                #expect(simulator.ledger.snapshot.paid == 4)
                let batch = try spool.json("failed/table/batch.json")
                #expect(batch["parts_done"] as? Int == 4 && batch["parts_not_begun"] as? Int == 26, "\(batch)")
            }
        }
    }

    // MARK: Folders that are taken away

    static let deletions = ["job", "batch", "part", "moved"]

    @Test(arguments: deletions)
    func `a folder that is taken out of processing is never submitted for again`(what: String) async throws {
        try await withSimulator(Self.held) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "2"]) { daemon in
                    if what == "job" {
                        try spool.drop(TestSpool.request("row 1", more: "variants: 6\n"), as: "job.yaml")
                    } else {
                        try spool.drop(Self.table(20), as: "job.csv")
                    }
                    await simulator.ledger.wait { $0.paid == 2 }
                    let name = try #require(spool.names(in: spool.processing).first)
                    let folder = spool.processing.appendingPathComponent(name)
                    switch what {
                    case "part": try FileManager.default.removeItem(at: folder.appendingPathComponent("003"))
                    case "moved":
                        try FileManager.default.moveItem(at: folder, to: spool.root.appendingPathComponent("elsewhere"))
                    default: try FileManager.default.removeItem(at: folder)
                    }
                    try await simulator.finishesWork {
                        if what == "part" { await daemon.line { $0.contains("Done job=job ") } }
                        try spool.drop(TestSpool.request("next"), as: "next.yaml")
                        await daemon.line(containing: "Done job=next")
                    }
                }
                let ledger = simulator.ledger.snapshot
                #expect(ledger.paid("next") == 1)
                if what == "part" {
                    #expect(ledger.paid("row 3") == 0 && ledger.paid == 20)
                } else {
                    #expect(ledger.paid == 3)
                }
            }
        }
    }
}
