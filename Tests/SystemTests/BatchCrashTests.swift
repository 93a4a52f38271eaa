// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// A batch that is killed at any step loses no part, makes none twice, and pays none twice.
@Suite(.watched, .timeLimit(.minutes(15)))
struct BatchCrashTests {
    private static let parts = 3
    private static let prompts = (1...parts).map { "part \($0)" }

    private static var table: String {
        "prompt,image\n" + prompts.map { "\($0),https://example.com/bottle.png\n" }.joined()
    }

    /// Where the pictures come to.
    enum Form: Sendable, CaseIterable {
        /// The parts' folders.
        case parts
        /// One folder, into which two of the three come under one name.
        case flat
        /// The parts' folders, which can be looked at before.
        case shown

        fileprivate var options: [String] {
            BatchCrashTests.options + (self == .shown ? BatchCrashTests.showing : [])
        }
    }

    static let showing = ["--results-as-they-come", "true"]

    static func drop(_ form: Form, into spool: TestSpool) throws {
        guard form == .flat else { return try spool.drop(table, as: "acme/job.csv") }
        try spool.drop("deliver: flat\nsave_as: \"{sku}\"\n", as: "acme/_defaults.yaml")
        let rows = zip(prompts, ["4711", "0815", "4711"]).map { "\($0),https://example.com/bottle.png,\($1)\n" }
        try spool.drop("prompt,image,meta.sku\n" + rows.joined(), as: "acme/job.csv")
    }

    /// One at a time, so that the places follow each other much alike in each run.
    fileprivate static let options = ["--max-in-flight", "1"]

    @Sendable private static func isOver(_ line: String) -> Bool {
        LogLook.text.saysEnd(of: "acme/job", line)
    }

    private static func configuration(_ form: Form) -> SimulatorConfiguration {
        form == .shown ? SimulatorConfiguration().heldWork : SimulatorConfiguration()
    }

    static func trace(_ form: Form) async throws -> CrashTrace {
        try await withSimulator(configuration(form)) { simulator, base in
            try await TestSpool.with { spool in
                let file = spool.root.appendingPathComponent("trace").path
                let daemon = try spool.run(base, form.options, environment: ["BANANADROP_TEST_TRACE": file])
                await daemon.line(containing: "Watching")
                try drop(form, into: spool)
                try await simulator.showsEach(spool) { await daemon.line(where: isOver) }
                daemon.send(SIGTERM)
                _ = await daemon.end()
                return CrashTrace(try spool.text("trace"))
            }
        }
    }

    @Test func `killed at any step, the next start brings every part to its end`() async throws {
        let trace = try await Self.trace(.parts)
        #expect(trace.places.contains("before:split") && trace.places.contains("after:split"))
        #expect(trace.places.count { $0 == "before:submitting" } == Self.parts)
        await Workers.run(trace.telling.map(trace.name), atOnce: 4) { try await Self.kill(.parts, at: $0) }
    }

    /// From the batch's own end on; what comes before is the same as above.
    @Test func `killed while its pictures come into one folder, the next start brings each there, under one name`()
        async throws
    {
        let trace = try await Self.trace(.flat)
        #expect(trace.places.count { $0 == "before:deliver" } == Self.parts)
        let end = try #require(trace.places.lastIndex(of: "before:done"))
        let places = trace.places.indices.filter { $0 >= end - 1 }.map(trace.name)
        await Workers.run(places, atOnce: 4) { try await Self.kill(.flat, at: $0) }
    }

    /// Where nothing is shown any more of a batch that is over, and what is shown never counts.
    @Test func `killed at any step while its parts are shown, the next start ends it, and leaves nothing shown`()
        async throws
    {
        let trace = try await Self.trace(.shown)
        #expect(trace.places.count { $0 == "after:show" } >= Self.parts - 1 && trace.places.contains("after:unshow"))
        // Whether the last part is still shown before its batch is over is left to chance.
        let places = trace.telling.map(trace.name).filter { !$0.hasSuffix(":show:\(Self.parts)") }
        await Workers.run(places, atOnce: 4) { try await Self.kill(.shown, at: $0) }
    }

