// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Calm ends.
@Suite(.watched, .timeLimit(.minutes(15)))
struct StopTests {
    @Test func `SIGTERM lets a submit get its answer and leaves the rest to the next start`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .seconds(1)...(.seconds(1))
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                // Nobody asks for the task that is there first, however late the signal comes.
                let daemon = try spool.run(base, ["--poll-interval", "1h"])
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
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
                // Had it waited for the answer, or for as long as it waits for one, the job would have its end.
                #expect(spool.names(in: spool.processing).count == 1, "it left the job to the next start")
                try await spool.withDaemon(base) { second in
                    #expect(await second.line(containing: "Failed job=slow ") != nil)
                }
                #expect(try spool.prose("failed/slow/error.txt").contains("before the answer to the request came"))
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
                #expect(try spool.prose("failed/slow/error.txt").contains("no answer came within 20 s"))
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
        // It is under way until it has been removed, however long that takes.
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "1"]) { daemon in
                    try spool.drop(TestSpool.request("gone", more: "variants: 2\n"), as: "gone.yaml")
                    await daemon.line(containing: "Submitted job=gone ")
                    for name in spool.names(in: spool.processing) {
                        try FileManager.default.removeItem(at: spool.processing.appendingPathComponent(name))
                    }
                    try spool.drop(TestSpool.request("after"), as: "after.yaml")
                    simulator.finishWork()
                    #expect(await daemon.line(containing: "the job is given up") != nil)
                    await simulator.ledger.wait { $0.paid("after") == 1 }
                    simulator.finishWork()
                    #expect(await daemon.line(containing: "Done job=after ") != nil)
                }
            }
        }
    }
}
