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
    static func withSpool(_ body: (Spool, FilePath) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bananadrop-\(UUID().uuidString)")
        let spool = Spool(root: FilePath(folder.path))
        try spool.make()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = spool.root.appending("hero.yaml")
        try Data("prompt: x\n".utf8).write(to: URL(fileURLWithPath: file.string))
        try await body(spool, file)
    }

    static func names(_ folder: FilePath) throws -> [String] {
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

    @Test(arguments: ["again", "urgent", "own", "originals"])
    func `a folder that would be no batch is not dropped`(name: String) async throws {
        try await Self.withSpool { spool, _ in
            let lane = spool.inbox.appending("photos")
            try FileManager.default.createDirectory(atPath: lane.string, withIntermediateDirectories: false)
            let defaults = "pictures: each\nfolders: batch\nprompt: x\n"
            try Data(defaults.utf8).write(to: URL(fileURLWithPath: lane.appending("_defaults.yaml").string))
            let folder = spool.root.appending(name)
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
            try Data([UInt8].png()).write(to: URL(fileURLWithPath: folder.appending("a.png").string))
            if name == "own" {
                try Data("prompt: y\n".utf8).write(
                    to: URL(fileURLWithPath: folder.appending("_defaults.yaml").string))
            }
            waitForEndOfWriting(lane.appending("_defaults.yaml"))
            // Nobody believes defaults of this very moment.
            try await Task.sleep(for: .milliseconds(10))
            let drop = try RequestDrop(into: spool, lane: "photos")
            #expect(throws: DropError.self) { try drop.drop(folder) }
            #expect(try Self.names(lane) == ["_defaults.yaml"])
        }
    }

    @Test func `what a submit of a folder left that was killed is removed`() async throws {
        try await Self.withSpool { spool, file in
            let left = spool.inbox.appending(".bananadrop-submit-1-1")
            let new = spool.inbox.appending(".bananadrop-submit-2-2")
            for folder in [left, new] {
                try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
                try Data([UInt8].png()).write(to: URL(fileURLWithPath: folder.appending("a.png").string))
            }
            let old = Date(timeIntervalSinceNow: -7200)
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: left.string)
            _ = try RequestDrop(into: spool, lane: "").drop(file)
            #expect(try Self.names(spool.inbox) == [".bananadrop-submit-2-2", "hero.yaml"])
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
        Refusal(
            file: "folder.yaml",
            sentence: "ROOT/folder.yaml: this is a folder; one of pictures is a batch only where the `_defaults.yaml` "
                + "of the folder that it is dropped into says so (`pictures: each` and `folders: batch`)"),
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

    struct Doubt: Sendable {
        var files: [String: String]
        var link: String?
        var sentence: String
    }

    static let doubts: [Doubt] = [
        Doubt(
            files: ["bottle.txt": ""],
            sentence: "its text \"bottle.txt\" is empty; say what to do with the picture, or remove the text"),
        Doubt(
            files: ["bottle.txt": "Red", "bottle.yaml": "variants: 2\n"],
            sentence: "it has two texts, \"bottle.txt\" and \"bottle.yaml\"; keep one of them"),
        Doubt(
            files: ["bottle.txt": "Red", "bottle.jpg": "x"],
            sentence: "\"bottle.txt\" may be its text or that of \"bottle.jpg\"; give each picture a name of its own, "
                + "and a text of that name"),
        Doubt(
            files: ["words": "Red"], link: "bottle.txt",
            sentence: "its text \"bottle.txt\" is a link, or no regular file; copy the text itself"),
    ]

    @Test(arguments: doubts)
    func `a picture is not dropped without its text`(doubt: Doubt) async throws {
        try await Self.withSpool { spool, _ in
            let rule = spool.inbox.appending("_defaults.yaml").string
            try Data("pictures: each\nprompt: x\n".utf8).write(to: URL(fileURLWithPath: rule))
            let picture = spool.root.appending("bottle.png")
            try Data([UInt8].png()).write(to: URL(fileURLWithPath: picture.string))
            for (name, text) in doubt.files {
                try Data(text.utf8).write(to: URL(fileURLWithPath: spool.root.appending(name).string))
            }
            if let link = doubt.link {
                try FileManager.default.createSymbolicLink(
                    atPath: spool.root.appending(link).string, withDestinationPath: "words")
            }
            do throws(DropError) {
                _ = try RequestDrop(into: spool, lane: "").drop(picture)
                Issue.record("dropped")
            } catch {
                #expect("\(error)".replacing(spool.root.string, with: "ROOT") == "ROOT/bottle.png: " + doubt.sentence)
            }
            #expect(try Self.names(spool.inbox) == ["_defaults.yaml"])
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
}
