// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// The text beside a picture, as it lies in the lane, and what a stop between two renames leaves of both.
struct PictureCompanyTests {
    struct Case: Sendable {
        var picture: FilePath.Component = "bottle.png"
        var others: [String]
        var found: String
    }

    static let cases: [Case] = [
        Case(others: [], found: "alone"), Case(others: ["lamp.txt", "bottles.txt"], found: "alone"),
        Case(others: ["bottle.txt"], found: "bottle.txt"), Case(others: ["bottle.TXT"], found: "bottle.TXT"),
        Case(others: ["bottle.yaml"], found: "bottle.yaml"),
        Case(others: ["bottle.json.txt"], found: "bottle.json.txt"),
        // The name counts letter by letter.
        Case(others: ["Bottle.txt"], found: "alone"), Case(others: ["bottle .txt"], found: "alone"),
        Case(others: ["Bottle.png", "bottle.txt"], found: "bottle.txt"),
        Case(picture: "Bottle.png", others: ["bottle.png", "bottle.txt"], found: "alone"),
        // Whose is it?
        Case(others: ["bottle.jpg", "bottle.txt"], found: "shared bottle.txt bottle.jpg"),
        Case(picture: "bottle.jpg", others: ["bottle.png", "bottle.txt"], found: "shared bottle.txt bottle.png"),
        Case(others: ["bottle.PNG", "bottle.txt"], found: "shared bottle.txt bottle.PNG"),
        Case(others: ["bottle.jpg"], found: "alone"),
        Case(others: ["bottle.txt", "bottle.yaml"], found: "several bottle.txt bottle.yaml"),
        // A request of its own is nobody's text.
        Case(others: ["bottle.yaml=images: https://a.b/c.png"], found: "alone"),
        Case(others: ["bottle.yaml=images: https://a.b/c.png", "bottle.txt"], found: "bottle.txt"),
        Case(others: ["bottle.txt="], found: "empty bottle.txt"),
        Case(others: ["bottle.yaml="], found: "empty bottle.yaml"),
        Case(others: ["bottle.txt@"], found: "no file bottle.txt"),
        Case(others: ["bottle.txt/"], found: "alone"),
        Case(picture: "HOW-TO.png", others: ["HOW-TO.txt"], found: "alone"),
    ]

    @Test(arguments: cases)
    func `it is found by its name, and only where nothing is in doubt`(item: Case) async throws {
        try await Scratch.with { scratch in
            try scratch.folder("lane")
            try scratch.write(.png(), to: "lane/" + item.picture.string)
            for other in item.others {
                let parts = other.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
                if other.hasSuffix("@") {
                    try scratch.link("lane/" + other.dropLast(), to: "../elsewhere")
                } else if other.hasSuffix("/") {
                    try scratch.folder("lane/" + other)
                } else {
                    try scratch.write(Array((parts.count > 1 ? parts[1] : "variants: 2").utf8), to: "lane/" + parts[0])
                }
            }
            let folder = try Kernel.open(scratch.path.appending("lane"), O_RDONLY | O_DIRECTORY)
            let found =
                switch try PictureCompany.beside(item.picture, in: folder) {
                case .alone: "alone"
                case .text(let sidecar, _): sidecar.name.string
                case .doubtful(.empty(let name)): "empty \(name)"
                case .doubtful(.several(let one, let other)): "several \(one) \(other)"
                case .doubtful(.shared(let name, let other)): "shared \(name) \(other)"
                case .doubtful(.notAFile(let name)): "no file \(name)"
                }
            #expect(found == item.found)
        }
    }

    @Test func `a hard link to what not everybody may read is no text`() async throws {
        try await Scratch.with { scratch in
            let lane = try scratch.folder("lane")
            chmod(lane.string, 0o2775)
            try scratch.write(.png(), to: "lane/bottle.png")
            let secret = try scratch.write(Array("secret".utf8), to: "secret")
            chmod(secret.string, 0o600)
            try #require(Glibc.link(secret.string, lane.appending("bottle.txt").string) == 0)
            let folder = try Kernel.open(lane, O_RDONLY | O_DIRECTORY)
            #expect(try PictureCompany.beside("bottle.png", in: folder) == .doubtful(.notAFile("bottle.txt")))
        }
    }

    @Test func `a picture is another one when its text is`() async throws {
        try await Scratch.with { scratch in
            try scratch.write(.png(), to: "bottle.png")
            let folder = try Kernel.open(scratch.path, O_RDONLY | O_DIRECTORY)
            func identity() throws -> FileStatus.Identity {
                let status = try Kernel.status(of: "bottle.png", at: folder.descriptor)
                return try PictureCompany.beside("bottle.png", in: folder).together(with: status).identity
            }
            var seen: Set<FileStatus.Identity> = [try identity()]
            try scratch.write([120], to: "bottle.txt")
            #expect(seen.insert(try identity()).inserted)
            #expect(try !seen.insert(identity()).inserted)
            try scratch.write([120, 121], to: "bottle.txt")
            #expect(seen.insert(try identity()).inserted)
            try scratch.write([122], to: "new")
            _ = rename(scratch.path.appending("new").string, scratch.path.appending("bottle.txt").string)
            #expect(seen.insert(try identity()).inserted)
        }
    }

    // MARK: Two renames

    struct Half: Sendable {
        /// In the job's folder, beside its journal.
        var here: [String]
        var inLane: [String]
        /// Of the claim, as the journal has it; `nil` where a power cut took that.
        var text: FilePath.Component? = "bottle.txt"
        var hasJournal = true
        var isJob = false
        /// In the lane at the end.
        var after: [String]
    }

