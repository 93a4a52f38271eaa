// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// A folder of pictures that is a batch, killed at any step: no picture is lost, none goes without its text, and none is
/// paid for twice.
@Suite(.watched, .timeLimit(.minutes(15)))
struct FolderCrashTests {
    /// Each with what is asked for: two of them have a text.
    private static let prompts = ["blue": "kill\nvery blue", "green": "kill", "red": "kill\nvery red"]
    private static let names = prompts.keys.sorted()
    /// Neither a picture nor a text: it lies where the folder is, whatever becomes of the pictures.
    static let note = "note.md"

    static func drop(into spool: TestSpool) throws {
        var files = [note: Data("call Ann\n".utf8)]
        for (index, name) in names.enumerated() {
            files["\(name).png"] = PictureLaneTests.picture(UInt8(index))
            if let word = prompts[name]?.split(separator: "\n").dropFirst().first {
                files["\(name).txt"] = Data("\(word)\n".utf8)
            }
        }
        try FolderBatchTests.drop(files, as: "acme/job", into: spool)
    }

    /// What must be there before the daemon starts.
    static func makeLane(in spool: TestSpool) throws {
        try FileManager.default.createDirectory(
            at: spool.root.appendingPathComponent("published"), withIntermediateDirectories: true)
        try spool.drop("pictures: each\nfolders: batch\nprompt: kill\ntext_wait: 0\n", as: "acme/_defaults.yaml")
    }

    static func options(in spool: TestSpool) -> [String] {
        [
            "--publish-directory", spool.root.appendingPathComponent("published").path, "--publish-base-url",
            "https://pictures.example/x", "--max-in-flight", "1",
        ]
    }

    private static let holding = ["--prices", "nano-banana-pro = 0.12", "--hold-above", "0.1"]

    @Sendable private static func isOver(_ line: String) -> Bool { LogLook.text.saysEnd(of: "acme/job", line) }

