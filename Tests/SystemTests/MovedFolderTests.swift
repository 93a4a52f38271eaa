// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// Somebody moves, deletes or edits what the daemon works on: the others' jobs go on, and so does what comes back.
@Suite(.watched, .timeLimit(.minutes(15)))
struct MovedFolderTests {
    private static func files(_ numbers: Range<Int>) -> [DroppedFile] {
        numbers.map { DroppedFile(path: "job\($0).yaml", prompt: "moved \($0)") }
    }

    private static func configuration(workTime: Duration) -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration()
        configuration.workTime = workTime...workTime
        return configuration
    }

    private func checkAllDone(_ files: [DroppedFile], _ spool: TestSpool, _ simulator: Simulator) {
        #expect(spool.names(in: spool.failed) == [])
        let walk = SpoolWalk(spool)
        #expect(walk.misplaced(files.map(\.name)) == [])
        for file in files {
            let folder = walk.folder(of: file.name) ?? ""
            let result = ResultFolder(url: spool.root.appendingPathComponent(folder))
            #expect(folder.hasPrefix("done/"), "\(file.name): \(folder) \(result.reason ?? [:])")
            #expect(simulator.ledger.snapshot.paid(file.prompt) == 1, "\(file.name)")
        }
    }

    @Test func `an inbox that is moved away and back is missed, found again, and what came meanwhile is taken`()
        async throws
    {
        try await withSimulator(Self.configuration(workTime: .milliseconds(200))) { simulator, base in
            try await TestSpool.with { spool in
                let (before, meanwhile, after) = (Self.files(0..<4), Self.files(4..<8), Self.files(8..<10))
                let away = spool.root.appendingPathComponent("away")
                try await spool.guarded(base, ["--max-in-flight", "2"]) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.drop(before)
                    await simulator.ledger.wait { $0.submits >= 2 }
                    #expect(rename(spool.inbox.path, away.path) == 0)
                    #expect(await daemon.line(containing: "The inbox is gone") != nil)
                    let lane = away.appendingPathComponent("lane")
                    try FileManager.default.createDirectory(at: lane, withIntermediateDirectories: true)
                    for (index, file) in meanwhile.enumerated() {
                        let folder = index == 0 ? lane : away
                        try Data(file.content.utf8).write(to: folder.appendingPathComponent(file.name))
                    }
                    #expect(!FileManager.default.fileExists(atPath: spool.inbox.path), "it makes no inbox of its own")
                    #expect(rename(away.path, spool.inbox.path) == 0)
                    #expect(await daemon.line(containing: "The inbox is back") != nil)
                    try spool.drop(after)
                    await simulator.ledger.wait { $0.fetches == 10 }
                    for file in before + meanwhile + after {
                        let job = file.path == meanwhile[0].path ? "lane/" + file.job : file.job
                        #expect(await daemon.line { $0.contains(" Done job=\(job) ") } != nil)
                    }
                }
                checkAllDone(before + meanwhile + after, spool, simulator)
            }
        }
    }

    @Test func `a spool that is moved away and back with jobs under way goes on by itself`() async throws {
        // No task ends before the test lets it: it is in the middle for as long as the spool is away.
        try await withSimulator(Self.configuration(workTime: .seconds(3_600))) { simulator, base in
            try await TestSpool.with { spool in
                let files = Self.files(0..<16)
                let away = spool.root.deletingLastPathComponent()
                    .appendingPathComponent(spool.root.lastPathComponent + "-away")
                defer { try? FileManager.default.removeItem(at: away) }
                try spool.drop(files)
                try await spool.guarded(base, ["--max-in-flight", "4", "--rescan-interval", "1s"]) { daemon in
                    await simulator.ledger.wait { $0.paid == 4 }
                    simulator.finishWork()
                    await simulator.ledger.wait { $0.paid == 8 }
                    #expect(rename(spool.root.path, away.path) == 0)
                    // Now there is something to be written.
                    simulator.finishWork()
                    #expect(await daemon.line(containing: "The disk refuses to write") != nil)
                    try await Task.sleep(for: .milliseconds(600))
                    let submits = simulator.ledger.snapshot.submits
                    // Announced and not sent may be what could be written before the move and not synced after it.
                    #expect(submits <= JournalLines.announced(in: TestSpool(root: away)))
                    #expect(submits < 16, "it was moved in the middle")
                    #expect(!FileManager.default.fileExists(atPath: spool.root.path), "it makes no spool of its own")
                    #expect(rename(away.path, spool.root.path) == 0)
                    for paid in [12, 16] {
                        await simulator.ledger.wait { $0.paid >= paid }
                        simulator.finishWork()
                    }
                    await spool.published(files, daemon)
                }
                checkAllDone(files, spool, simulator)
            }
        }
    }

    @Test func `a job whose folder somebody deletes is given up, and its place is free for others`() async throws {
        // Both are under way until the test lets them end, however long it takes to find and to delete them.
        try await withSimulator(Self.configuration(workTime: .seconds(3_600))) { simulator, base in
            try await TestSpool.with { spool in
                let files = Self.files(0..<4)
                try await spool.guarded(base, ["--max-in-flight", "2"]) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.drop(files)
                    await simulator.ledger.wait { $0.paid == 2 }
                    let first = SpoolWalk(spool)
                    let victims = files.filter { first.folder(of: $0.name)?.hasPrefix("processing/") == true }
                    for victim in victims {
                        await daemon.line(containing: "Submitted job=\(victim.job) ")
                        let folder = spool.root.appendingPathComponent(first.folder(of: victim.name) ?? "")
                        try FileManager.default.removeItem(at: folder)
                    }
                    simulator.finishWork()
                    for victim in victims {
                        let line = await daemon.line { line in
                            line.contains("taken out of processing/") && line.contains("job=\(victim.job)")
                        }
                        #expect(line != nil)
                    }
                    let others = files.filter { file in !victims.contains { $0.name == file.name } }
                    #expect(victims.count == 2)
                    await simulator.ledger.wait { $0.paid == 4 }
                    simulator.finishWork()
                    await spool.published(others, daemon)
                    checkAllDone(others, spool, simulator)
                }
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `out of descriptors, every job is done all the same`() async throws {
        try await withSimulator(Self.configuration(workTime: .milliseconds(100))) { simulator, base in
            try await TestSpool.with { spool in
                let files = Self.files(0..<30)
                try await spool.guarded(base, ["--max-in-flight", "30"]) { daemon in
                    await daemon.line(containing: "Watching")
                    try await daemon.limitDescriptors(left: 14)
                    try spool.drop(files)
                    await spool.published(files, daemon)
                    #expect(daemon.lines.contains { $0.contains("Too many open files") }, "the limit was met")
                }
                checkAllDone(files, spool, simulator)
            }
        }
    }
}
