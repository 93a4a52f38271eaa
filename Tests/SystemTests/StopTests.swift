// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Calm ends, and an idle daemon that stays asleep.
@Suite(.timeLimit(.minutes(2)))
struct StopTests {
    @Test func `SIGTERM lets a submit get its answer and leaves the rest to the next start`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .seconds(1)...(.seconds(1))
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                let daemon = try spool.run(base)
                _ = await daemon.line(containing: "Watching")
                try spool.drop(TestSpool.request("\"slow [fault:submit=slow700]\""), as: "slow.yaml")
                try spool.drop(TestSpool.request("working"), as: "working.yaml")
                await simulator.ledger.wait { $0.submits == 2 }
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
                let journals = spool.names(in: spool.processing).map { name in
                    (try? spool.text("processing/\(name)/journal.jsonl")) ?? ""
                }
                #expect(journals.count == 2)
                for journal in journals { #expect(journal.contains(#""event":"submitted""#)) }
                let second = try spool.run(base)
                #expect(await second.line(containing: "Done job=slow ") != nil)
                #expect(await second.line(containing: "Done job=working ") != nil)
                second.send(SIGTERM)
                #expect(await second.end() == 0)
                #expect(simulator.ledger.snapshot.paid == 2)
            }
        }
    }

    @Test func `a second SIGTERM ends it at once, and the next start does not pay again`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let daemon = try spool.run(base)
                await daemon.line(containing: "Watching")
                try spool.drop(TestSpool.request("\"slow [fault:submit=slow60000]\""), as: "slow.yaml")
                await simulator.ledger.wait { $0.submits == 1 }
                daemon.send(SIGTERM)
                #expect(await daemon.line(containing: "a second signal stops at once") != nil)
                let start = ContinuousClock.now
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
                #expect(ContinuousClock.now - start < .seconds(5), "far less than the answer takes")
                try await spool.withDaemon(base) { second in
                    #expect(await second.line(containing: "Failed job=slow ") != nil)
                }
                #expect(try spool.text("failed/slow/error.txt").contains("while the submit was on its way"))
                #expect(simulator.ledger.snapshot.submits == 1)
            }
        }
    }

    @Test func `SIGTERM waits 20 s for an answer that does not come, and records that`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let daemon = try spool.run(base)
                await daemon.line(containing: "Watching")
                try spool.drop(TestSpool.request("\"slow [fault:submit=slow60000]\""), as: "slow.yaml")
                await simulator.ledger.wait { $0.submits == 1 }
                let start = ContinuousClock.now
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
                let time = ContinuousClock.now - start
                #expect((.seconds(20)...(.seconds(30))).contains(time), "\(time)")
                #expect(try spool.text("failed/slow/error.txt").contains("no answer had come after 20 s"))
                #expect(spool.names(in: spool.processing) == [])
                #expect(simulator.ledger.snapshot.submits == 1)
            }
        }
    }

    @Test func `SIGTERM ends a paused daemon at once, with files waiting for their turn`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let daemon = try spool.run(base, ["--retry-interval", "60s", "--retry-limit", "60s"])
                await daemon.line(containing: "Watching")
                try spool.drop(TestSpool.request("\"[fault:submit=code402]\""), as: "first.yaml")
                await daemon.line(containing: "why=balance")
                for number in 0..<3 { try spool.drop(TestSpool.request("w \(number)"), as: "w\(number).yaml") }
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
                #expect(simulator.ledger.snapshot.submits == 1)
            }
        }
    }

    @Test func `a job that somebody removes lets go of its places, also with several variants`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "1"]) { daemon in
                    let prompt = "\"[fault:poll=http502x6]\""
                    try spool.drop(TestSpool.request(prompt, more: "variants: 2\n"), as: "gone.yaml")
                    await daemon.line(containing: "Submitted job=gone ")
                    for name in spool.names(in: spool.processing) {
                        try FileManager.default.removeItem(at: spool.processing.appendingPathComponent(name))
                    }
                    try spool.drop(TestSpool.request("after"), as: "after.yaml")
                    #expect(await daemon.line(containing: "the job is given up") != nil)
                    #expect(await daemon.line(containing: "Done job=after ") != nil)
                }
            }
        }
    }

    @Test func `an idle daemon does not wake up by itself for 25 s`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                // The rescan is the one wake-up that is allowed; here it is put off, so that none at all is.
                try await spool.withDaemon(base, ["--rescan-interval", "1h"]) { daemon in
                    var before = Self.wakeUps(daemon.pid)
                    #expect(before.count > 3, "the counter sees the threads")
                    // The start is over when nothing wakes up for two seconds; the suite's time limit bounds the wait.
                    while true {
                        try await Task.sleep(for: .seconds(2))
                        let now = Self.wakeUps(daemon.pid)
                        if now == before { break }
                        before = now
                    }
                    try await Task.sleep(for: .seconds(25))
                    let after = Self.wakeUps(daemon.pid)
                    for (thread, count) in after { #expect(count == before[thread] ?? 0, "\(thread)") }
                    try spool.drop("hello", as: "foreign.txt")
                    await daemon.line(containing: "foreign.txt")
                    #expect(Self.wakeUps(daemon.pid) != after, "the counter would see a wake-up")
                }
            }
        }
    }

    /// How often each thread has gone to sleep: `voluntary_ctxt_switches` of proc(5).
    static func wakeUps(_ pid: pid_t) -> [String: Int] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        var counts: [String: Int] = [:]
        for thread in threads {
            let base = "/proc/\(pid)/task/\(thread)"
            let status = (try? String(contentsOfFile: base + "/status", encoding: .utf8)) ?? ""
            let name = (try? String(contentsOfFile: base + "/comm", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches") }
            counts[thread + " " + name] = line.flatMap { Int($0.split(separator: "\t").last ?? "") }
        }
        return counts
    }
}
