// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import SpoolState
@testable import SpoolTools
@testable import TestSupport

/// What `status` finds on the disk by itself.
struct SpoolSurveyTests {
    private static func withSpool(_ body: (Scratch, Spool) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            try await body(scratch, spool)
        }
    }

    @Test func `an inbox that is gone is said, and the rest is shown all the same`() async throws {
        try await Self.withSpool { scratch, spool in
            try scratch.folder("processing/hero.1")
            try scratch.write(
                Samples.sealed(JobEvent.claimed(Samples.origin).line(at: Samples.start)),
                to: "processing/hero.1/journal.jsonl")
            #expect(try SpoolSurvey(spool, names: .standard).state().troubleLines == [])
            try Kernel.rename(spool.inbox, at: AT_FDCWD, to: scratch.path.appending("away"), at: AT_FDCWD)
            let state = try SpoolSurvey(spool, names: .standard).state()
            #expect(state.troubleLines == ["the inbox is gone"])
            #expect(state.queue.count == 0 && state.leftAlone.count == 0)
            #expect(state.underWay?.jobs.map(\.name) == ["hero"])
            #expect(TerminalPage(state).lines().contains { $0.text == "the inbox is gone" })
        }
    }

    @Test func `something else in the inbox's place is no inbox either, and what is no spool is an error`()
        async throws
    {
        try await Self.withSpool { scratch, spool in
            try Kernel.removeDirectory(spool.inbox, at: AT_FDCWD)
            try scratch.write([1], to: "inbox")
            #expect(try SpoolSurvey(spool, names: .standard).state().troubleLines == ["the inbox is gone"])
            try Kernel.removeDirectory(spool.processing, at: AT_FDCWD)
            #expect(throws: Errno.noSuchFileOrDirectory) { try SpoolSurvey(spool, names: .standard).state() }
        }
    }

    /// Makes folders in one another, deeper than a path may be long; returns how the path begins.
    private static func dig(_ levels: Int, below folder: FilePath, leaving file: FilePath?) throws -> FilePath {
        let name = FilePath(String(repeating: "d", count: 250))
        var place = try Kernel.open(folder, O_RDONLY | O_DIRECTORY)
        for _ in 0..<levels {
            try Kernel.makeDirectory(name, at: place.descriptor)
            place = try Kernel.open(name, at: place.descriptor, O_RDONLY | O_DIRECTORY)
        }
        if let file { try Kernel.open(file, at: place.descriptor, O_WRONLY | O_CREAT).writeAll([1]) }
        return name
    }

    @Test func `folders deeper than a path may be long are one line, and what lies beside them is shown`() async throws
    {
        try await Self.withSpool { scratch, spool in
            try scratch.folder("inbox/acme")
            try scratch.write([1], to: "inbox/acme/hero.yaml")
            try scratch.write([1], to: "inbox/acme/notes.txt")
            _ = try Self.dig(20, below: spool.inbox, leaving: "deep.yaml")
            let survey = try SpoolSurvey(spool, names: .standard).state()
            #expect(survey.queue.count == 1)
            #expect(survey.leftAlone.count == 2)
            let why = survey.leftAlone.named.first { $0.path.string.hasPrefix("ddd") }?.reason
            #expect(why == Wording.sentence(.closedFolder(.fileNameTooLong)))
        }
    }

    @Test func `just below that length a lane is a lane like any other`() async throws {
        try await Self.withSpool { scratch, spool in
            let levels = (4000 - spool.inbox.string.utf8.count) / 251
            let name = try Self.dig(levels, below: spool.inbox, leaving: "deep.yaml")
            let lane = Lane(path: (0..<levels).reduce(into: FilePath()) { path, _ in path.append(name.components) })
            #expect(try SpoolSurvey(spool, names: .standard).state().queue.count == 1)
            #expect(try lane.enclosingJobFolder(in: spool.inbox) == nil)
        }
    }

    /// The folder of a job in the inbox.
    private static func job(_ events: [JobEvent], _ place: String, in scratch: Scratch) throws {
        try scratch.folder(place)
        let lines = ([.claimed(Samples.origin)] + events).flatMap { $0.line(at: Samples.start) }
        try scratch.write(Samples.sealed(lines), to: place + "/journal.jsonl")
        try scratch.write([120], to: place + "/hero.yaml")
    }

    @Test func `what is no request does not wait, however much of it there is`()
        async throws
    {
        try await Self.withSpool { scratch, spool in
            let done: [JobEvent] = [
                .read(try Samples.request()), .submitting(variant: 0), .answered(variant: 0, Samples.answer),
                .fetched(variant: 0, []), .done,
            ]
            for number in 0..<131 { try Self.job(done, "inbox/old/\(number)", in: scratch) }
            try Self.job([.failed(Samples.invalid)], "inbox/back", in: scratch)
            try scratch.write([120], to: "inbox/new.yaml")
            try scratch.write([120], to: "inbox/notes.txt")
            let survey = try InboxSurvey(spool.inbox, .standard)
            #expect(survey.queue.count == 2 && Set(survey.queue.next.map(\.name)) == ["back", "new"])
            #expect(survey.leftAlone.count == 132)
        }
    }

    @Test func `what only goes with the pictures of a lane does not wait`() async throws {
        try await Self.withSpool { scratch, spool in
            try scratch.folder("inbox/shop")
            for (name, text) in [
                ("_defaults.yaml", "pictures: each\nwith: [back.png]\n"), ("cup.yaml", "prompt: In snow\n"),
                ("own.yaml", "prompt: x\nimages: https://a.b/c.png\n"),
            ] {
                try scratch.write(Array(text.utf8), to: "inbox/shop/" + name)
            }
            for name in ["back.png", "cup.png", "own.png"] { try scratch.write(.png(), to: "inbox/shop/" + name) }
            waitForEndOfWriting(spool.inbox.appending("shop/_defaults.yaml"))
            // Nobody believes defaults of this very moment.
            usleep(10_000)
            let survey = try InboxSurvey(spool.inbox, .standard)
            #expect(survey.queue.count == 3)
            #expect(survey.queue.next.map(\.name).sorted() == ["shop/cup", "shop/own", "shop/own"])
            #expect(survey.leftAlone.named.map(\.path.string) == ["shop/back.png", "shop/cup.yaml"])
            let reasons: [LeftAloneReason] = [.addedToEach, .textOf("cup.png")]
            #expect(survey.leftAlone.named.map(\.reason) == reasons.map { Wording.sentence($0) })
        }
    }

    @Test func `a job that is put back and has a variant to send waits for its pictures, then shares them`()
        async throws
    {
        try await Self.withSpool { scratch, spool in
            try scratch.folder("processing/hero.1")
            let events: [JobEvent] = [
                .claimed(Samples.origin), .read(try Samples.request(locals: 1)), .sharing,
            ]
            for (count, stage) in [
                (1, "its request is being read"), (2, "waits for its own pictures: pics/0.png"),
                (3, "its own pictures are being published"),
            ] {
                let lines = events.prefix(count).flatMap { $0.line(at: Samples.start) }
                try scratch.write(Samples.sealed(lines), to: "processing/hero.1/journal.jsonl")
                let state = try SpoolSurvey(spool, names: .standard).state()
                #expect(state.underWay?.jobs.map { Wording.words($0) } == [stage])
            }
        }
    }
}
