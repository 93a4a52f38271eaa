// SPDX-License-Identifier: Apache-2.0

import DropFolder
import Foundation
import NanoBananaSimulator
import Synchronization
import Testing

@testable import Jobs

/// Killed at any place, the next start goes on: nothing lost, nothing paid twice.
///
/// The places are not listed here: each scenario runs once to its end and notes the checkpoints that it passes, which
/// together are every event of a journal and every rename; then it is killed there.
@Suite(.watched, .timeLimit(.minutes(15)))
struct CrashTests {
    private static func trace(_ scenario: CrashScenario) async throws -> CrashTrace {
        try await withSimulator(scenario.simulator) { _, base in
            try await TestSpool.with { spool in
                try await scenario.before(spool, base, scenario)
                let file = spool.root.appendingPathComponent("trace").path
                let daemon = try spool.run(
                    base, scenario.options(in: spool), environment: ["BANANADROP_TEST_TRACE": file])
                await daemon.line(containing: "Watching")
                try scenario.act(spool, scenario)
                await daemon.line(where: scenario.isOver)
                daemon.send(SIGTERM)
                _ = await daemon.end()
                return CrashTrace(try spool.text("trace"))
            }
        }
    }

    private struct Kill: Sendable, CustomStringConvertible {
        var scenario: CrashScenario
        var trace: CrashTrace
        var index: Int

        var place: String { trace.places[index] }
        var description: String { "\(scenario.name): \(trace.name(index))" }
        /// Nobody heard the answer to the submit.
        var isUnheard: Bool { trace.places[...index].last { $0.hasPrefix("after:") } == "after:submitting" }
        /// A word is taken away whatever the job does meanwhile.
        var isBeside: Bool { place.hasSuffix(":heed") }
        var mayBeUnheard: Bool { isBeside || scenario.hasSeveral }
    }

    /// The first scenario is killed at every place that it passes, the others where that leaves something else.
    @Test func `killed at any step, the next start brings the job to its end`() async throws {
        let found = Mutex<[Kill]>([])
        await Workers.run(CrashScenario.all, atOnce: 4) { scenario in
            let trace = try await Self.trace(scenario)
            try Task.checkCancellation()
            #expect(trace.places.count >= 4, "the trace sees the steps of \(scenario.name)")
            let isFirst = scenario.name == CrashScenario.all[0].name
            let kills = (isFirst ? Array(trace.places.indices) : trace.telling).map {
                Kill(scenario: scenario, trace: trace, index: $0)
            }
            found.withLock { $0 += kills }
        }
        let kills = found.withLock { $0 }
        let (batch, shown) = (try await BatchCrashTests.trace(.flat), try await BatchCrashTests.trace(.shown))
        let folder = try await FolderCrashTests.trace()
        // What waits for somebody's word is killed where that comes.
        let batches = batch.places + shown.places + folder.places
        let reached = Set(kills.flatMap(\.trace.places) + batches + ApproveTests.kills)
        for act in Checkpoint.acts {
            for side in Checkpoint.Side.allCases {
                #expect(reached.contains("\(side.rawValue):\(act)"), "no scenario shows \(side) \(act)")
            }
        }
        await Workers.run(kills, atOnce: 4) { try await Self.run($0) }
    }

