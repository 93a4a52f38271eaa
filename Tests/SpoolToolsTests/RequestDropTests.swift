// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import SpoolTools
@testable import TestSupport

/// Dropping a file safely, and following it to its result, on a real disk.
@Suite(.idleLimit)
struct RequestDropTests {
    /// A fresh spool with a request file beside it; gone afterwards.
    private static func withSpool(_ body: (Spool, FilePath) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bananadrop-\(UUID().uuidString)")
        let spool = Spool(root: FilePath(folder.path))
        try spool.make()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = spool.root.appending("hero.yaml")
        try Data("prompt: x\n".utf8).write(to: URL(fileURLWithPath: file.string))
        try await body(spool, file)
    }

    private static func names(_ folder: FilePath) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
    }

    /// Publishes a job's folder as the daemon does, by renames alone.
    private static func publish(_ spool: Spool, _ result: String, in folder: FilePath, as name: String) throws {
        let job = spool.processing.appending("hero.abc")
        try FileManager.default.createDirectory(atPath: job.string, withIntermediateDirectories: false)
        try FileManager.default.moveItem(
            atPath: spool.inbox.appending("hero.yaml").string, toPath: job.appending("hero.yaml").string)
        try Data(result.utf8).write(to: URL(fileURLWithPath: job.appending("result.json").string))
        try FileManager.default.moveItem(atPath: job.string, toPath: folder.appending(name).string)
    }

    private static let done = #"{"outcome":"done","pictures":[{"name":"hero-1.png"},{"name":"hero-2.png"}]}"#
    private static let failed =
        #"{"outcome":"failed","pictures":[],"reason":{"what":"It broke.","details":["line 1"],"next":"Mend it."}}"#

    @Test func `a file arrives whole, under its name, in a lane that is made`() async throws {
        try await Self.withSpool { spool, file in
            let dropped = try RequestDrop(into: spool, lane: "acme/spring").drop(file).file
            #expect(dropped.jobName == "acme/spring/hero")
            let lane = spool.inbox.appending("acme").appending("spring")
            #expect(try Self.names(lane) == ["hero.yaml"])
            #expect(try String(contentsOfFile: lane.appending("hero.yaml").string, encoding: .utf8) == "prompt: x\n")
            #expect(try dropped.look() == .onItsWay)
        }
    }

    struct Refusal: Sendable {
        var lane = ""
        var file: FilePath = "hero.yaml"
        var sentence: String
    }

    static let refusals: [Refusal] = [
        Refusal(
            lane: "../x",
            sentence: "\"../x\" is not a lane: a lane is a folder below the inbox, such as acme or acme/spring"),
        Refusal(
            lane: "/x",
            sentence: "\"/x\" is not a lane: a lane is a folder below the inbox, such as acme or acme/spring"),
        Refusal(
            lane: "a/.b", sentence: "\".b\" is a name that the daemon ignores; choose another one"),
        Refusal(file: ".a.yaml", sentence: "\".a.yaml\" is a name that the daemon ignores; choose another one"),
        Refusal(
            file: "a.png",
            sentence: "ROOT/a.png: the name of a request file ends in .yaml, .yml, .json, .jsonl, .ndjson, .csv or .tsv"
        ),
        Refusal(
            file: "_defaults (2).yaml",
            sentence: "ROOT/_defaults (2).yaml: its name looks like a lane's defaults, but those are read only from "
                + "`_defaults.yaml`; rename it to that, or, if it is a request, give it another name"),
        Refusal(
            file: "_defaults.yaml",
            sentence: "\"_defaults.yaml\" is a name that the daemon ignores; choose another one"
        ),
        Refusal(file: "b.yaml", sentence: "ROOT/b.yaml cannot be read: No such file or directory"),
        Refusal(file: "folder.yaml", sentence: "ROOT/folder.yaml is not a regular file"),
        Refusal(
            file: "taken.yaml",
            sentence:
                "ROOT/inbox/taken.yaml is already there and has not been taken yet; wait until it is taken, or "
                + "rename the file"),
        Refusal(lane: "taken.yaml/x", sentence: "ROOT/inbox/taken.yaml is not a folder; choose another lane"),
    ]

    @Test(arguments: refusals)
    func `what cannot be dropped leaves nothing behind`(item: Refusal) async throws {
        try await Self.withSpool { spool, _ in
            for (place, text) in [(spool.root, "new"), (spool.inbox, "old")] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: place.appending("taken.yaml").string))
            }
            let folder = spool.root.appending("folder.yaml").string
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            do throws(DropError) {
                _ = try RequestDrop(into: spool, lane: item.lane).drop(spool.root.pushing(item.file))
                Issue.record("dropped")
            } catch {
                #expect("\(error)".replacing(spool.root.string, with: "ROOT") == item.sentence)
            }
            #expect(try Self.names(spool.inbox) == ["taken.yaml"])
            #expect(
                try String(contentsOfFile: spool.inbox.appending("taken.yaml").string, encoding: .utf8) == "old")
        }
    }

    @Test func `two files of one name are known before anything is dropped`() {
        #expect(RequestDrop.twice(["a/hero.yaml", "b/shoe.yaml", "b/hero.yaml"]) == "hero.yaml")
        #expect(RequestDrop.twice(["a/hero.yaml", "b/shoe.yaml"]) == nil)
    }

    @Test func `a file is followed to whatever name its result gets`() async throws {
        try await Self.withSpool { spool, file in
            let dropped = try RequestDrop(into: spool, lane: "").drop(file).file
            #expect(try dropped.look() == .onItsWay)
            // Another one's result, with the name that one would guess.
            try FileManager.default.createDirectory(
                atPath: spool.done.appending("hero").string, withIntermediateDirectories: false)
            try Self.publish(spool, Self.done, in: spool.done, as: "hero-7")
            let folder = spool.done.appending("hero-7")
            let pictures = [folder.appending("hero-1.png"), folder.appending("hero-2.png")]
            #expect(try dropped.look() == .done(pictures: pictures))
            // Also when somebody has put it away at once.
            let away = spool.root.appending("away")
            try FileManager.default.moveItem(atPath: folder.string, toPath: away.string)
            #expect(
                try dropped.look() == .done(pictures: [away.appending("hero-1.png"), away.appending("hero-2.png")]))
        }
    }

    @Test func `where this kernel does not see the rename, the result is found by its file`() async throws {
        try await Self.withSpool { spool, file in
            let dropped = try RequestDrop(into: spool, lane: "").drop(file).file
            for name in ["hero", "hero-2"] {
                let folder = spool.done.appending(name)
                try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
                try Data(Self.done.utf8).write(to: URL(fileURLWithPath: folder.appending("result.json").string))
            }
            // The same file under two names, of which the one goes away: to this kernel that is no rename.
            let (old, new) = (spool.inbox.appending("hero.yaml"), spool.done.appending("hero-2").appending("hero.yaml"))
            try FileManager.default.linkItem(atPath: old.string, toPath: new.string)
            try FileManager.default.removeItem(atPath: old.string)
            let folder = spool.done.appending("hero-2")
            let pictures = [folder.appending("hero-1.png"), folder.appending("hero-2.png")]
            #expect(try dropped.look() == .done(pictures: pictures))
        }
    }

    @Test func `a failure is told with its words`() async throws {
        try await Self.withSpool { spool, file in
            let dropped = try RequestDrop(into: spool, lane: "").drop(file).file
            try Self.publish(spool, Self.failed, in: spool.failed, as: "hero")
            let text = "It broke.\n  line 1\nMend it."
            #expect(try dropped.look() == .failed(spool.failed.appending("hero"), text: text))
        }
    }

    @Test func `a file that was taken away is gone`() async throws {
        try await Self.withSpool { spool, file in
            let dropped = try RequestDrop(into: spool, lane: "").drop(file).file
            try FileManager.default.removeItem(atPath: spool.inbox.appending("hero.yaml").string)
            #expect(try dropped.look() == .gone)
            let next = try RequestDrop(into: spool, lane: "").drop(file).file
            try FileManager.default.moveItem(
                atPath: spool.inbox.appending("hero.yaml").string, toPath: spool.root.appending("mine.yaml").string)
            #expect(try next.look() == .gone)
        }
    }

    @Test func `whoever follows hears of each file once, and of the end of the time`() async throws {
        try await Self.withSpool { spool, file in
            let dropped = try RequestDrop(into: spool, lane: "").drop(file).file
            let inTime = try await DroppedFile.follow([dropped], for: .milliseconds(50)) { _, _ in
                Issue.record("nothing has happened yet")
            }
            #expect(!inTime)
            try Self.publish(spool, Self.done, in: spool.done, as: "hero")
            var told = 0
            #expect(try await DroppedFile.follow([dropped], for: nil) { _, _ in told += 1 })
            #expect(told == 1)
        }
    }

    // MARK: The very same once more

    /// Publishes a job's folder with a journal, as the daemon does.
    private static func end(_ spool: Spool, _ event: JobEvent, in folder: FilePath, as name: String) throws {
        let job = spool.processing.appending("hero.abc")
        try FileManager.default.createDirectory(atPath: job.string, withIntermediateDirectories: false)
        var journal = Journal(in: job)
        let claimed = JobEvent.claimed(Origin(lane: .root, file: "hero.yaml"))
        try journal.append(claimed.line(at: .now) + event.line(at: .now))
        try FileManager.default.moveItem(
            atPath: spool.inbox.appending("hero.yaml").string, toPath: job.appending("hero.yaml").string)
        if folder != spool.processing {
            try FileManager.default.moveItem(atPath: job.string, toPath: folder.appending(name).string)
        }
    }

    private static func isFound(_ outcome: RequestDrop.Outcome) -> Bool {
        if case .found = outcome { true } else { false }
    }

    private static func failure(_ charge: Explanation.Charge) -> JobEvent {
        .failed(Explanation(code: .refused, charge: charge, what: "It broke.", details: [], next: "Mend it."))
    }

    private static let ends: [(event: JobEvent?, isFound: Bool)] = [
        // In the inbox, under way, and at its end.
        (nil, true), (.split(parts: 2), true), (failure(.yes), true), (failure(.maybe), true),
        // Another try costs no second time.
        (failure(.no), false),
    ]

    @Test(arguments: ends.indices)
    func `the very same is found where it is, and dropped anew only where that is meant`(index: Int) async throws {
        let end = Self.ends[index]
        try await Self.withSpool { spool, file in
            let drop = try RequestDrop(into: spool, lane: "")
            let first = try drop.drop(file)
            #expect(!Self.isFound(first))
            if let event = end.event {
                try Self.end(spool, event, in: event.kind == .failed ? spool.failed : spool.processing, as: "hero")
            }
            let second = try drop.drop(file)
            #expect(Self.isFound(second) == end.isFound)
            if end.isFound {
                #expect(try second.file.look() == first.file.look())
                #expect(try JobSearch(spool).job(named: "hero")?.look() == first.file.look())
            }
            if end.event != nil {
                let again = try RequestDrop(into: spool, lane: "", again: true)
                let dropped = spool.inbox.appending("hero.yaml")
                if !end.isFound { try FileManager.default.removeItem(atPath: dropped.string) }
                #expect(!Self.isFound(try again.drop(file)))
                #expect(AgainMark.isOn(dropped))
            }
        }
    }

    @Test func `other bytes, another name and another lane are other jobs`() async throws {
        try await Self.withSpool { spool, file in
            _ = try RequestDrop(into: spool, lane: "").drop(file)
            try Self.end(spool, Self.failure(.yes), in: spool.failed, as: "hero")
            #expect(!Self.isFound(try RequestDrop(into: spool, lane: "acme").drop(file)))
            let other = spool.root.appending("other.yaml")
            try Data("prompt: x\n".utf8).write(to: URL(fileURLWithPath: other.string))
            #expect(!Self.isFound(try RequestDrop(into: spool, lane: "").drop(other)))
            try Data("prompt: y\n".utf8).write(to: URL(fileURLWithPath: file.string))
            #expect(!Self.isFound(try RequestDrop(into: spool, lane: "").drop(file)))
        }
    }

    @Test func `it is found in a lane whose folder in done has another name`() async throws {
        try await Self.withSpool { spool, file in
            let drop = try RequestDrop(into: spool, lane: "what?")
            let first = try drop.drop(file)
            let lane = spool.done.appending("what_")
            try FileManager.default.createDirectory(atPath: lane.string, withIntermediateDirectories: false)
            try FileManager.default.moveItem(
                atPath: spool.inbox.pushing("what?/hero.yaml").string, toPath: spool.inbox.appending("hero.yaml").string
            )
            try Self.end(spool, .split(parts: 2), in: lane, as: "hero")
            #expect(Self.isFound(try drop.drop(file)))
            for name in ["what?/hero", "done/what_/hero"] {
                #expect(try JobSearch(spool).job(named: name)?.look() == first.file.look(), "\(name)")
            }
        }
    }

    @Test(arguments: ["acme/hero", "acme/hero.yaml", "inbox/acme/hero.yaml", "done/acme/hero"])
    func `a job is found by any of its names`(name: String) async throws {
        try await Self.withSpool { spool, file in
            let dropped = try RequestDrop(into: spool, lane: "acme").drop(file).file
            #expect(try JobSearch(spool).job(named: name)?.jobName == dropped.jobName)
            #expect(try JobSearch(spool).job(named: "acme/villain") == nil)
        }
    }

    @Test func `what one left that was ended before the rename is swept away later`() async throws {
        try await Self.withSpool { spool, file in
            let (old, new) = (".bananadrop-submit-1-2", ".bananadrop-submit-3-4")
            for name in [old, new] {
                let path = spool.inbox.pushing(FilePath(name)).string
                try Data("half".utf8).write(to: URL(fileURLWithPath: path))
                let date = name == old ? Date(timeIntervalSinceNow: -7200) : Date()
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            }
            _ = try RequestDrop(into: spool, lane: "").drop(file)
            #expect(try Self.names(spool.inbox) == [new, "hero.yaml"])
        }
    }

    @Test func `a batch's pictures are those of its parts`() throws {
        let text = """
            {"outcome":"failed","reason":{"what":"One of 2 failed.","next":"Mend it."},"parts":[
            {"pictures":["001-a/a-1.png"]},{"pictures":[]},{"pictures":["003-c/c-1.png","003-c/c-2.png"]}]}
            """
        let result = try #require(PublishedResult(Array(text.utf8)))
        #expect(!result.isDone)
        #expect(result.pictures == ["001-a/a-1.png", "003-c/c-1.png", "003-c/c-2.png"])
        #expect(result.explanation == "One of 2 failed.\nMend it.")
        #expect(PublishedResult(Array("{}".utf8)) == nil)
        #expect(PublishedResult([]) == nil)
    }
}
