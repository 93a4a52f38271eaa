// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// Which parts of a batch, and which requests, are sent again when a folder is put back.
extension AdoptionTests {
    /// The request of a part as it was read.
    private static let request = #"{"prompt": "x", "images": ["https://a.b/c"]}"#

    private static func read() throws -> JobEvent {
        .read(try Samples.request(source: RequestSource.fingerprint(of: Array(request.utf8), as: .json).value))
    }

    /// Three parts: 001 with a mistake, 002-red of unknown outcome, 003 paid for and late.
    private static func batch(in scratch: Scratch) throws -> PutBackJob {
        let back = try PutBackJob(in: scratch, isBatch: true)
        let ends: [(String, [JobEvent])] = [
            ("001", [.failed(Samples.invalid)]),
            (
                "002-red",
                [
                    try read(), .submitting(variant: 0),
                    .variantFailed(variant: 0, Samples.unknown, response: nil), .failed(Samples.unknown),
                ]
            ),
            (
                "003",
                [
                    try read(), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
                    .variantFailed(variant: 0, Samples.timedOut, response: nil), .failed(Samples.timedOut),
                ]
            ),
        ]
        for (part, events) in ends {
            let name = try #require(FilePath.Component(part + ".json"))
            let origin = Origin(lane: Samples.acme, batch: "2026-05-catalog", file: name)
            let lines = ([.claimed(origin)] + events).flatMap { $0.line(at: Samples.start) }
            try back.put("dropped/\(part)/journal.jsonl", String(decoding: Samples.sealed(lines), as: UTF8.self))
            try back.put("dropped/\(part)/\(part).json", request)
        }
        try FileManager.default.removeItem(atPath: back.folder.appending("dropped/001/hero-1.png").string)
        try FileManager.default.removeItem(atPath: back.folder.appending("dropped/003/hero-1.png").string)
        return back
    }

    private static let parts = ["001", "002-red", "003"]

    /// How each part goes on; `nil` where it stays as it is.
    private static func ways(_ back: PutBackJob) throws -> [Reopening?] {
        try parts.map { part in
            let text = try JournalText(try Journal.read(in: back.folder.pushing(FilePath(part))))
            guard case .retried(Samples.acme, let reopening)? = text.events.last?.event else { return nil }
            return reopening
        }
    }

    struct Marked: Sendable {
        var marks: [String]
        var changed: [String] = []
        var ways: [Reopening?]
    }

    static let marked: [Marked] = [
        Marked(marks: [], ways: [.whole, nil, .whole]),
        Marked(marks: ["dropped/002-red/pay-again"], ways: [.whole, .whole, .whole]),
        Marked(marks: ["dropped/002-red/pay-again.txt"], ways: [.whole, .whole, .whole]),
        Marked(marks: ["dropped/001/pay-again"], ways: [.whole, nil, .whole]),
        Marked(marks: ["dropped/pay-again"], ways: [.whole, .whole, .whole]),
        Marked(marks: [], changed: ["001", "002-red", "003"], ways: [.whole, nil, nil]),
        Marked(marks: ["dropped/003/pay-again"], changed: ["001", "003"], ways: [.whole, nil, .anew]),
    ]

    @Test(arguments: marked)
    func `of a batch only what costs nothing twice goes on, and what is marked`(item: Marked) async throws {
        try await Scratch.with { scratch in
            let back = try Self.batch(in: scratch)
            for mark in item.marks { try back.put(mark, "") }
            for part in item.changed {
                try back.put("dropped/\(part)/\(part).json", Self.request.replacing("\"x\"", with: "\"y\""))
            }
            let job = try back.adopt()
            #expect(job.parts == 3 && job.outcome == nil)
            #expect(try Self.ways(back) == item.ways)
            // It holds once.
            #expect(try back.files().keys.filter { $0.contains("pay-again") } == [])
            #expect(try !scratch.exists("processing/hero.1x2y3z/dropped"))
        }
    }

    @Test func `stopped at any step, the mark is neither lost nor left`() async throws {
        try await Scratch.with { scratch in
            let back = try Self.batch(in: scratch)
            try back.put("dropped/002-red/pay-again", "")
            var stops = 0
            try back.adopt { _ in
                try? FileManager.default.copyItem(
                    atPath: back.folder.string, toPath: scratch.path.appending("stop-\(stops)").string)
                stops += 1
            }
            #expect(stops > 20)
            for stop in 0..<stops {
                try FileManager.default.removeItem(atPath: back.folder.string)
                try FileManager.default.moveItem(
                    atPath: scratch.path.appending("stop-\(stop)").string, toPath: back.folder.string)
                try back.reopen()
                #expect(try Self.ways(back) == [.whole, .whole, .whole], "\(stop)")
                #expect(try back.files().keys.filter { $0.contains("pay-again") } == [], "\(stop)")
            }
        }
    }

    @Test(arguments: [
        (false, Reopening.whole), (true, .anew),
    ])
    func `a single job whose request was changed since it was paid for is sent anew`(
        isChanged: Bool, reopening: Reopening
    ) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            let text = "prompt: x\nimages: https://a.b/c\n"
            let source = RequestSource.fingerprint(of: Array(text.utf8), as: .yaml).value
            let events: [JobEvent] = [
                .claimed(Samples.origin), .read(try Samples.request(source: source)), .submitting(variant: 0),
                .submitted(variant: 0, Samples.task), .variantFailed(variant: 0, Samples.taskFailed, response: nil),
                .failed(Samples.taskFailed),
            ]
            let lines = Samples.sealed(events.flatMap { $0.line(at: Samples.start) })
            try back.put("dropped/journal.jsonl", String(decoding: lines, as: UTF8.self))
            // As Notepad saves it, and with another word.
            let saved = isChanged ? text.replacing("x\n", with: "y\n") : text
            try back.put("dropped/hero.yaml", "\u{FEFF}" + saved.replacing("\n", with: "\r\n"))
            try FileManager.default.removeItem(atPath: back.folder.appending("dropped/hero-1.png").string)
            let job = try back.adopt()
            let last = try JournalText(try Journal.read(in: back.folder)).events.last?.event
            #expect(last == .retried(Samples.acme, reopening))
            #expect(job.isUnread == isChanged && job.charge == .yes)
        }
    }
}
