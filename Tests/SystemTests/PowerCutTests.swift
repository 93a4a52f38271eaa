// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// The power fails at any place: what was not synced is gone, and still nothing is lost and nothing paid twice.
@Suite(.watched, .timeLimit(.minutes(15)), .enabled(if: Needs.loopDevices, "needs root and a loop device"))
struct PowerCutTests {
    private static func places(_ acts: [String]) -> [String] { acts.flatMap { ["before:\($0)", "after:\($0)"] } }

    @Test func `cut at any step of a job, the next start brings it to its end`() async {
        let tasks = Self.places(Checkpoints.all).map { PowerCut(place: $0) }
        let straight = Self.places(Checkpoints.all.filter { $0 != "submitted" }).map {
            PowerCut(place: $0, straightAway: true)
        }
        let refused = Self.places(["not-accepted"]).map { PowerCut(place: $0, fault: "submit=code401x1") }
        let failed = Self.places(["variant-failed", "failed"]).map {
            PowerCut(place: $0, fault: "poll=error", reason: "task-failed")
        }
        let marked = Self.places(["mark", "fetched", "done", "publish"]).map { PowerCut(place: $0, isMarked: true) }
        await Workers.run(tasks + straight + refused + failed + marked, atOnce: 3) { try await $0.run() }
    }

    @Test func `cut in the middle of ten jobs, the next start brings them all to their ends`() async {
        let third = Self.places(Checkpoints.all).map { PowerCut(place: $0 + ":3", form: .load) }
        let seventh = Checkpoints.all.map { PowerCut(place: "after:\($0):7", form: .load) }
        let straight = ["after:submitting:5", "before:answered:5", "after:answered:5", "after:done:5"].map {
            PowerCut(place: $0, form: .load, straightAway: true)
        }
        await Workers.run(third + seventh + straight, atOnce: 3) { try await $0.run() }
    }

    /// One at a time of each form: the jobs above are cut meanwhile, and a task must take much longer than the disk.
    private static func cuts(
        _ form: PowerCutForm, at places: [String], writtenOutAt written: [String]
    ) -> [PowerCut] {
        places.map { PowerCut(place: $0, form: form) }
            + written.map { PowerCut(place: $0, form: form, isWrittenOut: true) }
    }

    @Test func `cut while a picture and its text are on their way, both stay together, and none is sent alone`() async {
        let taken = Self.cuts(
            .pictureWithText,
            at: [
                "after:claim-text", "after:claim", "after:submitting", "before:answered", "before:publish",
                "after:publish",
            ], writtenOutAt: ["before:claim-text", "after:claim-text", "after:claim"])
        let givenBack = Self.cuts(
            .heldPicture, at: ["after:give-back-text", "after:give-back"],
            writtenOutAt: ["before:give-back-text", "after:give-back-text", "after:give-back"])
        await Workers.run(taken + givenBack, atOnce: 1) { try await $0.run() }
    }

    @Test func `cut while the pictures of a batch come into one folder, the next start brings each there, unpaid`()
        async
    {
        let cuts = Self.cuts(
            .flatBatch, at: ["before:deliver", "after:deliver:2", "before:publish", "after:publish"],
            writtenOutAt: ["after:deliver", "after:deliver:2", "before:publish"])
        await Workers.run(cuts, atOnce: 1) { try await $0.run() }
    }

    @Test func `cut while a batch shows its parts, each is paid once, and nothing is shown when it is over`() async {
        let cuts = Self.cuts(
            .shownBatch, at: ["after:show", "after:fetched:2", "before:publish"],
            writtenOutAt: ["after:show", "before:show:2", "after:submitted:3", "before:publish"])
        await Workers.run(cuts, atOnce: 1) { try await $0.run() }
    }

    @Test func `cut while a folder of pictures is on its way, none is lost, and none goes without its text`() async {
        let taken = Self.cuts(
            .folder,
            at: [
                "after:claim", "before:part", "after:part:2", "before:split", "after:split", "before:publish",
                "after:publish",
            ],
            writtenOutAt: ["after:claim", "after:part-text", "after:part", "after:part:3", "before:split"])
        let givenBack = Self.cuts(
            .heldFolder, at: ["after:give-back"], writtenOutAt: ["before:give-back", "after:give-back"])
        await Workers.run(taken + givenBack, atOnce: 1) { try await $0.run() }
    }