    private static func kill(_ form: Form, at place: String) async throws {
        try await withSimulator(configuration(form)) { simulator, base in
            try await TestSpool.with { spool in
                let first = try spool.run(base, form.options, environment: ["BANANADROP_TEST_KILL_AT": place])
                if await first.line(containing: "Watching") != nil { try drop(form, into: spool) }
                try await simulator.showsEach(spool) { #expect(await first.end() == -SIGKILL, "\(place)") }
                try Task.checkCancellation()
                let places = spool.places(of: "job.csv")
                #expect(places.count == 1, "\(place)")
                if form == .shown, place.hasPrefix("after:show") || place.hasSuffix(":publish:1") {
                    #expect(ComingTests.pictures(in: spool).count > 0, "\(place)")
                }
                let isPublished = places.contains { $0.hasPrefix("done/") || $0.hasPrefix("failed/") }
                try await spool.guarded(base, form.options) { daemon in
                    await daemon.line(containing: "Watching")
                    try await simulator.finishesWork {
                        if !isPublished { await daemon.line(where: isOver) }
                        while !ComingTests.files(in: spool).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
                    }
                }
                try Task.checkCancellation()
                for problem in try problems(spool, simulator.ledger.snapshot, form) {
                    Issue.record("\(form), \(place): \(problem)")
                }
            }
        }
    }

    /// What is wrong with how the batch ended; empty where each part is there once, and done, or is the one whose
    /// submit nobody heard of.
    static func problems(
        _ spool: TestSpool, _ ledger: LedgerSnapshot, _ form: Form = .parts
    ) throws -> [String] {
        var problems: [String] = []
        let places = spool.places(of: "job.csv")
        if places.count != 1 { problems.append("the batch is in \(places)") }
        let left = spool.names(in: spool.processing)
        if !left.isEmpty { problems.append("left in processing: \(left)") }
        let folder = places.first.map { URL(fileURLWithPath: $0).deletingLastPathComponent().relativePath } ?? ""
        let found = try spool.json("\(folder)/batch.json")["parts"] as? [[String: Any]] ?? []
        if found.map({ $0["folder"] as? String }) != names { problems.append("the parts are \(found)") }
        let failed = found.filter { $0["outcome"] as? String == "failed" }
        if failed.count > 1 { problems.append("\(failed.count) parts failed") }
        if folder != (failed.isEmpty ? "done/acme/job" : "failed/acme/job") { problems.append("it is in \(folder)") }
        for part in failed where (part["reason"] as? [String: Any])?["code"] as? String != "unknown-outcome" {
            problems.append("a part failed: \(part)")
        }
        for (part, prompt) in zip(found, prompts) {
            let (isDone, paid) = (part["outcome"] as? String == "done", ledger.paid(prompt))
            if isDone ? paid != 1 : paid > 1 { problems.append("\(prompt) is paid \(paid) times") }
        }
        switch form {
        case .parts, .shown:
            let left = ComingTests.files(in: spool)
            if !left.isEmpty { problems.append("still shown: \(left)") }
            let pictures = names.reduce(0) { $0 + spool.places(of: "\($1)-1.png").count }
            if pictures != parts - failed.count { problems.append("\(pictures) pictures") }
        case .flat:
            problems += try flatProblems(spool)
            // A picture that was moved is not looked for where it was.
            if ledger.fetches != parts { problems.append("\(ledger.fetches) pictures were fetched") }
        }
        return problems + (try ledgerProblems(spool))
    }

    private static func flatProblems(_ spool: TestSpool) throws -> [String] {
        let folder = "done/acme/job"
        let given = ["4711.png", "0815.png", "4711-2.png"]
        var problems: [String] = []
        let found = spool.names(in: spool.done.appendingPathComponent("acme/job/delivered"))
        if found != given.sorted() { problems.append("delivered are \(found)") }
        let (table, page) = (try spool.text("\(folder)/batch.csv"), try spool.text("\(folder)/index.html"))
        for (part, name) in zip(names, given) {
            let picture = (try spool.json("\(folder)/\(part)/result.json")["pictures"] as? [[String: Any]])?.first
            let bytes = try spool.data("\(folder)/delivered/\(name)")
            if picture?["path"] as? String != "../delivered/\(name)" || picture?["bytes"] as? Int != bytes.count {
                problems.append("\(part) says \(picture ?? [:])")
            }
            if !PNGFile.isWhole(bytes) { problems.append("\(name) is not whole") }
            if !table.contains("\(part),done,delivered/\(name),") { problems.append("batch.csv: \(table)") }
            if !page.contains("./delivered/\(name)\"") { problems.append("index.html does not lead to \(name)") }
            let left = spool.names(in: spool.done.appendingPathComponent("acme/job/\(part)"))
            if left.contains(where: { $0.hasSuffix(".png") }) { problems.append("\(part) has \(left)") }
        }
        return problems
    }

    private static let names = ["001", "002", "003"]

    /// The ledger has a line for each submit that was paid, or may have been, and none twice.
    private static func ledgerProblems(_ spool: TestSpool) throws -> [String] {
        let ledger = spool.root.appendingPathComponent("ledger")
        let lines = try spool.names(in: ledger).flatMap { try spool.text("ledger/\($0)").split(separator: "\n") }
        return names.compactMap { part in
            let charged = lines.count {
                $0.contains("acme/job/\(part),") && ($0.contains(",submitted,") || $0.contains(",maybe,"))
            }
            return charged == 1 ? nil : "\(part) has \(charged) lines in the ledger"
        }
    }

    static let cancelledAt = [
        "after:split", "after:submitting", "after:submitted", "before:cancelled", "after:cancelled", "before:heed",
        "after:heed", "after:answered", "before:failed", "after:failed", "before:publish", "after:publish",
    ]

    /// The word is there before the daemon comes for the second time, or before the first is killed.
    @Test(arguments: cancelledAt)
    func `cancelled and killed at any step, a batch keeps what was paid for and begins nothing more`(
        place: String
    ) async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let first = try spool.run(base, Self.options, environment: ["BANANADROP_TEST_KILL_AT": place])
                await first.line(containing: "Watching")
                try spool.drop(Self.table, as: "acme/job.csv")
                let isBegun = await first.line(containing: "Submitted job=acme/job/001") != nil
                try spool.put(at: "inbox/acme/job.stop")
                let paid = simulator.ledger.snapshot.paid
                try await simulator.finishesWork { #expect(await first.end() == -SIGKILL, "\(place)") }
                try await spool.guarded(base, Self.options) { daemon in
                    await daemon.line(containing: "Watching")
                    try await simulator.finishesWork {
                        if place != "after:publish" { await daemon.line(where: Self.isOver) }
                        while !spool.places(of: "job.stop").isEmpty { try await Task.sleep(for: .milliseconds(20)) }
                    }
                }
                let batch = try spool.json("failed/acme/job/batch.json")
                #expect(simulator.ledger.snapshot.paid == paid && paid <= 1, "\(place): \(batch)")
                let notBegun = batch["parts_not_begun"] as? Int ?? 0
                #expect(notBegun == (paid == 1 || isBegun || place == "after:submitting" ? 2 : 3), "\(place): \(batch)")
                #expect(spool.names(in: spool.processing) == [])
            }
        }
    }

    @Test func `the check would see a part that was paid twice, and one that is missing`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.guarded(base) { daemon in
                    try spool.drop(Self.table, as: "acme/job.csv")
                    await daemon.line(where: Self.isOver)
                    #expect(try Self.problems(spool, simulator.ledger.snapshot) == [])
                    try spool.drop(Self.table, as: "again.csv")
                    await daemon.result(of: "again")
                }
                let twice = try Self.problems(spool, simulator.ledger.snapshot)
                #expect(twice.filter { $0.hasSuffix("is paid 2 times") }.count == Self.parts, "\(twice)")
                try FileManager.default.removeItem(at: spool.done.appendingPathComponent("acme/job/002"))
                #expect(try Self.problems(spool, simulator.ledger.snapshot).contains("5 pictures"))
            }
        }
    }

    /// Killed again and again while its parts are under way: those of one round end in the next one, so that the batch
    /// is not over too soon, however late the kills come.
    @Test func `a batch of 60 that is killed 12 times ends with every part once`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let prompts = (1...60).map { "many \($0)" }
                let rows = prompts.map { "\($0),https://example.com/bottle.png\n" }.joined()
                var random = SeededRandom(seed: 7)
                var inWork = 0
                for round in 0..<12 {
                    let daemon = try spool.run(base, ["--max-in-flight", "4"])
                    await daemon.line(containing: "Watching")
                    if round == 0 {
                        try spool.drop("prompt,image\n" + rows, as: "many.csv")
                        await daemon.line(containing: "its parts start")
                    }
                    simulator.finishWork()
                    try await Task.sleep(for: .milliseconds(Int.random(in: 20...180, using: &random)))
                    daemon.send(SIGKILL)
                    #expect(await daemon.end() == -SIGKILL)
                    try Task.checkCancellation()
                    if !spool.names(in: spool.processing).isEmpty { inWork += 1 }
                    #expect(spool.places(of: "many.csv").count == 1)
                }
                #expect(inWork > 3, "the kills hit work")
                try await spool.guarded(base) { daemon in
                    try await simulator.finishesWork {
                        if spool.names(in: spool.done).isEmpty, spool.names(in: spool.failed).isEmpty {
                            await daemon.result(of: "many")
                        }
                    }
                }
                try Task.checkCancellation()
                let place = spool.places(of: "many.csv").first?.replacing("/many.csv", with: "") ?? ""
                let parts = try spool.json("\(place)/batch.json")["parts"] as? [[String: Any]] ?? []
                #expect(parts.count == 60)
                for (part, prompt) in zip(parts, prompts) {
                    let paid = simulator.ledger.snapshot.paid(prompt)
                    let admitted =
                        (part["submits_charged"] as? Int ?? 0) + (part["submits_maybe_charged"] as? Int ?? 0)
                    #expect(paid <= 1 && paid <= admitted, "\(prompt)")
                    #expect(part["outcome"] as? String == "done" || part["reason"] != nil)
                }
                #expect(simulator.ledger.snapshot.paid > 30, "most of it got through")
            }
        }
    }
}
