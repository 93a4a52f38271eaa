// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// The trouble begins at any step of a job, and ends a moment later: the job goes on by itself and is done.
@Suite(.watched, .timeLimit(.minutes(15)))
struct StepTroubleTests {
    /// Between the end of a step and the beginning of the next one nothing happens, but for the submit itself; after the
    /// last one there is nothing left to be done on the disk.
    private static let places = Checkpoints.all.map { "before:\($0)" } + ["after:submitting"]

    private static let file = DroppedFile(path: "acme/job.yaml", prompt: "trouble")

    /// Stops the daemon at the place, lets the trouble `begin`, and ends it when the log has one of the `words`, if it
    /// has.
    private func run(
        _ place: String, in spool: TestSpool, words: [String],
        begin: @Sendable (Program) async throws -> Void, end: @Sendable (Program) async throws -> Void
    ) async throws {
        try await withSimulator { simulator, base in
            try spool.drop([Self.file])
            let environment = ["BANANADROP_TEST_STOP_AT": place]
            try await spool.guarded(base, ["--rescan-interval", "1s"], environment: environment) { daemon in
                let isReached = await daemon.stopped()
                try Task.checkCancellation()
                #expect(isReached, "\(place) is reached")
                try await begin(daemon)
                daemon.send(SIGCONT)
                // A step may get by: a connection that ends at the same moment leaves its descriptor.
                let ends = words + [" Done job=", " Failed job="]
                let line = await daemon.line { line in ends.contains { line.contains($0) } }
                try Task.checkCancellation()
                #expect(line != nil, "\(place)")
                // The word may come from a rescan: time for the job to meet the trouble, too.
                try await Task.sleep(for: .milliseconds(100))
                try await end(daemon)
                // What could not be removed in the trouble goes with the next claim.
                let next = DroppedFile(path: "next.yaml", prompt: "next")
                try spool.drop([next])
                await spool.published([Self.file, next], daemon, place)
            }
            try Task.checkCancellation()
            #expect(SpoolWalk(spool).folder(of: Self.file.name) == "done/acme/job", "\(place)")
            let problems = ResultFolder(url: spool.done.appendingPathComponent("acme/job")).problems(Self.file)
            #expect(problems == [], "\(place)")
            #expect(spool.names(in: spool.processing) == [], "\(place)")
            #expect(simulator.ledger.snapshot.paid(Self.file.prompt) == 1, "\(place)")
        }
    }

    @Test func `a spool that is moved away at any step and back`() async {
        await Workers.run(Self.places, atOnce: 4) { place in
            try await TestSpool.with { spool in
                let (here, away) = (spool.root.path, spool.root.path + "-away")
                defer { try? FileManager.default.removeItem(atPath: away) }
                try await run(place, in: spool, words: ["The disk refuses to write", "The inbox is gone"]) { _ in
                    #expect(rename(here, away) == 0)
                } end: { _ in
                    #expect(rename(away, here) == 0)
                }
            }
        }
    }

    @Test(.enabled(if: Needs.mounts, "needs root and the right to mount"))
    func `a file system that is read-only from any step on and writable again`() async {
        await Workers.run(Self.places, atOnce: 4) { place in
            try await Mounts.withFolder { folder in
                let disk = folder.appendingPathComponent("disk")
                try Mounts.makeTemporary(disk, bytes: 1 << 20)
                let spool = try TestSpool.make(at: disk.appendingPathComponent("spool"))
                try await run(place, in: spool, words: ["Read-only file system"]) { _ in
                    try Mounts.coverReadOnly(disk)
                } end: { _ in
                    try Mounts.unmountLazily(disk)
                }
            }
        }
    }

    @Test func `a process that is out of descriptors from any step on and has them again`() async {
        await Workers.run(Self.places, atOnce: 4) { place in
            try await TestSpool.with { spool in
                try await run(place, in: spool, words: ["Too many open files"]) { daemon in
                    try await daemon.limitDescriptors(left: 0)
                } end: { daemon in
                    try await daemon.limitDescriptors(to: 1_024)
                    // It is not the service that is to blame.
                    #expect(!daemon.lines.contains { $0.contains("Couldn't connect") }, "\(place)")
                }
            }
        }
    }
}
