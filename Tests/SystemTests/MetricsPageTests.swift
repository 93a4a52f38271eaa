// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// What stands on the page is what happened.
@Suite(.watched, .timeLimit(.minutes(15)))
struct MetricsPageTests {
    private static let listening = Scraper.options + ["--prices", "nano-banana-pro = 0.12"]

    /// How many lines of the ledger say so.
    private static func ledger(_ spool: TestSpool, _ events: Set<String>) throws -> Int {
        try spool.names(in: spool.root.appendingPathComponent("ledger")).reduce(0) { count, name in
            let lines = try spool.text("ledger/\(name)").split(separator: "\n").dropFirst()
            return count + lines.count { events.contains(String($0.split(separator: ",")[1])) }
        }
    }

    /// `status.json`, once it says so: it is written at most once a second.
    private static func status(_ spool: TestSpool, where isIt: ([String: Any]) -> Bool) async throws -> [String: Any] {
        while true {
            if let page = try? spool.json("status.json"), isIt(page) { return page }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func ended(_ page: ExpositionParser, _ outcome: String, _ charged: String) -> Double? {
        page.value("bananadrop_jobs_ended_total", ["outcome": outcome, "charged": charged])
    }

    @Test func `it agrees with status.json, the ledger, and what the API saw`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Self.listening) { daemon in
                    let scraper = try await Scraper(daemon)
                    let jobs = [
                        "acme/a.yaml": TestSpool.request("a"),
                        "acme/b.yaml": TestSpool.request("b", more: "variants: 2\n"),
                        "mistake.yaml": "prompt: no picture\n",
                        "refused.yaml": TestSpool.request("\"[fault:submit=code400]\""),
                        "lost.yaml": TestSpool.request("\"[fault:submit=lost]\""),
                        "error.yaml": TestSpool.request("\"[fault:poll=error]\""),
                    ]
                    try spool.drop("hello", as: "note.txt")
                    for (name, text) in jobs { try spool.drop(text, as: name) }
                    for name in jobs.keys { await daemon.result(of: String(name.dropLast(5))) }
                    let status = try await Self.status(spool) {
                        ($0["done_since_start"] as? Int ?? 0) + ($0["failed_since_start"] as? Int ?? 0) == 6
                            && $0["left_alone_count"] as? Int == 1
                    }
                    let page = try await scraper.page()
                    try Self.checkEnds(page, status, try Self.ledger(spool, ["submitted", "maybe"]))
                    try Self.checkWork(page, spool, simulator)
                }
            }
        }
    }

    private static func checkEnds(_ page: ExpositionParser, _ status: [String: Any], _ ledger: Int) throws {
        #expect(ended(page, "done", "yes") == 2)
        #expect(ended(page, "invalid-request", "no") == 1)
        #expect(ended(page, "refused", "no") == 1)
        #expect(ended(page, "unknown-outcome", "maybe") == 1)
        #expect(ended(page, "task-failed", "yes") == 1)
        let ends = page.values("bananadrop_jobs_ended_total", by: "outcome")
        #expect(ends.values.reduce(0, +) == 6)
        #expect(ends["done"] == (status["done_since_start"] as? Int).map(Double.init))
        let today = try #require(status["today"] as? [String: Any])
        #expect(page.value("bananadrop_today_submits") == (today["submits"] as? Int).map(Double.init))
        #expect(page.value("bananadrop_today_spent") == (today["money"] as? String).flatMap(Double.init))
        #expect(page.value("bananadrop_today_submits") == Double(ledger))
        #expect(ledger == 5)
        #expect(page.value("bananadrop_today_spent") == 0.6)
        #expect(page.value("bananadrop_today_submits_without_price") == 0)
        #expect(page.value("bananadrop_left_alone_files") == 1)
        #expect(page.value("bananadrop_ready") == 1)
    }

    private static func checkWork(_ page: ExpositionParser, _ spool: TestSpool, _ simulator: Simulator) throws {
        let submits = page.values("bananadrop_submits_total", by: "answer")
        #expect(submits == ["taken": 4, "refused": 1, "not-accepted": 0, "not-reachable": 0, "unknown": 1])
        let polls = page.values("bananadrop_polls_total", by: "answer")
        #expect(polls == ["answered": Double(simulator.ledger.snapshot.polls), "failed": 0])
        #expect(page.value("bananadrop_fetched_pictures_total") == 3)
        let sizes = try ["a/a-1.png", "b/b-1.png", "b/b-2.png"].map { try spool.data("done/acme/\($0)").count }
        #expect(page.value("bananadrop_fetched_bytes_total") == Double(sizes.reduce(0, +)))
        // Each file once, however many submits it makes; what the API never took has no such time.
        #expect(page.value("bananadrop_drop_to_submit_seconds_count") == 3)
        #expect(page.value("bananadrop_submit_to_done_seconds_count") == 2)
        #expect((page.value("bananadrop_drop_to_submit_seconds_sum") ?? 0) > 0)
        #expect(Set(page.values("bananadrop_jobs", by: "stage").values) == [0])
        #expect(page.value("bananadrop_tasks") == 0)
        #expect(Set(page.values("bananadrop_queue_length", by: "lane").values) == [0])
        #expect(page.value("bananadrop_queue_oldest_seconds") == 0)
        #expect(Set(page.values("bananadrop_paused", by: "reason").values) == [0])
        #expect(page.value("bananadrop_watching", ["mode": "events"]) == 1)
    }

    @Test func `a pause shows, with what waits in each lane, also after a restart`() async throws {
        try await withSimulator { simulator, base in
            simulator.switches.keyRefused = true
            let slow = Scraper.options + ["--retry-interval", "60s", "--retry-limit", "60s", "--max-in-flight", "1"]
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, slow) { daemon in
                    let scraper = try await Scraper(daemon)
                    try spool.drop(TestSpool.request("first"), as: "first.yaml")
                    await daemon.line(containing: "why=key")
                    for name in ["acme/1.yaml", "acme/2.yaml", "say \"hi\"\\/3.yaml"] {
                        try spool.drop(TestSpool.request("number \(name.filter(\.isNumber))"), as: name)
                    }
                    let page = try await Self.checkPaused(scraper)
                    #expect(page.values("bananadrop_submits_total", by: "answer")["not-accepted"] == 1)
                    _ = try await Self.status(spool) { $0["waiting"] as? Int == 3 && $0["paused"] is [String: Any] }
                    #expect(try await scraper.get("/healthz").status == 200)
                    #expect(try await scraper.get("/readyz").status == 200)
                }
                let dropped = Date()
                try await spool.withDaemon(base, slow) { daemon in
                    let scraper = try await Scraper(daemon)
                    _ = try await Self.checkPaused(scraper)
                    // They wait since they were dropped, not since the daemon came. However long the page is under way,
                    // it is made after this.
                    let asked = Date()
                    let age = try #require(try await scraper.page().value("bananadrop_queue_oldest_seconds"))
                    #expect(age >= asked.timeIntervalSince(dropped) - 0.1)
                }
            }
        }
    }

    private static func checkPaused(_ scraper: Scraper) async throws -> ExpositionParser {
        let page = try await scraper.page { page in
            page.values("bananadrop_queue_length", by: "lane").values.reduce(0, +) == 3
                && page.value("bananadrop_paused", ["reason": "key"]) == 1
                // The pause is known a moment before the job that met it is told.
                && page.value("bananadrop_jobs", ["stage": "waiting"]) == 1
        }
        let lanes = page.values("bananadrop_queue_length", by: "lane")
        #expect(lanes == [".": 0, "acme": 2, "say \"hi\"\\x5C": 1, "/others": 0])
        #expect(page.values("bananadrop_paused", by: "reason").values.reduce(0, +) == 1)
        #expect(page.values("bananadrop_jobs", by: "stage").filter { $0.value != 0 } == ["waiting": 1])
        #expect(page.value("bananadrop_tasks") == 0)
        return page
    }

    @Test func `jobs of an earlier run are counted as soon as they go on`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let first = try spool.run(base, Self.listening)
                for number in 0..<3 { try spool.drop(TestSpool.request("w \(number)"), as: "w\(number).yaml") }
                for number in 0..<3 { await first.line(containing: "Submitted job=w\(number) ") }
                let before = try await Scraper(first).page { $0.value("bananadrop_tasks") == 3 }
                #expect(before.value("bananadrop_drop_to_submit_seconds_count") == 3)
                first.send(SIGKILL)
                _ = await first.end()
                try await spool.withDaemon(base, Self.listening) { daemon in
                    let scraper = try await Scraper(daemon)
                    let page = try await scraper.page { $0.value("bananadrop_tasks") == 3 }
                    let stages = page.values("bananadrop_jobs", by: "stage").filter { $0.value != 0 }
                    #expect(stages == ["submitted": 3])
                    #expect(page.value("bananadrop_today_submits") == 3)
                    simulator.finishWork()
                    for number in 0..<3 { await daemon.line(containing: "Done job=w\(number) ") }
                    let after = try await scraper.page()
                    #expect(after.value("bananadrop_submit_to_done_seconds_count") == 3)
                    #expect(after.value("bananadrop_drop_to_submit_seconds_count") == 0)
                    #expect(Self.ended(after, "done", "yes") == 3)
                    #expect(simulator.ledger.snapshot.paid == 3)
                }
            }
        }
    }

    @Test func `each metric and each label that an alert asks for is there`() async throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.deletingLastPathComponent().appendingPathComponent("examples/alerts.yaml")
        let rules = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter {
            $0.contains(" expr: ")
        }
        #expect(rules.count == 5)
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Scraper.options) { daemon in
                    let page = try await Scraper(daemon).page()
                    let series = Dictionary(grouping: page.values.keys, by: \.name)
                    for rule in rules {
                        let uses = rule.matches(of: #/(bananadrop_\w+)(?:\{([^}]*)\})?/#)
                        #expect(!uses.isEmpty)
                        for use in uses {
                            let found = series[String(use.1)] ?? []
                            #expect(!found.isEmpty, "\(use.1)")
                            for matcher in (use.2 ?? "").matches(of: #/(\w+)(?:=~|!=|=)"([^"]*)"/#) {
                                let values = Set(found.compactMap { $0.labels[String(matcher.1)] })
                                let wanted = Set(matcher.2.split(separator: "|").map(String.init))
                                #expect(wanted.isSubset(of: values), "\(use.1) \(matcher.0)")
                            }
                        }
                    }
                }
            }
        }
    }
}
