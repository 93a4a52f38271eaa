// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import DropFolder

/// What a start makes of the ledger and the journals that an earlier run left.
struct MoneyBookedTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `what the ledger lacks of a journal is found, each time it is asked, and nothing else`(seed: UInt64) throws {
        let events = try JournalText(Journalled(seed: seed, variants: 1...4).bytes).events
        let all = BookedLines().missing(of: events) { _ in nil }
        for (index, lost) in all.enumerated() {
            var booked = BookedLines()
            for (other, line) in all.enumerated() where other != index { booked.add(line) }
            for _ in 0..<2 { #expect(booked.missing(of: events) { _ in nil }.map(\.key) == [lost.key]) }
            booked.add(lost)
            #expect(booked.missing(of: events) { _ in nil } == [])
        }
    }

    @Test func `a reading that is broken off cuts nothing off, a whole one what is torn`() async throws {
        try await Scratch.with { scratch in
            let now = try #require(Timestamp("2026-11-25T08:15:30.000Z"))
            let events = try JournalText(Journalled(seed: 3, variants: 4...4).bytes).events
            let lines = BookedLines().missing(of: events) { _ in nil }.map { line in
                var line = line
                line.time = LocalTime(now)
                return line
            }
            #expect(lines.count > 1)
            let text = LedgerLine.header + lines.flatMap(\.bytes)
            let month = LocalDay(now).month
            let file = try scratch.write(text + Array("2026-11".utf8), to: "\(month).csv")
            let ledger = Ledger(in: scratch.path)
            var seen = 0
            _ = try ledger.read(at: now, repairs: true, until: { seen == 1 }) { _ in seen += 1 }
            #expect(seen == 1)
            #expect(try Kernel.open(file, 0).status().size == text.count + 7)
            _ = try ledger.read(at: now, repairs: true) { _ in seen += 1 }
            #expect(seen == 1 + lines.count)
            #expect(try Kernel.open(file, 0).status().size == text.count)
        }
    }
}
