// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// What a start makes of the ledger and the journals that an earlier run left.
@Suite(.zoneStays)
struct MoneyBookedTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `what the ledger lacks of a journal is found, each time it is asked, and nothing else`(seed: UInt64) throws {
        let events = try JournalText(Journalled(seed: seed, variants: 1...4).bytes).events
        let all = Bookkeeping.lines(of: events) { _ in nil }
        for (index, lost) in all.enumerated() {
            var booked = BookedLines()
            for (other, line) in all.enumerated() where other != index { booked.add(line) }
            for _ in 0..<2 { #expect(booked.missing(of: all).map(\.key) == [lost.key]) }
            booked.add(lost)
            #expect(booked.missing(of: all) == [])
        }
    }

    /// Whoever may drop may write a journal by hand: it must not fill the limit of another lane.
    @Test func `what a journal says of before it was put back was written down then, and is not believed now`() throws {
        let sent: [JobEvent] = [
            .read(try Samples.request()), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
            .variantFailed(variant: 0, Samples.taskFailed, response: nil), .failed(Samples.taskFailed),
        ]
        let events: [JobEvent] =
            [.claimed(Origin(lane: Lane(path: "others"), file: "hero.yaml"))] + sent + [.retried(Samples.acme)]
        func booked(_ events: [JobEvent]) -> [LedgerLine] {
            Bookkeeping.lines(of: events.map { DatedEvent(event: $0, at: Samples.start) }) { _ in nil }
        }
        #expect(booked(events) == [])
        let later = booked(events + [.variantFailed(variant: 0, Samples.timedOut, response: nil)])
        #expect(later.map(\.lane) == [Samples.acme])
        #expect(booked(Array(events.dropLast())).count == 2)
    }

    @Test func `a reading that is broken off cuts nothing off, a whole one what is torn`() async throws {
        try await Scratch.with { scratch in
            let now = try #require(Timestamp("2026-11-25T08:15:30.000Z"))
            let events = try JournalText(Journalled(seed: 3, variants: 4...4, retries: 0).bytes).events
            let lines = Bookkeeping.lines(of: events, price: { _ in nil }).map { line in
                var line = line
                line.time = LocalTime(now)
                return line
            }
            #expect(lines.count > 1)
            let text = LedgerLine.header + lines.flatMap(\.bytes)
            let day = LocalDay(now)
            let month = day.month
            let file = try scratch.write(text + Array("2026-11".utf8), to: "\(month).csv")
            let ledger = Ledger(in: scratch.path)
            var seen = 0
            _ = try ledger.read(since: day, repairs: true, until: { seen == 1 }) { _ in seen += 1 }
            #expect(seen == 1)
            #expect(try Kernel.open(file, 0).status().size == text.count + 7)
            _ = try ledger.read(since: day, repairs: true) { _ in seen += 1 }
            #expect(seen == 1 + lines.count)
            #expect(try Kernel.open(file, 0).status().size == text.count)
        }
    }

    // MARK: Which files

    private static func line(_ day: String, job: String = "hero") throws -> LedgerLine {
        LedgerLine(
            time: try #require(LocalTime(day + " 23:30:00")), event: .submitted(price: Amount("0.12")), job: job,
            lane: .root, variant: 1, model: "m", task: TaskID(job + day), request: Fingerprint(value: 1))
    }

    @Test(arguments: 1...12)
    func `on the first of each month the day before it is read, of years of both kinds`(month: Int) async throws {
        try await Scratch.with { scratch in
            let ledger = Ledger(in: scratch.path)
            for year in [2026, 2027, 2028] {
                let today = try #require(LocalDay("\(year)-\(month < 10 ? "0" : "")\(month)-01"))
                let yesterday = try Self.line(today.previous.description)
                let longAgo = try Self.line(today.previous.previous.description)
                ledger.add([longAgo, yesterday])
                try ledger.flush()
                var read: [LedgerLine] = []
                _ = try ledger.read(since: today.previous) { read.append($0) }
                #expect(read == [yesterday])
            }
        }
    }

    @Test func `days to come are read, too: the clock may be late`() async throws {
        try await Scratch.with { scratch in
            let ledger = Ledger(in: scratch.path)
            let lines = try ["2026-09-30", "2026-10-01", "2026-11-28", "2027-01-01"].map { try Self.line($0) }
            ledger.add(lines)
            try ledger.flush()
            for other in ["2026-13.csv", "notes.csv", "2026-11.csv.bak", "2026-11.txt"] {
                try scratch.write(Array("nothing of ours\n".utf8), to: other)
            }
            var read: [LedgerLine] = []
            let foreign = try ledger.read(since: try #require(LocalDay("2026-10-01"))) { read.append($0) }
            #expect(read == Array(lines.dropFirst()))
            #expect(foreign == 0)
        }
    }

    @Test func `jobs of all ages that a crash left find their own lines in the ledger`() async throws {
        try await Scratch.with { scratch in
            let ledger = Ledger(in: scratch.path)
            let today = try #require(LocalDay("2026-12-01"))
            let look = LedgerLook(ledger, since: today)
            let jobs = try ["2026-11-30", "2026-11-29", "2026-10-01", "2025-12-31", "2026-03-01"].map { day in
                let moment = try #require(LocalTime(day + " 12:00:00")).moment
                return try JournalText(Journalled(seed: 3, variants: 4...4, retries: 0).bytes).events.map {
                    DatedEvent(event: $0.event, at: moment)
                }
            }
            for events in jobs { ledger.add(Bookkeeping.lines(of: events) { _ in nil }) }
            try ledger.flush()
            for events in jobs { #expect(try look.missing(of: events) { _ in nil } == []) }
        }
    }

    // MARK: A last line without its break

    @Test(arguments: [true, false])
    func `a last line that an editor left without its break counts and stays`(isReadFirst: Bool) async throws {
        try await Scratch.with { scratch in
            let ledger = Ledger(in: scratch.path)
            let lines = try ["2026-11-25", "2026-11-26", "2026-11-27"].map { try Self.line($0) }
            try scratch.write(
                Array((LedgerLine.header + lines[0].bytes + lines[1].bytes).dropLast()), to: "2026-11.csv")
            var read: [LedgerLine] = []
            let day = try #require(LocalDay("2026-11-25"))
            if isReadFirst {
                _ = try ledger.read(since: day, repairs: true) { read.append($0) }
                #expect(read == Array(lines[..<2]))
            }
            ledger.add([lines[2]])
            try ledger.flush()
            let text = try scratch.bytes(of: "2026-11.csv")
            #expect(text == LedgerLine.header + lines.flatMap(\.bytes))
        }
    }
}
