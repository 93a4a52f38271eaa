// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// One spool whose daemon is killed again and again while requests keep coming and the service is in trouble.
struct KilledSpool: Sendable, CustomStringConvertible {
    let seed: UInt64
    let kills: Int

    struct Outcome: Sendable {
        var files: [DroppedFile] = []
        /// Kills that found jobs in `processing/`.
        var inWork = 0
        var done = 0
    }

    private static let options = ["--max-in-flight", "6"]

    var description: String { "seed \(seed)" }

    private var configuration: SimulatorConfiguration {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .milliseconds(20)...(.milliseconds(200))
        configuration.seed = seed
        configuration.submitFaults = [
            .lost: 0.04, .drop: 0.03, .http(500): 0.03, .http(429): 0.02, .garbage: 0.03, .slow(80): 0.1,
        ]
        configuration.pollFaults = [.http(502): 0.05, .drop: 0.03, .unknownState: 0.03]
        configuration.pictureFaults = [.http(500): 0.05, .truncated: 0.05, .html: 0.03, .slow(60): 0.1]
        return configuration
    }

    func run() async throws -> Outcome {
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                var random = SeededRandom(seed: seed)
                var outcome = Outcome()
                for round in 0..<kills { try await kill(round, spool, base, &random, &outcome) }
                try await spool.guarded(base, Self.options) { daemon in
                    let walk = SpoolWalk(spool)
                    await spool.published(outcome.files.filter { !walk.isPublished($0.name) }, daemon, "\(self)")
                }
                try Task.checkCancellation()
                outcome.done = check(spool, simulator.ledger.snapshot, outcome.files)
                return outcome
            }
        }
    }

    private func kill(
        _ round: Int, _ spool: TestSpool, _ base: String, _ random: inout SeededRandom, _ outcome: inout Outcome
    ) async throws {
        let daemon = try spool.run(base, Self.options)
        // Mostly in the middle of work; at times while it starts.
        if round % 4 != 0 { await daemon.line(containing: "Watching") }
        for pause in [Int.random(in: 10...125, using: &random), Int.random(in: 10...125, using: &random)] {
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let file = Self.file(outcome.files.count, &random)
                // A drop that fails must not leave the daemon alive.
                let dropped = Result { try spool.drop([file]) }
                if case .failure(let error) = dropped { Issue.record(error, "\(self)") }
                outcome.files.append(file)
            }
            try? await Task.sleep(for: .milliseconds(pause))
        }
        daemon.send(SIGKILL)
        #expect(await daemon.end() == -SIGKILL, "\(self)")
        try Task.checkCancellation()
        if !spool.names(in: spool.processing).isEmpty { outcome.inWork += 1 }
        let misplaced = SpoolWalk(spool).misplaced(outcome.files.map(\.name))
        #expect(misplaced == [], "\(self), kill \(round)")
    }

    private static func file(_ number: Int, _ random: inout SeededRandom) -> DroppedFile {
        let lane = ["", "", "acme/", "acme/spring/", "b c/"].randomElement(using: &random) ?? ""
        let ending = ["yaml", "yml", "json", "yaml.txt"].randomElement(using: &random) ?? "yaml"
        let variants = Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1
        return DroppedFile(path: "\(lane)r\(number).\(ending)", prompt: "killed \(number)", variants: variants)
    }

    /// Returns how many jobs are done.
    private func check(_ spool: TestSpool, _ ledger: LedgerSnapshot, _ files: [DroppedFile]) -> Int {
        let walk = SpoolWalk(spool)
        #expect(walk.misplaced(files.map(\.name)) == [], "\(self)")
        var done = 0
        for file in files {
            let folder = walk.folder(of: file.name) ?? ""
            let result = ResultFolder(url: spool.root.appendingPathComponent(folder))
            #expect(walk.isPublished(file.name), "\(self): \(folder) \(file.name)")
            let isDone = folder.hasPrefix("done/")
            for problem in Self.problems(file, result, isDone: isDone, paid: ledger.paid(file.prompt)) {
                Issue.record("\(self), \(folder): \(problem)")
            }
            if isDone { done += 1 }
        }
        return done
    }

    /// What is wrong with how a job ended; empty where nothing is.
    static func problems(_ file: DroppedFile, _ result: ResultFolder, isDone: Bool, paid: Int) -> [String] {
        var problems = isDone ? result.problems(file) : []
        if paid > file.variants { problems.append("paid \(paid) times for \(file.variants)") }
        if paid > result.submitsAdmitted { problems.append("paid \(paid) times, admits \(result.submitsAdmitted)") }
        if !isDone, result.reason?["code"] as? String == nil || result.reason?["what"] as? String == nil {
            problems.append("no word on why it failed")
        }
        return problems
    }
}