    static func trace() async throws -> CrashTrace {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try Self.makeLane(in: spool)
                let file = spool.root.appendingPathComponent("trace").path
                let daemon = try spool.run(base, options(in: spool), environment: ["BANANADROP_TEST_TRACE": file])
                await daemon.line(containing: "Watching")
                try drop(into: spool)
                await daemon.line(where: isOver)
                daemon.send(SIGTERM)
                _ = await daemon.end()
                return CrashTrace(try spool.text("trace"))
            }
        }
    }

    @Test func `killed at any step, the next start brings each picture to its end, with its text`() async throws {
        let trace = try await Self.trace()
        #expect(trace.places.count { $0 == "before:part" } == 3 && trace.places.count { $0 == "before:part-text" } == 2)
        #expect(trace.places.contains("before:claim") && trace.places.contains("before:split"))
        await Workers.run(trace.telling.map(trace.name), atOnce: 4) { try await Self.kill(at: $0) }
    }

    private static func kill(at place: String) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try Self.makeLane(in: spool)
                let first = try spool.run(base, options(in: spool), environment: ["BANANADROP_TEST_KILL_AT": place])
                if await first.line(containing: "Watching") != nil { try drop(into: spool) }
                let end = await first.end()
                try Task.checkCancellation()
                #expect(end == -SIGKILL, "\(place)")
                #expect(lost(spool) == [], "\(place), right after the kill")
                try await spool.guarded(base, options(in: spool)) { daemon in
                    await daemon.line(containing: "Watching")
                    if !place.hasPrefix("after:publish") { await daemon.line(where: isOver) }
                }
                try Task.checkCancellation()
                for problem in try problems(spool, simulator.ledger.snapshot) {
                    Issue.record("\(place): \(problem)")
                }
            }
        }
    }

    /// Pictures and texts that are in no place, or in several: under their own names, or those of their parts.
    static func lost(_ spool: TestSpool) -> [String] {
        names.enumerated().flatMap { index, name -> [String] in
            let part = "00\(index + 1)-\(name)"
            let files = ["png"] + (prompts[name]?.contains("\n") == true ? ["txt"] : [])
            return files.compactMap { ending in
                let places = spool.places(of: "\(name).\(ending)") + spool.places(of: "\(part).\(ending)")
                return places.count == 1 ? nil : "\(name).\(ending) is in \(places)"
            }
        } + (spool.places(of: note).count == 1 ? [] : ["the note is in \(spool.places(of: note))"])
    }

    /// What is wrong with how it ended; empty where each picture is there once with its text, and done, or is the one
    /// whose submit nobody heard of.
    ///
    /// - Parameter isUnplugged: whether the power was cut, which may bring back what was published.
    static func problems(
        _ spool: TestSpool, _ ledger: LedgerSnapshot, isUnplugged: Bool = false
    ) throws -> [String] {
        var problems = lost(spool)
        let left = spool.names(in: spool.processing)
        if !left.isEmpty { problems.append("left in processing: \(left)") }
        let published = spool.names(in: spool.root.appendingPathComponent("published"))
        if !published.isEmpty, !isUnplugged { problems.append("left where it was published: \(published)") }
        let isDone = spool.places(of: note).first?.hasPrefix("done/") == true
        let folder = (isDone ? "done" : "failed") + "/acme/job"
        if spool.places(of: note) != ["\(folder)/originals/\(note)"] { problems.append("it is no result") }
        let parts = (try? spool.json("\(folder)/batch.json"))?["parts"] as? [[String: Any]] ?? []
        if parts.count != names.count { problems.append("the parts are \(parts)") }
        let failed = parts.filter { $0["outcome"] as? String != "done" }
        if failed.count > 1 || isDone != failed.isEmpty { problems.append("failed are \(failed)") }
        for part in failed where (part["reason"] as? [String: Any])?["code"] as? String != "unknown-outcome" {
            problems.append("a part failed: \(part)")
        }
        for (part, name) in zip(parts, names) {
            guard let prompt = prompts[name] else { continue }
            let (isDone, paid) = (part["outcome"] as? String == "done", ledger.paid(prompt))
            if isDone ? paid != 1 : paid > 1 { problems.append("\(name) is paid \(paid) times") }
        }
        let others = ledger.prompts.keys.filter { !prompts.values.contains($0) }
        return problems + others.map { "sent as \($0)" }
    }

    @Test(arguments: ["before:claim", "after:claim", "before:give-back", "after:give-back"])
    func `killed while it is held, all of it is in the inbox in the end, and nothing is sent`(place: String)
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try Self.makeLane(in: spool)
                let options = Self.options(in: spool) + Self.holding
                let first = try spool.run(base, options, environment: ["BANANADROP_TEST_KILL_AT": place])
                await first.line(containing: "Watching")
                try Self.drop(into: spool)
                #expect(await first.end() == -SIGKILL, "\(place)")
                #expect(Self.lost(spool) == [], "\(place)")
                try await spool.guarded(base, options) { _ in
                    _ = try await spool.status { $0["held_count"] as? Int == 1 }
                }
                #expect(Self.lost(spool) == [], "\(place)")
                #expect(spool.places(of: "blue.png") == ["inbox/acme/job/blue.png"], "\(place)")
                #expect(simulator.ledger.snapshot.submits == 0 && spool.names(in: spool.processing) == [])
            }
        }
    }

    @Test func `the check would see a picture that is missing, and one that was sent without its text`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try Self.makeLane(in: spool)
                try await spool.guarded(base, Self.options(in: spool)) { daemon in
                    await daemon.line(containing: "Watching")
                    try Self.drop(into: spool)
                    await daemon.line(where: Self.isOver)
                    #expect(try Self.problems(spool, simulator.ledger.snapshot) == [])
                    try spool.drop("blue again", as: "acme/blue.txt")
                    try spool.drop(PictureLaneTests.picture(9), as: "acme/lamp.png")
                    await daemon.result(of: "acme/lamp")
                }
                let twice = try Self.problems(spool, simulator.ledger.snapshot)
                #expect(twice.contains("green is paid 2 times"), "\(twice)")
                #expect(twice.contains { $0.hasPrefix("blue.txt is in ") }, "\(twice)")
                let picture = spool.done.appendingPathComponent("acme/job/003-red/003-red.png")
                try FileManager.default.removeItem(at: picture)
                #expect(Self.lost(spool).contains("red.png is in []"))
            }
        }
    }
}
