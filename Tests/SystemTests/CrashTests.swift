// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Killed at any place, the next start goes on: nothing lost, nothing paid twice.
@Suite(.timeLimit(.minutes(5)))
struct CrashTests {
    /// Every act of a job: the events of its journal and the two renames.
    private static let acts = [
        "claimed", "claim", "read", "submitting", "submitted", "answered", "fetched", "done", "publish",
    ]

    static let places = acts.flatMap { ["before:\($0)", "after:\($0)"] }

    @Test(arguments: places, [false, true])
    func `killed at a step, the next start brings the job to its end`(place: String, straightAway: Bool) async throws {
        if straightAway, place.hasSuffix("submitted") { return }
        var configuration = SimulatorConfiguration()
        configuration.straightAway = straightAway
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                let first = try spool.run(base, environment: ["BANANADROP_TEST_KILL_AT": place])
                _ = await first.line(containing: "Watching")
                try spool.drop(TestSpool.request("kill me"), as: "acme/job.yaml")
                #expect(await first.end() == -SIGKILL, "the place is reached")
                #expect(spool.places(of: "job.yaml").count == 1)

                let second = try spool.run(base)
                _ = await second.line(containing: "Watching")
                if place != "after:publish" {
                    let line = await second.line { $0.contains(" Done ") || $0.contains(" Failed ") }
                    #expect(line != nil)
                }
                second.send(SIGTERM)
                #expect(await second.end() == 0)
                let places = spool.places(of: "job.yaml")
                #expect(places.count == 1)
                #expect(spool.names(in: spool.processing) == [])
                #expect(simulator.ledger.snapshot.paid("kill me") <= 1)
                try Self.checkEnd(spool, place, straightAway, paid: simulator.ledger.snapshot.paid("kill me"))
            }
        }
    }

    /// Only a submit whose answer was not noted may end as unknown.
    private static func checkEnd(_ spool: TestSpool, _ place: String, _ straightAway: Bool, paid: Int) throws {
        let unheard =
            ["after:submitting", "before:submitted"].contains(place) || (straightAway && place == "before:answered")
        if unheard {
            #expect(spool.names(in: spool.failed.appendingPathComponent("acme")) == ["job"])
            #expect(try spool.text("failed/acme/job/error.txt").contains("may have been charged"))
        } else {
            #expect(spool.names(in: spool.done.appendingPathComponent("acme")) == ["job"])
            #expect(paid == 1)
        }
    }

    @Test func `kill -9 in the middle of 200 jobs loses nothing and pays nothing twice`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .milliseconds(50)...(.milliseconds(400))
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                let options = ["--max-in-flight", "16", "--log-level", "warning"]
                let first = try spool.run(base, options)
                for number in 0..<200 {
                    try spool.drop(TestSpool.request("job \(number)"), as: "job\(number).yaml")
                }
                await simulator.ledger.wait { $0.paid >= 70 }
                first.send(SIGKILL)
                #expect(await first.end() == -SIGKILL)
                #expect(spool.names(in: spool.inbox).count > 0, "it was killed in the middle")
                #expect(spool.names(in: spool.processing).count > 0, "it was killed in the middle")

                let second = try spool.run(base, options + ["--log-level", "info"])
                var unknown = 0
                for number in 0..<200 where spool.places(of: "job\(number).yaml").first?.hasPrefix("done") != true {
                    let line = await second.line { line in
                        line.contains("job=job\(number) ") && (line.contains(" Done ") || line.contains(" Failed "))
                    }
                    if line?.contains("reason=unknown-outcome") == true { unknown += 1 }
                }
                second.send(SIGTERM)
                #expect(await second.end() == 0)
                #expect(spool.names(in: spool.done).count + unknown == 200)
                #expect(spool.names(in: spool.failed).count == unknown)
                for number in 0..<200 { #expect(spool.places(of: "job\(number).yaml").count == 1) }
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `the counter of paid submits would see a second one`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("twice"), as: "a.yaml")
                    try spool.drop(TestSpool.request("twice"), as: "b.yaml")
                    await daemon.line(containing: "job=a ")
                    await simulator.ledger.wait { $0.paid >= 2 }
                }
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == ["twice"])
            }
        }
    }
}
