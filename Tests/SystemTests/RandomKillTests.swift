// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Killed two hundred times at random moments, with a service in trouble: nothing lost, nothing paid twice, all
/// explained.
@Suite(.timeLimit(.minutes(5)))
struct RandomKillTests {
    @Test func `200 kills at random moments lose nothing, pay nothing twice, and leave no failure unexplained`()
        async throws
    {
        let spools = [11, 23, 37, 53].map { KilledSpool(seed: $0, kills: 50) }
        let outcomes = try await withThrowingTaskGroup(of: KilledSpool.Outcome.self) { group in
            for spool in spools { group.addTask { try await spool.run() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let (files, done) = (outcomes.reduce(0) { $0 + $1.files.count }, outcomes.reduce(0) { $0 + $1.done })
        #expect(outcomes.reduce(0) { $0 + $1.inWork } > 50, "the kills hit work")
        #expect(files > 200)
        #expect(done > 50, "\(done) of \(files) are done: the rest had its submit cut off")
    }

    @Test func `the counters would see a lost request, one that is paid twice, and a silent failure`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let files = ["a.yaml", "b.yaml"].map { DroppedFile(path: $0, prompt: "twice") }
                try spool.drop(files)
                try await spool.guarded(base) { await spool.published(files, $0) }
                let paid = simulator.ledger.snapshot.paid("twice")
                let result = ResultFolder(url: spool.done.appendingPathComponent("a"))
                #expect(KilledSpool.problems(files[0], result, isDone: true, paid: 1) == [])
                let problems = ["paid 2 times for 1", "paid 2 times, admits 1"]
                #expect(KilledSpool.problems(files[0], result, isDone: true, paid: paid) == problems)
                let silent = KilledSpool.problems(files[0], result, isDone: false, paid: 1)
                #expect(silent == ["no word on why it failed"])
                try FileManager.default.removeItem(at: spool.done.appendingPathComponent("b"))
                #expect(Census(spool).misplaced(files.map(\.name)) == ["b.yaml: []"])
            }
        }
    }
}