    static let halves: [Half] = [
        // Of a claim: before the first rename, between both, after both.
        Half(here: [], inLane: ["bottle.png", "bottle.txt"], after: ["bottle.png", "bottle.txt"]),
        Half(here: ["bottle.txt"], inLane: ["bottle.png"], after: ["bottle.png", "bottle.txt"]),
        Half(here: ["bottle.txt", "bottle.png"], inLane: [], isJob: true, after: []),
        // Of a way back: between both.
        Half(here: ["bottle.png"], inLane: ["bottle.txt"], after: ["bottle.png", "bottle.txt"]),
        // Somebody was there meanwhile.
        Half(here: ["bottle.txt"], inLane: [], after: ["bottle.txt"]),
        Half(
            here: ["bottle.txt"], inLane: ["bottle.png", "bottle.txt"],
            after: ["bottle.png", "bottle.txt", "bottle.txt-2"]),
        Half(here: ["bottle.png"], inLane: [], isJob: true, after: []),
        Half(here: ["bottle.png"], inLane: ["bottle.png", "bottle.txt"], isJob: true, after: ["bottle.png"]),
        // A text of another picture's name, in a journal that anybody may have written.
        Half(here: ["bottle.png"], inLane: ["other.txt"], text: "other.txt", isJob: true, after: ["other.txt"]),
        // Without its journal.
        Half(here: ["bottle.txt"], inLane: ["bottle.png"], hasJournal: false, after: ["bottle.png", "bottle.txt"]),
        Half(here: ["bottle.yaml"], inLane: ["bottle.png"], hasJournal: false, after: ["bottle.png", "bottle.yaml"]),
        Half(here: ["bottle.png", "bottle.yaml"], inLane: [], hasJournal: false, isJob: true, after: []),
    ]

    @Test(arguments: halves.indices)
    func `what a stop between the renames leaves comes together again`(index: Int) async throws {
        let item = Self.halves[index]
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            try scratch.write(Array("pictures: each\n".utf8), to: "inbox/acme/_defaults.yaml")
            let folder = JobFolder(path: try scratch.folder("processing/bottle.1x2"))
            if item.hasJournal {
                var journal = Journal(in: folder.path)
                let origin = Origin(lane: Samples.acme, file: "bottle.png")
                try journal.append(JobEvent.claimed(origin, text: item.text).line(at: Samples.start))
            }
            try folder.noteLane(Samples.acme)
            func bytes(_ name: String) -> [UInt8] { name.hasSuffix(".png") ? .png() : Array("variants: 2\n".utf8) }
            for name in item.here { try scratch.write(bytes(name), to: "processing/bottle.1x2/" + name) }
            for name in item.inLane { try scratch.write(bytes(name), to: "inbox/acme/" + name) }
            usleep(10_000)
            let defaults = LaneDefaults(inbox: back.spool.inbox, quiet: { .zero }, rules: { RequestRules() })
            let left = RecoveredJobs(
                spool: back.spool, reader: RequestReader(rules: RequestRules()), defaults: defaults)
            switch try left.open("bottle.1x2", now: Samples.later) {
            case .job(let claimed, _)?:
                #expect(item.isJob && claimed.job.origin.file == "bottle.png")
                // It has both, or never had a text.
                let texts = try scratch.names(in: "processing/bottle.1x2").filter { $0.hasPrefix("bottle.") }
                let isText = item.here.count == 2 || item.inLane.contains("bottle.txt")
                #expect(texts.count == (isText ? 2 : 1), "\(texts)")
                if isText { #expect(claimed.job.text.map { texts.contains($0.string) } ?? false) }
            case .damaged?: Issue.record("nothing is damaged")
            case nil: #expect(try !item.isJob && !scratch.exists("processing/bottle.1x2"))
            }
            let lane = try scratch.names(in: "inbox/acme").filter { $0 != "_defaults.yaml" }
            #expect(lane == item.after)
        }
    }

    struct Twice: Sendable {
        /// Under both names: where a file system has no rename that replaces nothing, it has two steps.
        var both: String
        var here: [String] = []
        var inLane: [String] = []
    }

    @Test(arguments: [
        Twice(both: "bottle.txt", inLane: ["bottle.png"]), Twice(both: "bottle.png", here: ["bottle.txt"]),
        Twice(both: "bottle.png", inLane: ["bottle.txt"]),
    ])
    func `under both names it is in the lane, and the other one comes to it`(item: Twice) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            let folder = JobFolder(path: try scratch.folder("processing/bottle.1x2"))
            var journal = Journal(in: folder.path)
            let origin = Origin(lane: Samples.acme, file: "bottle.png")
            try journal.append(JobEvent.claimed(origin, text: "bottle.txt").line(at: Samples.start))
            try folder.noteLane(Samples.acme)
            func bytes(_ name: String) -> [UInt8] { name.hasSuffix(".png") ? .png() : [120] }
            for name in item.here { try scratch.write(bytes(name), to: "processing/bottle.1x2/" + name) }
            for name in item.inLane { try scratch.write(bytes(name), to: "inbox/acme/" + name) }
            let twice = try scratch.write(bytes(item.both), to: "inbox/acme/" + item.both)
            try #require(Glibc.link(twice.string, folder.path.appending(item.both).string) == 0)
            if try back.left.open("bottle.1x2", now: Samples.later) != nil { Issue.record("nothing was begun") }
            #expect(try scratch.names(in: "inbox/acme") == ["bottle.png", "bottle.txt"])
            #expect(try !scratch.exists("processing/bottle.1x2"))
        }
    }
}
