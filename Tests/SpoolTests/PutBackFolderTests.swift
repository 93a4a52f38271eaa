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

/// What is the folder of a failed job, and what only looks like one.
@Suite(.idleLimit)
struct PutBackFolderTests {
    enum Verdict: Equatable, Sendable {
        case job, noJob
        case leftAlone(LeftAloneReason)
    }

    struct Case: Sendable {
        var name: String
        var isBatch = false
        var verdict: Verdict
        var make: @Sendable (PutBackJob) throws -> Void
    }

    private static func path(_ back: PutBackJob, _ file: String) -> FilePath {
        back.folder.appending("dropped").pushing(FilePath(file))
    }

    @Sendable private static func remove(_ back: PutBackJob, _ file: String) throws {
        try FileManager.default.removeItem(atPath: path(back, file).string)
    }

    @Sendable private static func journal(_ back: PutBackJob, _ origin: Origin, _ events: [JobEvent]) throws {
        let lines = ([.claimed(origin)] + events).flatMap { $0.line(at: Samples.start) }
        try back.put("dropped/journal.jsonl", String(decoding: Samples.sealed(lines), as: UTF8.self))
    }

    /// Sent again as often as being put back is enough.
    @Sendable private static func unheard(_ back: PutBackJob) throws {
        let round: [JobEvent] = [
            .read(try Samples.request()), .submitting(variant: 0),
            .variantFailed(variant: 0, Samples.unknown, response: nil), .failed(Samples.unknown),
        ]
        let again = Array(repeating: [.retried(.root)] + round, count: UnknownOutcomeRule.limit).flatMap(\.self)
        try journal(back, Samples.origin, round + again)
        try remove(back, "hero-1.png")
    }

    private static func foreign(_ name: FilePath.Component, request: FilePath.Component? = nil) -> Verdict {
        .leftAlone(.mixedFolder(name, request: request))
    }

    private static let corrected = Verdict.leftAlone(.correctedRows("2026-05-catalog-failed.csv"))

    @Sendable private static func failedRows(_ back: PutBackJob, _ text: String) throws {
        let table = "prompt,image\none,https://a.b/1.png\ntwo,https://a.b/2.png\nthree,https://a.b/3.png\n"
        try back.put("dropped/2026-05-catalog.csv", table)
        try back.put("dropped/2026-05-catalog-failed.csv", "\u{FEFF}" + text)
    }

    /// Files of which no request could ever have been claimed; each of them is written, read or removed.
    private static let impossible: [FilePath.Component] = [
        "originals", "dropped", "lane", "journal.jsonl", "error.txt", "hero",
        FilePath.Component(String(repeating: "x", count: 251) + ".yaml") ?? "x",
    ]

