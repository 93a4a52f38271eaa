// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import Jobs
@testable import Spool
@testable import TestSupport

/// The folder of a failed job that was put back is taken over whole, however often that is cut short.
@Suite(.idleLimit)
struct AdoptionTests {
    @Test func `a job comes with all that is its own, and its journal goes on`() async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            let before = try back.files()
            let job = try back.adopt()
            #expect(job.outcome == nil && job.pictures == [Samples.picture] && job.charge == .yes)
            #expect(try back.events().suffix(2) == [.failed, .retried])
            var after = try back.files()
            after["journal.jsonl"] = nil
            let names = ["hero.yaml", "error.txt", "result.json", "hero-1.png", ".DS_Store"]
            #expect(Set(after.keys) == Set(names + ["lane"]))
            for name in names { #expect(after[name] == before["dropped/" + name], "\(name)") }
        }
    }

    @Test func `a batch comes with its parts; those that failed go on, and no other`() async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch, isBatch: true)
            let before = try back.files()
            let job = try back.adopt()
            #expect(job.parts == 3)
            #expect(try back.events() == [.claimed, .split, .failed, .retried])
            #expect(try back.events("001").suffix(2) == [.failed, .retried])
            #expect(try back.events("002-red").last == .retried)
            let after = try back.files().filter { !$0.key.hasSuffix("journal.jsonl") && $0.key != "lane" }
            // The file too, though its name begins like a part's.
            #expect(after["2026-05-catalog.csv"] == "dropped/2026-05-catalog.csv")
            let expected = before.filter { name, _ in
                name.hasPrefix("dropped/") && !name.hasSuffix("journal.jsonl") && name != "dropped/lane"
            }
            #expect(after.count == expected.count)
            for (name, content) in expected { #expect(after[String(name.dropFirst("dropped/".count))] == content) }
        }
    }

    /// As it would be if the daemon had ended at a checkpoint.
    private final class Stops: Sendable {
        let places = Mutex<[String]>([])

        func copy(_ back: PutBackJob, at checkpoint: Checkpoint) {
            places.withLock { places in
                let place = back.scratch.path.appending("stop-\(places.count)").string
                try? FileManager.default.copyItem(atPath: back.folder.string, toPath: place)
                places.append("\(checkpoint)")
            }
        }
    }

    @Test(arguments: [false, true])
    func `stopped at any step, the next start comes to the same, and nothing was lost meanwhile`(
        isBatch: Bool
    ) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch, isBatch: isBatch)
            let contents = try Self.contents(try back.files())
            let stops = Stops()
            try back.adopt { stops.copy(back, at: $0) }
            let whole = try back.files()
            let places = stops.places.withLock { $0 }
            #expect(places.count { $0 == "before:adopt" } >= (isBatch ? 15 : 5))
            for (index, place) in places.enumerated() {
                try FileManager.default.removeItem(atPath: back.folder.string)
                let stop = scratch.path.appending("stop-\(index)").string
                try FileManager.default.moveItem(atPath: stop, toPath: back.folder.string)
                #expect(try Self.contents(try back.files()) == contents, "\(place) \(index)")
                let claimed = try back.reopen()
                #expect(claimed.job.outcome == nil && !claimed.isNew)
                #expect(try back.files() == whole, "\(place) \(index)")
            }
        }
    }

    /// What is in the files but for journals, each once.
    private static func contents(_ files: [String: String]) throws -> [String] {
        files.filter { !$0.key.hasSuffix("journal.jsonl") && !$0.key.hasSuffix("lane") }.map(\.value).sorted()
    }

    @Test(arguments: [false, true])
    func `where the disk refuses its journal, doing it again comes to the same`(isBatch: Bool) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch, isBatch: isBatch)
            // In the place of the new journal: the parts have theirs by then.
            try scratch.folder("processing/hero.1x2y3z/journal.new")
            for _ in 0..<2 {
                #expect(throws: Errno.isDirectory) { try back.adopt() }
            }
            if isBatch { #expect(try back.events("001").last == .retried) }
            #expect(try back.events() == [.claimed])
            #expect(rmdir(back.folder.appending("journal.new").string) == 0)
            try back.reopen()
            #expect(try back.events().suffix(2) == [.failed, .retried])
            if isBatch { #expect(try back.events("001").suffix(2) == [.failed, .retried]) }
            #expect(try !scratch.exists("processing/hero.1x2y3z/dropped"))
        }
    }

    @Test func `what a stop left of the folder that was put back goes at the next start, and what stayed in it stays`()
        async throws
    {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            let journal = try scratch.text(of: "processing/hero.1x2y3z/dropped/journal.jsonl")
            try back.adopt()
            let whole = try back.files()
            try scratch.folder("processing/hero.1x2y3z/dropped")
            try back.put("dropped/journal.jsonl", journal)
            try back.reopen()
            #expect(try back.files() == whole)
            try scratch.folder("processing/hero.1x2y3z/dropped")
            try back.put("dropped/journal.new", "somebody's own")
            try back.reopen()
            #expect(try scratch.text(of: "processing/hero.1x2y3z/dropped/journal.new") == "somebody's own")
        }
    }

    @Test func `a job's own journal that is damaged by then is set aside, not given back`() async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            try back.put("journal.jsonl", "torn\nand worn\n")
            guard case .damaged? = try back.left.open(PutBackJob.name, now: Samples.later) else {
                throw PutBackJob.NotTaken()
            }
            #expect(try back.files()["journal.jsonl"] == "torn\nand worn\n")
        }
    }
}
