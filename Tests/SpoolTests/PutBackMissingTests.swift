// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// A folder that is put back file by file is taken when it is whole.
@Suite(.idleLimit)
struct PutBackMissingTests {
    struct Case: Sendable {
        var name: String
        var isBatch = false
        /// What has not come as yet.
        var without: [String]
        var missing: PutBackFolder.Missing?
    }

    static let cases: [Case] = [
        Case(name: "whole", without: [], missing: nil),
        Case(name: "a whole batch", isBatch: true, without: [], missing: nil),
        Case(name: "texts", without: ["error.txt", "result.json"], missing: nil),
        Case(name: "the request", without: ["hero.yaml"], missing: .request("hero.yaml")),
        Case(name: "a picture", without: ["hero-1.png"], missing: .file("hero-1.png")),
        Case(
            name: "the request, and a picture", without: ["hero.yaml", "hero-1.png"], missing: .request("hero.yaml")),
        Case(
            name: "a batch's file", isBatch: true, without: ["2026-05-catalog.csv"],
            missing: .request("2026-05-catalog.csv")),
        Case(name: "parts", isBatch: true, without: ["001", "003"], missing: .parts(1, of: 3)),
        Case(
            name: "a part's request", isBatch: true, without: ["001/001.json", "003"],
            missing: .request("001/001.json")),
        Case(
            name: "a part's journal", isBatch: true, without: ["003/journal.jsonl"],
            missing: .file("003/journal.jsonl")),
        Case(
            name: "a part's picture", isBatch: true, without: ["001/hero-1.png"], missing: .file("001/hero-1.png")),
    ]

    private static func reason(_ back: PutBackJob, _ now: Timestamp) throws -> LeftAloneReason? {
        let folder = try Kernel.open(back.folder, O_RDONLY | O_DIRECTORY)
        let dropped = try PutBackFolder("dropped", in: folder)
        guard case .job(let job, _, _) = try dropped.verdict() else { throw PutBackJob.NotTaken() }
        return try dropped.reasonToWait(for: job, at: back.origin, now)
    }

    @Test(arguments: cases)
    func `it waits for what its journal speaks of, and for a request however long that takes`(
        item: Case
    ) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch, isBatch: item.isBatch)
            for name in item.without {
                try FileManager.default.removeItem(
                    atPath: back.folder.appending("dropped").pushing(FilePath(name)).string)
            }
            let wanted = item.missing.map { LeftAloneReason.arriving($0) }
            #expect(try Self.reason(back, .now) == wanted, "\(item.name)")
            let muchLater = Timestamp(milliseconds: Timestamp.now.milliseconds + 61_000)
            #expect(try Self.reason(back, muchLater) == (item.missing?.isNeeded == true ? wanted : nil), "\(item.name)")
        }
    }

    struct Place: Sendable {
        var lane: String
        /// Where its batch was dropped.
        var origin = "acme"
        var isTaken: Bool
    }

    static let places: [Place] = [
        Place(lane: "", isTaken: true), Place(lane: "acme", isTaken: true), Place(lane: "other", isTaken: true),
        Place(lane: "acme/catalog", isTaken: false), Place(lane: "catalog", isTaken: false),
        Place(lane: "old/catalog - Copy", isTaken: false), Place(lane: "catalog-2", isTaken: false),
        Place(lane: "catalogue", isTaken: true), Place(lane: "catalog", origin: "catalog", isTaken: true),
    ]

    @Test(arguments: places)
    func `a part in a folder of its batch's name waits for the batch, and one beside it is put back alone`(
        place: Place
    ) async throws {
        try await Scratch.with { scratch in
            let part = Origin(lane: Lane(path: FilePath(place.origin)), batch: "catalog", file: "001.json")
            let lines = Samples.sealed(
                [.claimed(part), .failed(Samples.invalid)].flatMap { (event: JobEvent) in event.line(at: Samples.start)
                })
            try scratch.folder("inbox/001")
            try scratch.write(lines, to: "inbox/001/journal.jsonl")
            try scratch.write([120], to: "inbox/001/001.json")
            let inbox = try Kernel.open(scratch.path.appending("inbox"), O_RDONLY | O_DIRECTORY)
            let dropped = try PutBackFolder("001", in: inbox)
            guard case .job(let job, _, _) = try dropped.verdict() else { throw PutBackJob.NotTaken() }
            let origin = Origin(lane: Lane(path: FilePath(place.lane)), file: "001")
            let reason = try dropped.reasonToWait(for: job, at: origin, .now)
            #expect(reason == (place.isTaken ? nil : .partOfBatch("catalog")), "\(place)")
        }
    }
}