    static let cases: [Case] =
        impossible.map { file in
            Case(name: "a journal for \(file)", verdict: .leftAlone(.damagedJob)) { back in
                try journal(back, Origin(lane: .root, file: file), [.failed(Samples.invalid)])
            }
        } + [
            Case(name: "as it was published", verdict: .job) { _ in },
            Case(name: "a batch as it was published", isBatch: true, verdict: .job) { _ in },
            Case(name: "without its request", verdict: .job) { try remove($0, "hero.yaml") },
            Case(name: "with orphans", verdict: .job) {
                try $0.scratch.folder("processing/hero.1x2y3z/dropped/@eaDir")
            },
            Case(name: "no journal", verdict: .noJob) { try remove($0, "journal.jsonl") },
            Case(name: "an empty journal", verdict: .leftAlone(.unfinishedJob)) {
                try $0.put("dropped/journal.jsonl", "")
            },
            Case(name: "half a line", verdict: .leftAlone(.unfinishedJob)) { back in
                try remove(back, "journal.jsonl")
                try back.put("dropped/journal.jsonl", #"{"event":"cl"#)
            },
            Case(name: "a done job", verdict: .leftAlone(.doneJob)) { back in
                let events: [JobEvent] = [
                    .read(try Samples.request()), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
                    .answered(variant: 0, Samples.answer), .fetched(variant: 0, [Samples.picture]), .done,
                ]
                try journal(back, Samples.origin, events)
            },
            Case(name: "a job under way", verdict: .leftAlone(.unfinishedJob)) { back in
                try journal(back, Samples.origin, [.read(try Samples.request())])
            },
            Case(name: "a journal that was put back before, and ends there", verdict: .leftAlone(.unfinishedJob)) {
                back in
                let events: [JobEvent] = [.failed(Samples.invalid), .retried(Lane(path: "others"))]
                try journal(back, Samples.origin, events)
            },
            Case(name: "a part that is not at its end", isBatch: true, verdict: .leftAlone(.unfinishedJob)) { back in
                let origin = Origin(lane: Lane(path: "others"), batch: "2026-05-catalog", file: "001.json")
                let lines = [.claimed(origin), .read(try Samples.request())] as [JobEvent]
                let text = Samples.sealed(lines.flatMap { $0.line(at: Samples.start) })
                try back.put("dropped/001/journal.jsonl", String(decoding: text, as: UTF8.self))
                try remove(back, "001/hero-1.png")
            },
            Case(name: "a part of another batch", isBatch: true, verdict: foreign("001")) { back in
                let origin = Origin(lane: Samples.acme, batch: "other", file: "001.json")
                let lines = [.claimed(origin), .failed(Samples.invalid)] as [JobEvent]
                let text = Samples.sealed(lines.flatMap { $0.line(at: Samples.start) })
                try back.put("dropped/001/journal.jsonl", String(decoding: text, as: UTF8.self))
                try remove(back, "001/hero-1.png")
            },
            Case(name: "a picture that is called as none is", verdict: foreign("plan.yaml", request: "hero.yaml")) {
                back in
                var plan = Samples.picture
                plan.name = "plan.yaml"
                let events: [JobEvent] = [
                    .read(try Samples.request()), .submitting(variant: 0), .answered(variant: 0, Samples.answer),
                    .pictureSaved(variant: 0, plan), .variantFailed(variant: 0, Samples.pictureFailed, response: nil),
                    .failed(Samples.pictureFailed),
                ]
                try journal(back, Samples.origin, events)
                try remove(back, "hero-1.png")
                try back.put("dropped/plan.yaml", "x")
            },
            Case(name: "unknown too often", verdict: .leftAlone(.unheardTooOften)) { try unheard($0) },
            Case(name: "unknown too often, and marked", verdict: .job) { back in
                try unheard(back)
                try back.put("dropped/pay-again", "")
            },
            Case(name: "a mark that is a folder", verdict: foreign("pay-again")) { back in
                try back.scratch.folder("processing/hero.1x2y3z/dropped/pay-again")
            },
            Case(name: "a journal that is a symlink", verdict: .leftAlone(.damagedJob)) { back in
                try remove(back, "journal.jsonl")
                try back.scratch.link("processing/hero.1x2y3z/dropped/journal.jsonl", to: "../journal.jsonl")
            },
            Case(name: "a journal that is a folder", verdict: .leftAlone(.damagedJob)) { back in
                try remove(back, "journal.jsonl")
                try back.scratch.folder("processing/hero.1x2y3z/dropped/journal.jsonl")
            },
            Case(name: "a journal that is a FIFO", verdict: .leftAlone(.damagedJob)) { back in
                try remove(back, "journal.jsonl")
                try #require(mkfifo(path(back, "journal.jsonl").string, 0o666) == 0)
            },
            Case(name: "somebody's file", verdict: foreign("plan.yaml", request: "hero.yaml")) {
                try $0.put("dropped/plan.yaml", "x")
            },
            Case(name: "a file called dropped", verdict: foreign("dropped")) { try $0.put("dropped/dropped", "x") },
            Case(name: "what stayed when it was put back before", verdict: foreign("dropped")) { back in
                try back.scratch.folder("processing/hero.1x2y3z/dropped/dropped")
            },
            Case(name: "a file called journal.new", verdict: foreign("journal.new")) {
                try $0.put("dropped/journal.new", "x")
            },
            Case(name: "a file in the place of a folder", verdict: foreign("originals")) {
                try $0.put("dropped/originals", "x")
            },
            Case(name: "a folder of somebody's", verdict: foreign("drafts")) { back in
                try back.scratch.folder("processing/hero.1x2y3z/dropped/drafts")
            },
            Case(name: "a symlink", verdict: foreign("x")) {
                try $0.scratch.link("processing/hero.1x2y3z/dropped/x", to: "/")
            },
            Case(name: "a request that is a symlink", verdict: foreign("hero.yaml")) { back in
                try remove(back, "hero.yaml")
                try back.scratch.link("processing/hero.1x2y3z/dropped/hero.yaml", to: "error.txt")
            },
            Case(name: "a request that is another's", verdict: foreign("hero.yaml")) { back in
                chmod(path(back, "").string, 0o2775)
                chmod(path(back, "hero.yaml").string, 0o600)
                try #require(Glibc.link(path(back, "hero.yaml").string, back.scratch.path.appending("x").string) == 0)
            },
            Case(name: "a part of another name", isBatch: true, verdict: foreign("004")) { back in
                try FileManager.default.copyItem(atPath: path(back, "003").string, toPath: path(back, "004").string)
            },
            Case(name: "a part's journal that is a symlink", isBatch: true, verdict: .job) { back in
                // Damaged: the part stays as it is, and says so.
                try remove(back, "003/journal.jsonl")
                try back.scratch.link("processing/hero.1x2y3z/dropped/003/journal.jsonl", to: "../001/journal.jsonl")
            },
            Case(name: "rows that failed, as they were written", isBatch: true, verdict: .job) {
                try failedRows($0, "prompt,image\ntwo,https://a.b/2.png\n")
            },
            Case(name: "rows that were corrected", isBatch: true, verdict: corrected) {
                try failedRows($0, "prompt,image\nbetter,https://a.b/2.png\n")
            },
            Case(name: "rows under other columns", isBatch: true, verdict: corrected) {
                try failedRows($0, "prompt,url\ntwo,https://a.b/2.png\n")
            },
            Case(name: "rows that nobody can read", isBatch: true, verdict: corrected) {
                try failedRows($0, "prompt,image\n\"two,https://a.b/2.png\n")
            },
            Case(name: "rows beside no table", isBatch: true, verdict: .job) { back in
                try failedRows(back, "prompt,image\nbetter,https://a.b/2.png\n")
                try remove(back, "2026-05-catalog.csv")
            },
            Case(name: "a part in a part", isBatch: true, verdict: foreign("005")) { back in
                try back.scratch.folder("processing/hero.1x2y3z/dropped/001/005")
                let origin = Origin(lane: .root, batch: "2026-05-catalog", file: "001.json")
                let lines = [.claimed(origin), .split(parts: 1), .failed(Samples.invalid)] as [JobEvent]
                let text = Samples.sealed(lines.flatMap { $0.line(at: Samples.start) })
                try back.put("dropped/001/journal.jsonl", String(decoding: text, as: UTF8.self))
                try remove(back, "001/hero-1.png")
            },
        ]

    @Test(arguments: cases)
    func `a folder that is put back goes on only where it is a failed job's and nothing else is in it`(
        item: Case
    ) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch, isBatch: item.isBatch)
            try item.make(back)
            let folder = try Kernel.open(back.folder, O_RDONLY | O_DIRECTORY)
            let verdict: Verdict =
                switch try PutBackFolder("dropped", in: folder).verdict() {
                case .job: .job
                case .noJob: .noJob
                case .leftAlone(let reason): .leftAlone(reason)
                }
            #expect(verdict == item.verdict, "\(item.name)")
        }
    }

    @Test func `a moment that no calendar holds is no line of a journal, and ends nobody`() {
        for text in ["99999999999-1-1T0:0:0.0Z", "10000-1-1T00:00:00.000Z", "2026-13-01T00:00:00.000Z"] {
            #expect(Timestamp(text) == nil, "\(text)")
        }
        #expect(Timestamp("9999-12-31T23:59:59.999Z")?.description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp("0000-01-01T00:00:00.000Z")?.description == "0000-01-01T00:00:00.000Z")
    }
}
