// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jobs
@testable import TestSupport

/// Journals of random lives, cut short anywhere.
struct JournalPrefixTests {
    /// What ``JournalText`` makes of so many bytes is what the whole lines among them say.
    private static func check(_ journal: Journalled, cutTo length: Int, _ seed: UInt64) throws {
        let text = try JournalText(Array(journal.bytes.prefix(length)))
        let lines = journal.lines(within: length)
        #expect(text.length == journal.starts[lines], "seed \(seed), \(length) bytes")
        #expect(text.job == (lines == 0 ? nil : journal.jobs[lines - 1]), "seed \(seed), \(length) bytes")
    }

    @Test(arguments: 0..<UInt64(2))
    func `a journal cut short at any byte is the journal of an earlier moment`(seed: UInt64) throws {
        let journal = try Journalled(seed: seed, variants: 1...1, retries: 1)
        for length in 0...journal.bytes.count { try Self.check(journal, cutTo: length, seed) }
    }

    @Test func `so are a hundred others, cut at random and around each end of a line`() throws {
        for seed in 100..<UInt64(200) {
            let journal = try Journalled(seed: seed, variants: 1...3)
            var random = SeededRandom(seed: seed)
            for _ in 0..<10 { try Self.check(journal, cutTo: random.index(journal.bytes.count + 1), seed) }
            let end = journal.starts[random.index(journal.starts.count - 1) + 1]
            for length in [end - 1, end] { try Self.check(journal, cutTo: length, seed) }
        }
    }

    @Test func `zeros behind any prefix, as a power cut leaves them, change nothing`() throws {
        for seed in 200..<UInt64(260) {
            let journal = try Journalled(seed: seed, variants: 1...3)
            var random = SeededRandom(seed: seed)
            let length = random.index(journal.bytes.count + 1)
            let zeros = [UInt8](repeating: 0, count: random.index(200))
            let text = try JournalText(Array(journal.bytes.prefix(length)) + zeros)
            #expect(text.length == journal.starts[journal.lines(within: length)], "seed \(seed)")
        }
    }
}
