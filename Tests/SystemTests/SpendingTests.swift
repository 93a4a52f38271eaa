// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// The ledger, the limits of the day, and the guard against loops.
@Suite(.watched, .timeLimit(.minutes(15)))
struct SpendingTests {
    private static let prices = "nano-banana-pro 2K = 0.24, nano-banana-pro = 0.12"

    /// The ledger's lines as cells, without the header.
    private static func ledger(_ spool: TestSpool) throws -> [[String]] {
        try spool.names(in: spool.root.appendingPathComponent("ledger")).flatMap { name in
            let text = try spool.text("ledger/\(name)")
            #expect(text.hasPrefix("\u{FEFF}time,event,job,lane,variant,model,size,task_id,outcome,price,request\n"))
            return text.split(separator: "\n").dropFirst().map { line in
                line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
        }
    }

    @Test func `the ledger has a line for each submit that is paid for and one for its end`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--prices", Self.prices]) { daemon in
                    try spool.drop(TestSpool.request("one"), as: "acme/one.yaml")
                    try spool.drop(TestSpool.request("big", more: "image_size: 2K\nvariants: 2\n"), as: "big.yaml")
                    try spool.drop(TestSpool.request("small", more: "model: nano-banana\n"), as: "small.yaml")
                    try spool.drop(TestSpool.request("\"[fault:submit=lost]\""), as: "lost.yaml")
                    try spool.drop(TestSpool.request("\"[fault:submit=code400]\""), as: "refused.yaml")
                    try spool.drop(TestSpool.request("\"[fault:poll=error]\""), as: "error.yaml")
                    for job in ["acme/one", "big", "small", "lost", "refused", "error"] {
                        await daemon.line { $0.contains("job=\(job) ") && $0.contains(" path=") }
                    }
                }
                let lines = try Self.ledger(spool)
                func prices(_ job: String, _ event: String) -> [String] {
                    lines.filter { $0[1] == event && $0[2] == job }.map { $0[9] }
                }
                #expect(prices("acme/one", "submitted") == ["0.12"])
                #expect(prices("big", "submitted") == ["0.24", "0.24"])
                #expect(prices("small", "submitted") == [""], "no price is known: blank, never a guess")
                #expect(prices("lost", "maybe") == ["0.12"])
                #expect(prices("refused", "submitted") == [])
                let ends = lines.filter { $0[1] == "ended" }.map { [$0[2], $0[8]] }.sorted { $0[0] < $1[0] }
                #expect(
                    ends == [
                        ["acme/one", "done"], ["big", "done"], ["big", "done"], ["error", "task-failed"],
                        ["small", "done"],
                    ])
                let paid = lines.count { $0[1] == "submitted" } + lines.count { $0[1] == "maybe" }
                #expect(paid == simulator.ledger.snapshot.paid)
                let status = try await Program.run(["status", "--spool", spool.root.path])
                #expect(status.output.contains("today: 6 submits, 0.84 spent, 1 without a known price"))
            }
        }
    }

    static let limits: [(options: [String], done: Int, words: String)] = [
        (["--daily-submits", "3"], 3, "today's submit limit (daily-submits: 3) is used up; continues at "),
        (
            ["--prices", "nano-banana-pro=0.12", "--daily-money", "0.30"], 2,
            "today's spending limit (daily-money: 0.3) is used up"
        ),
        (
            ["--lane-daily-submits", "acme=1"], 4,
            "today's submit limit for lane acme (lane-daily-submits: 1) is used up"
        ),
        (
            ["--prices", "nano-banana-pro=0.12", "--lane-daily-money", "acme=0.60,acme/deep=0.12"], 5,
            "today's spending limit for lane acme/deep (lane-daily-money: 0.12) is used up"
        ),
    ]

    @Test(arguments: limits.indices)
    func
        `over the day's limit files wait in the inbox, a restart knows what was spent, and a higher limit lets them go`(
            index: Int
        ) async throws
    {
        let (options, done, words) = Self.limits[index]
        let files = ["a.yaml", "b.yaml", "c.yaml", "acme/d.yaml", "acme/deep/e.yaml", "acme/deep/f.yaml"]
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                for isFirst in [true, false] {
                    // The second time everything is as it was: the ledger remembers.
                    try await spool.withDaemon(base, options) { daemon in
                        for file in files where spool.places(of: String(file.suffix(6))).isEmpty {
                            try spool.drop(TestSpool.request("costs \(file)"), as: file)
                        }
                        #expect(await daemon.line(containing: words) != nil)
                        // A stop before that would leave the rest to the next start.
                        while isFirst, daemon.lines.count(where: { $0.contains(" Done ") }) < done {
                            try await Task.sleep(for: .milliseconds(20))
                        }
                        // The page follows within a second; the suite's time limit bounds the wait.
                        while try await !Program.run(["status", "--spool", spool.root.path]).output.contains("held: ") {
                            try await Task.sleep(for: .milliseconds(50))
                        }
                    }
                    #expect(simulator.ledger.snapshot.paid == done)
                    #expect(spool.names(in: spool.failed) == [])
                    #expect(spool.names(in: spool.processing) == [])
                }
                try await spool.withDaemon(base) { _ in await simulator.ledger.wait { $0.fetches == files.count } }
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `what alone is more than a day's limit fails with the reason and costs nothing`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--daily-submits", "2"]) { daemon in
                    try spool.drop(TestSpool.request("four", more: "variants: 4\n"), as: "four.yaml")
                    #expect(await daemon.line(containing: "reason=over-limit") != nil)
                }
                #expect(
                    try spool.prose("failed/four/error.txt").contains(
                        "exceeds the daily submit limit (daily-submits: 2)"))
                #expect(simulator.ledger.snapshot.submits == 0)
            }
        }
    }

    @Test func `the same content again and again is held, everything else goes on`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    for number in 1...9 { try spool.drop(TestSpool.request("loop"), as: "loop\(number).yaml") }
                    #expect(
                        await daemon.line(containing: "the same request was started 5 times within an hour") != nil)
                    try spool.drop(TestSpool.request("other"), as: "other.yaml")
                    await daemon.line(containing: "Done job=other ")
                    await simulator.ledger.wait { $0.fetches == 6 }
                    // What a loop does: it drops the very same file anew.
                    for number in 1...9 where spool.places(of: "loop\(number).yaml").first?.hasPrefix("inbox") == true {
                        try spool.drop(TestSpool.request("loop"), as: "loop\(number).yaml")
                    }
                    try spool.drop(TestSpool.request("another"), as: "another.yaml")
                    await daemon.line(containing: "Done job=another ")
                }
                #expect(simulator.ledger.snapshot.paid("loop") == 5)
                #expect(spool.names(in: spool.inbox).count { $0.hasPrefix("loop") } == 4)
                try await spool.withDaemon(base) { daemon in
                    #expect(await daemon.line(containing: "the same request was started 5 times") != nil)
                }
                #expect(simulator.ledger.snapshot.paid("loop") == 5, "a restart does not forget")
                try await spool.withDaemon(base, ["--repeat-limit", "0"]) { _ in
                    await simulator.ledger.wait { $0.fetches == 11 }
                }
                #expect(simulator.ledger.snapshot.paid("loop") == 9)
            }
        }
    }

    @Test func `a ledger that somebody has edited, or deleted, stops nothing`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("a"), as: "a.yaml")
                    await daemon.line(containing: "Done job=a ")
                    try FileManager.default.removeItem(at: spool.root.appendingPathComponent("ledger"))
                    try spool.drop(TestSpool.request("b"), as: "b.yaml")
                    await daemon.line(containing: "Done job=b ")
                }
                let name = try #require(spool.names(in: spool.root.appendingPathComponent("ledger")).first)
                #expect(try Self.ledger(spool).map { $0[2] } == ["b", "b"])
                let file = spool.root.appendingPathComponent("ledger/\(name)")
                try Data((try spool.text("ledger/\(name)") + "my own notes;42\n").utf8).write(to: file)
                try await spool.withDaemon(base) { daemon in
                    #expect(await daemon.line(containing: "The ledger was edited") != nil)
                    try spool.drop(TestSpool.request("c"), as: "c.yaml")
                    await daemon.line(containing: "Done job=c ")
                }
                #expect(try spool.text("ledger/\(name)").contains("my own notes;42\n"))
                #expect(simulator.ledger.snapshot.paid == 3)
            }
        }
    }

    /// Waits until `status` says that so many files are held; the suite's time limit bounds the wait.
    private static func isHeld(_ count: Int, _ spool: TestSpool) async throws {
        while true {
            let output = try await Program.run(["status", "--spool", spool.root.path]).output
            let line = output.split(separator: "\n").first { $0.hasPrefix("held: ") }
            if count == 0 ? line == nil : line?.hasPrefix("held: \(count) files") == true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test(arguments: ["rm", "mv"])
    func `held files that are taken away are held no more`(by: String) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                // No regular look helps: events alone.
                try await spool.guarded(base, ["--rescan-interval", "1h"]) { daemon in
                    for number in 1...9 { try spool.drop(TestSpool.request("loop"), as: "acme/loop\(number).yaml") }
                    try await Self.isHeld(4, spool)
                    await simulator.ledger.wait { $0.fetches == 5 }
                    let lane = spool.inbox.appendingPathComponent("acme")
                    let held = try #require(spool.names(in: lane).first)
                    let away = by == "rm" ? "" : "../.."
                    try await Tool.run("sh", "-euc", "cd \"$1\"; \(by) \(held) \(away)", "sh", lane.path)
                    try await Self.isHeld(3, spool)
                    // The others still are: they are not begun again and again.
                    let claims = daemon.lines.count { $0.contains(" Claimed ") }
                    let all = by == "rm" ? "rm -r acme" : "mv acme .."
                    try await Tool.run("sh", "-euc", "cd \"$1\"; \(all)", "sh", spool.inbox.path)
                    try await Self.isHeld(0, spool)
                    #expect(daemon.lines.count { $0.contains(" Claimed ") } == claims)
                }
                #expect(simulator.ledger.snapshot.paid == 5)
            }
        }
    }
}
