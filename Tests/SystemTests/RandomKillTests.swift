// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Synchronization
import Testing

/// Killed two hundred times at random moments, with a service in trouble: nothing lost, nothing paid twice, all
/// explained.
@Suite(.watched, .timeLimit(.minutes(15)))
struct RandomKillTests {
    @Test func `200 kills at random moments lose nothing, pay nothing twice, and leave no failure unexplained`()
        async throws
    {
        let spools = (1...20).map { KilledSpool(seed: UInt64($0), kills: 10) }
        let found = Mutex<[KilledSpool.Outcome]>([])
        await Workers.run(spools, atOnce: 4) { spool in
            let outcome = try await spool.run()
            found.withLock { $0.append(outcome) }
        }
        let outcomes = found.withLock { $0 }
        // Cut off, which is said.
        guard outcomes.count == spools.count else { return }
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
                #expect(SpoolWalk(spool).misplaced(files.map(\.name)) == ["b.yaml: []"])
            }
        }
    }
}
