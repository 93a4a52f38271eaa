// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// The files by which people steer, as commands and the page put them and take them away.
struct SteeringFilesTests {
    private static func with(_ body: (SteeringFiles, Scratch) throws -> Void) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            _ = try spool.make()
            try body(SteeringFiles(spool), scratch)
        }
    }

    /// A job under way, as the daemon leaves it.
    private static func claim(_ folder: String, _ origin: Origin, _ scratch: Scratch) throws {
        try scratch.folder("processing/" + folder)
        try scratch.write(
            Samples.sealed(JobEvent.claimed(origin).line(at: Samples.start)),
            to: "processing/\(folder)/journal.jsonl")
        try scratch.write([], to: "processing/\(folder)/\(origin.keptName.string)")
    }

    private static let request = Array("prompt: x\n".utf8)

    // MARK: Pauses

    @Test func `a pause is one file, whatever was there, and says until when`() async throws {
        try await Self.with { files, scratch in
            try scratch.folder("inbox/acme/spring")
            try files.pause(nil)
            try files.pause(Lane(path: "acme/spring"), until: Samples.later)
            try files.pause(Lane(path: "acme/spring"), until: Samples.start)
            #expect(try scratch.exists("PAUSE"))
            #expect(try scratch.names(in: "inbox/acme/spring") == ["PAUSE"])
            #expect(try scratch.text(of: "inbox/acme/spring/PAUSE") == "until: \(Samples.start)\n")
            #expect(try files.goOn(Lane(path: "acme/spring")) == 1)
            #expect(try files.goOn(Lane(path: "acme/spring")) == 0)
            #expect(try scratch.exists("PAUSE"))
        }
    }

    @Test func `going on ends every spelling, and without a lane that of the inbox as well`() async throws {
        try await Self.with { files, scratch in
            try scratch.folder("inbox/acme")
            for name in ["PAUSE", "pause.txt", "inbox/Pause", "inbox/acme/PAUSE"] { try scratch.write([], to: name) }
            try scratch.folder("inbox/PAUSE.TXT")
            try files.pause(.root)
            #expect(try files.goOn(nil) == 5)
            #expect(try scratch.names(in: "inbox") == ["acme"])
            #expect(try scratch.names(in: "inbox/acme") == ["PAUSE"])
        }
    }

    @Test func `a folder pauses as well, and one with something in it is not taken away`() async throws {
        try await Self.with { files, scratch in
            try scratch.folder("inbox/acme/PAUSE")
            try scratch.write(Self.request, to: "inbox/acme/PAUSE/hero.yaml")
            let acme = Lane(path: "acme")
            try files.pause(acme)
            let place = scratch.path.appending("inbox/acme/PAUSE")
            #expect(throws: SteeringError.cannotWrite(place, .isDirectory)) {
                try files.pause(acme, until: Samples.later)
            }
            #expect(throws: SteeringError.pausesAsLane(place)) { try files.goOn(acme) }
            #expect(try scratch.names(in: "inbox/acme") == ["PAUSE"])
            #expect(try scratch.names(in: "inbox/acme/PAUSE") == ["hero.yaml"])
        }
    }

    @Test func `what is no lane is refused, and no symlink is followed`() async throws {
        try await Self.with { files, scratch in
            try scratch.folder("elsewhere")
            try scratch.link("inbox/link", to: "../elsewhere")
            try scratch.write([], to: "elsewhere/PAUSE")
            for lane in ["link", "missing", "link/PAUSE"] {
                #expect(throws: SteeringError.noLane(lane)) { try files.pause(Lane(path: FilePath(lane))) }
                #expect(throws: SteeringError.noLane(lane)) { try files.goOn(Lane(path: FilePath(lane))) }
            }
            #expect(try scratch.names(in: "elsewhere") == ["PAUSE"])
        }
    }

    // MARK: Words about one request

    static let names = ["hero.yaml", "a b&c#d%25.yaml", "図.json", "Grün.yaml.txt", "-rf.yaml", "x'\"$(y).csv"]

    @Test(arguments: names)
    func `a word lies beside its request, under its whole name, and is known as about it`(name: String) async throws {
        try await Self.with { files, scratch in
            try scratch.folder("inbox/acme")
            try scratch.write(Self.request, to: "inbox/acme/\(name)")
            let origin = Origin(lane: Samples.acme, file: try #require(FilePath.Component(name)))
            for wish in SteeringWish.allCases {
                let put = try files.put(wish, for: origin.jobName)
                #expect(put.jobName == origin.jobName)
                #expect(put.path.lastComponent?.string == name + wish.ending)
                let word = try #require(put.path.lastComponent.flatMap(SteeringWord.init)?.aboutOne)
                #expect(word.wish == wish && word.name == NameKey(origin.file))
            }
            #expect(try scratch.names(in: "inbox/acme").count == 4, "and nothing hidden is left")
        }
    }

    @Test func `a job under way is found by its name, and its lane is made anew where it is gone`() async throws {
        try await Self.with { files, scratch in
            let origin = Origin(lane: Lane(path: "acme/spring"), file: "hero.yaml")
            try Self.claim("hero.1x2", origin, scratch)
            _ = try files.put(.stop, for: "acme/spring/hero")
            #expect(try scratch.names(in: "inbox/acme/spring") == ["hero.yaml.stop"])
        }
    }

    @Test func `a word that is there already is put anew, and what is no word stays as it is`() async throws {
        try await Self.with { files, scratch in
            try scratch.write(Self.request, to: "inbox/hero.yaml")
            let first = try files.put(.hurry, for: "hero")
            let before = try scratch.identity(of: "inbox/hero.yaml.hurry")
            #expect(try files.put(.hurry, for: "hero") == first)
            #expect(try scratch.identity(of: "inbox/hero.yaml.hurry").inode != before.inode)
            try scratch.folder("inbox/hero.yaml.approve")
            _ = try files.put(.approve, for: "hero")
            try scratch.write([7], to: "inbox/hero.yaml.stop")
            let place = scratch.path.appending("inbox/hero.yaml.stop")
            #expect(throws: SteeringError.inTheWay(place)) { try files.put(.stop, for: "hero") }
            #expect(try scratch.bytes(of: "inbox/hero.yaml.stop") == [7])
            #expect(try scratch.names(in: "inbox").count == 4)
        }
    }

    @Test func `one that is in other lanes is refused with their names, and so is one that is nowhere`() async throws {
        try await Self.with { files, scratch in
            for lane in ["beta", "acme/spring"] {
                try scratch.folder("inbox/" + lane)
                try scratch.write(Self.request, to: "inbox/\(lane)/hero.yaml")
            }
            try Self.claim("hero.1x2", Origin(lane: Samples.acme, file: "hero.json"), scratch)
            #expect(throws: SteeringError.noJob("hero", ["acme/hero", "acme/spring/hero", "beta/hero"])) {
                try files.put(.stop, for: "hero")
            }
            for name in ["villain", "../hero", "/hero", "", "beta/../hero", "beta\u{0}/hero"] {
                let error = #expect(throws: SteeringError.self) { try files.put(.stop, for: name) }
                if case .noJob? = error { continue }
                Issue.record("\(name): \(String(describing: error))")
            }
            _ = try files.put(.stop, for: "beta/hero")
            #expect(try scratch.names(in: "inbox/beta") == ["hero.yaml", "hero.yaml.stop"])
            #expect(try scratch.names(in: "inbox/acme/spring") == ["hero.yaml"])
            #expect(try scratch.names(in: "inbox") == ["acme", "beta"])
        }
    }

    @Test(arguments: SteeringWish.allCases)
    func `a part of a batch is refused, with the batch's name, and nothing is put`(wish: SteeringWish) async throws {
        try await Self.with { files, scratch in
            let batch = Origin(lane: Samples.acme, file: "catalog.csv")
            try Self.claim("catalog.1x2", batch, scratch)
            let part = Origin(lane: Samples.acme, batch: "catalog", file: "001-red.json")
            try Self.claim("catalog.1x2/001-red", part, scratch)
            let error = SteeringError.isPart("acme/catalog/001-red", batch: "acme/catalog")
            #expect(throws: error) { try files.put(wish, for: "acme/catalog/001-red") }
            #expect(throws: error) { try files.put(wish, on: part) }
            #expect("\(error)".hasSuffix("; name the batch instead: acme/catalog"))
            #expect(throws: SteeringError.noJob("acme/catalog/002", [])) {
                try files.put(wish, for: "acme/catalog/002")
            }
            #expect(try scratch.names(in: "inbox") == [])
        }
    }

    @Test func `whoever may not look for what is under way goes by what the daemon tells`() async throws {
        try await Self.with { files, scratch in
            let told = ["acme/hero", "acme/catalog"]
            let put = try files.put(.stop, for: "acme/hero", told: told)
            #expect(put.jobName == "acme/hero")
            #expect(throws: SteeringError.isPart("acme/catalog/001", batch: "acme/catalog")) {
                try files.put(.stop, for: "acme/catalog/001", told: told)
            }
            #expect(throws: SteeringError.noJob("acme/other", [])) {
                try files.put(.stop, for: "acme/other", told: told)
            }
            #expect(try scratch.names(in: "inbox/acme") == ["hero.stop"])
        }
    }

    @Test func `one that has come to its end is refused`() async throws {
        try await Self.with { files, scratch in
            let job = Job(claimed: Samples.origin, at: Samples.start)
            try scratch.folder("failed/hero")
            let lines =
                JobEvent.claimed(Samples.origin).line(at: Samples.start)
                + JobEvent.failed(Samples.invalid).line(at: Samples.later)
            try scratch.write(Samples.sealed(lines), to: "failed/hero/journal.jsonl")
            try scratch.write(Self.request, to: "failed/hero/hero.yaml")
            let summary = ResultSummary(job: job, outcome: .failed(Samples.invalid), finishedAt: Samples.later)
            try scratch.write(summary.json.page, to: "failed/hero/result.json")
            #expect(throws: SteeringError.isOver("hero")) { try files.put(.stop, for: "hero") }
            #expect(try scratch.names(in: "inbox") == [])
        }
    }
}