    /// Kills at one step of the trace, starts again, and looks at what came of it.
    private static func run(_ kill: Kill) async throws {
        let scenario = kill.scenario
        try await withSimulator(scenario.simulator) { simulator, base in
            try await TestSpool.with { spool in
                try await scenario.before(spool, base, scenario)
                let first = try spool.run(
                    base, scenario.options(in: spool),
                    environment: ["BANANADROP_TEST_KILL_AT": kill.trace.name(kill.index)])
                if await first.line(containing: "Watching") != nil { try scenario.act(spool, scenario) }
                // What holds a file is said before the file goes back.
                let endIsLast = scenario.end != .inbox && kill.place != "after:publish" && !kill.isBeside
                if endIsLast, let line = await first.line(where: scenario.isOver) {
                    Issue.record("\(kill) of \(kill.trace.places) is not reached: \(line) \(first.lines)")
                    first.send(SIGKILL)
                }
                let end = await first.end()
                try Task.checkCancellation()
                #expect(end == -SIGKILL, "\(kill)")
                let places = spool.places(of: scenario.file)
                #expect(places.count == 1, "\(kill), right after the kill")
                if let text = scenario.text {
                    #expect(spool.places(of: text).count == 1, "\(kill), right after the kill")
                }
                let isOver = places.contains { $0.hasPrefix("done/") || $0.hasPrefix("failed/") }

                let second = try spool.run(base, scenario.options(in: spool))
                await second.line(containing: "Watching")
                if !isOver { await second.line(where: scenario.isOver) }
                // What was said is done, or past, and nobody says it any more.
                for word in ["job.stop", "job.approve", "PAUSE"] where !isOver {
                    while !spool.places(of: word).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
                }
                second.send(SIGTERM)
                let secondEnd = await second.end()
                try Task.checkCancellation()
                #expect(secondEnd == 0, "\(kill)")
                // Where others go on beside it, this run need not have come by the same way as the one that was traced.
                let isUnheard =
                    kill.mayBeUnheard
                    ? (try? spool.prose("failed/acme/job/error.txt"))?.contains(unknown) == true : kill.isUnheard
                try check(scenario, spool, simulator.ledger.snapshot, isUnheard, "\(kill)")
            }
        }
    }

    private static let unknown = "may have been charged"

    /// Only a submit whose answer was not noted may end as unknown.
    private static func check(
        _ scenario: CrashScenario, _ spool: TestSpool, _ seen: LedgerSnapshot, _ isUnheard: Bool, _ words: String
    ) throws {
        let places = spool.places(of: scenario.file)
        #expect(places.count == 1, "\(words): \(places)")
        if let text = scenario.text {
            let beside = places.map { $0.dropLast(scenario.file.count) + text }
            #expect(spool.places(of: text) == beside.map(String.init), "\(words): both belong together")
            #expect(seen.paid == seen.paid(scenario.prompt), "\(words): never one without the other")
        }
        #expect(spool.names(in: spool.processing) == [], "\(words)")
        try checkMarks(scenario, spool, words)
        if let published = scenario.published {
            let left = try FileManager.default.contentsOfDirectory(
                atPath: spool.root.appendingPathComponent(published).path)
            #expect(left == [], "\(words): what was shared is taken away again")
        }
        let isResubmitted = scenario.options.contains("resubmit")
        if isUnheard, !isResubmitted {
            #expect(places == ["failed/acme/job/\(scenario.file)"], "\(words)")
            #expect(try spool.prose("failed/acme/job/error.txt").contains(unknown), "\(words)")
            #expect(seen.paid(scenario.prompt) <= max(1, scenario.pays.upperBound), "\(words)")
            return
        }
        switch scenario.end {
        case .done: #expect(places == ["done/acme/job/\(scenario.file)"], "\(words)")
        case .failed: #expect(places == ["failed/acme/job/\(scenario.file)"], "\(words)")
        case .inbox: #expect(places == ["inbox/acme/\(scenario.file)"], "\(words)")
        }
        if !scenario.pictures.isEmpty {
            let names = spool.names(in: spool.done.appendingPathComponent("acme/job")).filter { $0.hasSuffix(".png") }
            #expect(Set(names) == scenario.pictures, "\(words)")
        }
        #expect(scenario.pays.contains(seen.paid(scenario.prompt)), "\(words): paid \(seen.paid(scenario.prompt))")
        try checkLedger(spool, scenario.file, seen.paid(scenario.prompt), words)
    }