    @Test func `cut in another round, it is paid for once and comes beside the first result, which stays`() async {
        let cuts = Self.cuts(
            .anotherRound,
            at: ["after:claim", "after:submitting", "before:answered", "before:publish", "after:publish"],
            writtenOutAt: ["after:claim"])
        await Workers.run(cuts, atOnce: 1) { try await $0.run() }
    }

    @Test func `the check sees a picture that was sent without its text`() async throws {
        let form = PowerCutForm.pictureWithText
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try CrashScenario.makePictureLane(in: spool)
                try spool.drop(PNGFile.small, as: "acme/job.png")
                try await spool.guarded(base, form.options(in: spool)) { daemon in
                    await daemon.result(of: "acme/job")
                }
                try spool.drop("me\n", as: "acme/job.txt")
                #expect(
                    form.textProblems(spool, simulator.ledger.snapshot) == [
                        "sent as kill", #"the text is in ["inbox/acme/job.txt"]"#, "the text is another",
                    ])
            }
        }
    }

    @Test func `what was not synced is not in the copy of a disk, and what was synced is`() async throws {
        try await LoopImage.with { image in
            let here = image.mountPoint.path
            #expect(write("kept", to: here + "/kept"))
            #expect(write("moved", to: here + "/old name"))
            try await image.sync()
            #expect(write("lost", to: here + "/lost"))
            #expect(rename(here + "/old name", here + "/new name") == 0)
            let copy = try await image.copyAsItIs()
            try await image.replace(with: copy)
            let there = copy.mountPoint.path
            #expect(FileManager.default.contents(atPath: there + "/kept") == Data("kept".utf8))
            #expect(FileManager.default.contents(atPath: there + "/lost") ?? Data() == Data())
            #expect(FileManager.default.fileExists(atPath: there + "/old name"))
            #expect(!FileManager.default.fileExists(atPath: there + "/new name"))
        }
    }

    /// Not Foundation's, which syncs.
    private func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        return text.withCString { Glibc.write(descriptor, $0, strlen($0)) } == text.utf8.count
    }

    @Test func `the counter of places sees a file that is in two places and one that is in none`() async throws {
        try await TestSpool.with { spool in
            let folder = spool.done.appendingPathComponent("acme/twice")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try spool.drop("once", as: "acme/once.yaml")
            try spool.drop("twice", as: "twice.yaml")
            try Data("twice".utf8).write(to: folder.appendingPathComponent("twice.yaml"))
            let walk = SpoolWalk(spool)
            #expect(walk.misplaced(["once.yaml"]) == [])
            #expect(
                walk.misplaced(["once.yaml", "twice.yaml", "none.yaml"]) == [
                    #"twice.yaml: ["inbox/twice.yaml", "done/acme/twice/twice.yaml"]"#, "none.yaml: []",
                ])
            #expect(walk.folder(of: "once.yaml") == "inbox/acme")
            // Not a folder whose name only begins like that one's.
            #expect(SpoolWalk(spool, without: "done/acme/twice").places(of: "twice.yaml") == ["inbox/twice.yaml"])
            #expect(SpoolWalk(spool, without: "done/acme/twi").places(of: "twice.yaml").count == 2)
        }
    }

    @Test func `half a picture, another request and a missing answer make a result that is not whole`() async throws {
        try await TestSpool.with { spool in
            let file = DroppedFile(path: "a.yaml", prompt: "a")
            let signature = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            let end = Data([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
            let summary = #"{"outcome":"done","pictures":[{"name":"a-1.png"}]}"#
            let whole = [
                "a.yaml": Data(file.content.utf8), "a-1.png": signature + end, "response.json": Data("{}".utf8),
                "result.json": Data(summary.utf8), "journal.jsonl": Data("{\"event\":\"done\"}\n".utf8),
            ]
            for (name, content) in whole { try content.write(to: spool.done.appendingPathComponent(name)) }
            let result = ResultFolder(url: spool.done)
            #expect(result.problems(file) == [])
            for (name, content) in whole {
                try content.dropLast().write(to: spool.done.appendingPathComponent(name))
                #expect(result.problems(file).count >= 1, "\(name) is cut short")
                try content.write(to: spool.done.appendingPathComponent(name))
            }
            #expect(result.problems(file) == [])
        }
    }
}
