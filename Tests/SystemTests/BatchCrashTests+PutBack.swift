// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// A batch that was put back, and that is killed while it is taken over.
extension BatchCrashTests {
    private static let failing = (1...2).map { "[fault:picture=http404x4] \($0)" }

    /// Makes one failed batch, of which each test takes a copy: its pictures are paid for and can be had by now.
    private static func withFailed(
        _ body: @escaping @Sendable (TestSpool, Simulator, String) async throws -> Void
    ) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.guarded(base) { daemon in
                    // Its name begins like the folder of a part.
                    let rows = failing.map { "\"\($0)\",https://example.com/bottle.png\n" }.joined()
                    try spool.drop("prompt,image\n" + rows, as: "acme/2026-job.csv")
                    await daemon.result(of: "acme/2026-job")
                }
                #expect(spool.places(of: "batch.json") == ["failed/acme/2026-job/batch.json"])
                #expect(failing.map { simulator.ledger.snapshot.paid($0) } == [1, 1])
                try await body(spool, simulator, base)
            }
        }
    }

    private static func copy(_ failed: TestSpool, _ body: (TestSpool) async throws -> Void) async throws {
        try await TestSpool.with { spool in
            try FileManager.default.createDirectory(
                at: spool.inbox.appendingPathComponent("acme"), withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: failed.failed.appendingPathComponent("acme/2026-job"),
                to: spool.root.appendingPathComponent("2026-job"))
            try await body(spool)
        }
    }

    private static func putBack(_ spool: TestSpool) throws {
        try FileManager.default.moveItem(
            at: spool.root.appendingPathComponent("2026-job"), to: spool.inbox.appendingPathComponent("acme/2026-job"))
    }

    @Test func `put back and killed at any step of being taken over, every part comes to its end, unpaid`() async throws
    {
        try await Self.withFailed { failed, simulator, base in
            var trace = CrashTrace("")
            try await Self.copy(failed) { spool in
                let file = spool.root.appendingPathComponent("trace").path
                try await spool.guarded(base, environment: ["BANANADROP_TEST_TRACE": file]) { daemon in
                    await daemon.line(containing: "Watching")
                    try Self.putBack(spool)
                    #expect(await daemon.result(of: "acme/2026-job")?.contains(" Done ") == true)
                }
                trace = CrashTrace(try spool.text("trace"))
                #expect(try Self.problems(spool) == [])
            }
            let end = try #require(trace.places.firstIndex(of: "after:retried"))
            // The file and the table, and of each part the file, its texts and the journal.
            #expect(trace.places[...end].count { $0 == "before:adopt" } >= 14, "\(trace.places)")
            let steps = trace.telling.filter { $0 <= end }
            await Workers.run(steps.map(trace.name), atOnce: 4) { place in
                try await Self.copy(failed) { spool in
                    let first = try spool.run(base, environment: ["BANANADROP_TEST_KILL_AT": place])
                    if await first.line(containing: "Watching") != nil { try Self.putBack(spool) }
                    let end = await first.end()
                    try Task.checkCancellation()
                    #expect(end == -SIGKILL, "\(place)")
                    #expect(spool.places(of: "2026-job.csv").count == 1, "\(place)")
                    try await spool.guarded(base) { daemon in await daemon.result(of: "acme/2026-job") }
                    try Task.checkCancellation()
                    for problem in try Self.problems(spool) { Issue.record("\(place): \(problem)") }
                }
            }
            #expect(Self.failing.map { simulator.ledger.snapshot.paid($0) } == [1, 1])
        }
    }

    /// What is wrong with how the batch ended; empty where it is done, whole, and nothing else is there.
    private static func problems(_ spool: TestSpool) throws -> [String] {
        var problems: [String] = []
        let left = spool.names(in: spool.processing) + spool.names(in: spool.inbox.appendingPathComponent("acme"))
        if !left.isEmpty { problems.append("left: \(left)") }
        let folder = spool.done.appendingPathComponent("acme/2026-job")
        let names = ["001", "002", "2026-job.csv", "batch.csv", "batch.json", "index.html", "journal.jsonl"]
        if spool.names(in: folder) != names { problems.append("the batch has \(spool.names(in: folder))") }
        for part in ["001", "002"] {
            let found = spool.names(in: folder.appendingPathComponent(part))
            let wanted = ["\(part)-1.png", "\(part).json", "journal.jsonl", "response.json", "result.json"]
            if found != wanted { problems.append("\(part) has \(found)") }
        }
        return problems
    }

    @Test func `the check would see a part that was left behind`() async throws {
        try await Self.withFailed { failed, _, base in
            try await Self.copy(failed) { spool in
                try FileManager.default.removeItem(at: spool.root.appendingPathComponent("2026-job/002"))
                try await spool.guarded(base) { daemon in
                    try Self.putBack(spool)
                    await daemon.result(of: "acme/2026-job")
                }
                #expect(try !Self.problems(spool).isEmpty)
            }
        }
    }
}
