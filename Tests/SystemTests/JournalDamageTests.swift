// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Somebody edits the journal of a job whose task is under way, while no daemon runs.
@Suite(.watched, .timeLimit(.minutes(15)))
struct JournalDamageTests {
    private struct Ended {
        var result: ResultFolder
        var isDone: Bool
        /// What the job's folder held when the daemon started again.
        var before: [String: Data]
    }

    /// One job for each damage; each is submitted, its journal damaged, and brought to its end.
    private func run(
        _ damages: [Damage], _ check: @escaping @Sendable (Damage, _ paid: Int, Ended) throws -> Void
    ) async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .seconds(1)...(.seconds(1))
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                let files = damages.map {
                    DroppedFile(path: "acme/\($0.rawValue).yaml", prompt: "journal with \($0.rawValue)")
                }
                try await submit(files, spool, base)
                let before = try zip(damages, files).map { try harm($0, $1, spool) }
                try await spool.guarded(base) { daemon in
                    await simulator.ledger.wait { $0.fetches >= 1 }
                    for file in files {
                        let line = await daemon.line { $0.contains("acme/\(file.job.dropFirst(5))") && Self.isEnd($0) }
                        #expect(line != nil, "\(file.job)")
                    }
                }
                let walk = SpoolWalk(spool)
                for (index, damage) in damages.enumerated() {
                    let folder = walk.folder(of: files[index].name) ?? ""
                    let result = ResultFolder(url: spool.root.appendingPathComponent(folder))
                    let isDone = folder.hasPrefix("done/acme")
                    #expect(isDone || folder.hasPrefix("failed/acme"), "\(damage): \(folder)")
                    let paid = simulator.ledger.snapshot.paid(files[index].prompt)
                    try check(damage, paid, Ended(result: result, isDone: isDone, before: before[index]))
                }
            }
        }
    }

    private static func isEnd(_ line: String) -> Bool {
        LogLook.text.saysEnd(line) || line.contains("A job's journal is damaged")
    }

    private func submit(_ files: [DroppedFile], _ spool: TestSpool, _ base: String) async throws {
        try spool.drop(files)
        // Nothing but the submit is in the journals, however long the others' submits take: nobody asks for a task.
        let daemon = try spool.run(base, ["--poll-interval", "1h"])
        for file in files { #expect(await daemon.line(containing: "Submitted job=\(file.job) ") != nil) }
        daemon.send(SIGKILL)
        _ = await daemon.end()
    }

    /// Returns the files of the job's folder as they are afterwards.
    private func harm(_ damage: Damage, _ file: DroppedFile, _ spool: TestSpool) throws -> [String: Data] {
        let folder = spool.root.appendingPathComponent(SpoolWalk(spool).folder(of: file.name) ?? "")
        let journal = folder.appendingPathComponent("journal.jsonl")
        try damage.done(to: try Data(contentsOf: journal)).write(to: journal)
        return [
            "journal.jsonl": try Data(contentsOf: journal),
            file.name: try Data(contentsOf: folder.appendingPathComponent(file.name)),
        ]
    }

    @Test func `a damaged journal sets its own job aside with everything kept, and a torn one goes on`() async throws {
        try await run(Damage.allCases) { damage, paid, ended in
            #expect(paid == 1, "\(damage)")
            let code = ended.result.reason?["code"] as? String
            switch damage {
            case .none, .garbageBehind: #expect(ended.isDone, "\(damage): \(code ?? "")")
            case .lastLineCut: #expect(code == "unknown-outcome", "\(damage)")
            case .garbageInTheMiddle, .garbageLineBehind:
                #expect(code == "journal-damaged", "\(damage)")
                for (name, content) in ended.before {
                    let kept = try ended.result.data(name)
                    #expect(kept == content, "\(name) is kept as it was")
                }
            }
        }
    }
}