    /// What a picture is said to be in the result it is, and nothing else is left.
    private static func checkMarks(_ scenario: CrashScenario, _ spool: TestSpool, _ words: String) throws {
        guard scenario.options.contains("--mark"), let place = spool.places(of: "result.json").first,
            place.hasPrefix("done/")
        else { return }
        let folder = spool.root.appendingPathComponent(place).deletingLastPathComponent()
        let pictures = try spool.json(place)["pictures"] as? [[String: Any]] ?? []
        #expect(pictures.count == scenario.simulator.picturesPerTask, "\(words)")
        for picture in pictures {
            let data = try Data(contentsOf: folder.appendingPathComponent(picture["name"] as? String ?? ""))
            #expect(picture["bytes"] as? Int == data.count && PNGFile.isWhole(data), "\(words)")
            let hasMark = data.firstRange(of: Data("DigitalSourceType".utf8)) != nil
            #expect(hasMark && picture["marked"] as? Bool == true, "\(words)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!names.contains { $0.hasPrefix(".") }, "\(words): \(names)")
    }

    /// The ledger has exactly one line for each submit that was paid, or may have been.
    private static func checkLedger(
        _ spool: TestSpool, _ file: String, _ paid: Int, _ words: String
    ) throws {
        let ledger = spool.root.appendingPathComponent("ledger")
        let lines = try spool.names(in: ledger).flatMap { try spool.text("ledger/\($0)").split(separator: "\n") }
        let charged = lines.count { $0.contains(",submitted,") || $0.contains(",maybe,") }
        #expect(charged >= paid, "\(words): paid \(paid), ledger: \(lines)")
        guard let place = spool.places(of: file).first, !place.hasPrefix("inbox") else { return }
        let folder = URL(fileURLWithPath: place).deletingLastPathComponent().relativePath
        let journal = try spool.text("\(folder)/journal.jsonl")
        let words = [#""event":"submitted""#, #""event":"outcome-unknown""#]
        let isStraightAway = !journal.contains(words[0]) && journal.contains(#""event":"answered""#)
        let events = journal.split(separator: "\n").count { line in words.contains { line.contains($0) } }
        #expect(charged == events + (isStraightAway ? 1 : 0), "ledger: \(lines), journal: \(journal)")
    }

    @Test func `kill -9 in the middle of 100 jobs loses nothing and pays nothing twice`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .milliseconds(50)...(.milliseconds(400))
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                let options = ["--max-in-flight", "16", "--log-level", "warning"]
                // By its own hand: until somebody else has seen so many and has sent a signal, all may be done.
                let first = try spool.run(base, options, environment: ["BANANADROP_TEST_KILL_AT": "after:submitted:35"])
                for number in 0..<100 {
                    try spool.drop(TestSpool.request("job \(number)"), as: "job\(number).yaml")
                }
                #expect(await first.end() == -SIGKILL)
                #expect(spool.names(in: spool.inbox).count > 0, "it was killed in the middle")
                #expect(spool.names(in: spool.processing).count > 0, "it was killed in the middle")

                let second = try spool.run(base, options + ["--log-level", "info"])
                var unknown = 0
                for number in 0..<100 where spool.places(of: "job\(number).yaml").first?.hasPrefix("done") != true {
                    let line = await second.line { line in
                        LogLook.text.saysEnd(of: "job\(number)", line)
                    }
                    if line?.contains("reason=unknown-outcome") == true { unknown += 1 }
                }
                second.send(SIGTERM)
                #expect(await second.end() == 0)
                #expect(spool.names(in: spool.done).count + unknown == 100)
                #expect(spool.names(in: spool.failed).count == unknown)
                for number in 0..<100 { #expect(spool.places(of: "job\(number).yaml").count == 1) }
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

extension CrashScenario {
    /// The line of the log that ends the scenario.
    @Sendable func isOver(_ line: String) -> Bool {
        switch end {
        case .done, .failed: LogLook.text.saysEnd(of: job, line)
        case .inbox: line.contains("Requests are held")
        }
    }
}
