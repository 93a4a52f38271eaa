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

/// The very same file once more.
extension RequestDropTests {
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

    /// Which file of a folder is found first is the file system's choice, so there are many.
    @Test(arguments: [true, false])
    func `a picture that waits is found before its text where pictures are requests`(areRequests: Bool) async throws {
        try await Self.withSpool { spool, _ in
            let lane = spool.inbox.appending("shop")
            func write(_ name: String, _ text: String) throws {
                try Data(text.utf8).write(to: URL(fileURLWithPath: lane.appending(name).string))
            }
            try FileManager.default.createDirectory(atPath: lane.string, withIntermediateDirectories: false)
            try write("_defaults.yaml", "prompt: x\n" + (areRequests ? "pictures: each\n" : ""))
            let endings = ["png", "txt", "yaml"]
            for number in 0..<12 {
                for ending in number.isMultiple(of: 2) ? endings : endings.reversed() {
                    try write("bottle-\(number).\(ending)", "prompt: y\n")
                }
            }
            for number in 0..<12 {
                let found = try #require(try JobSearch(spool).job(named: "shop/bottle-\(number)"))
                #expect(String(decoding: found.origin.file) == "bottle-\(number).\(areRequests ? "png" : "yaml")")
            }
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
