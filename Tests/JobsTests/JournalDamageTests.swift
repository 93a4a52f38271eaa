// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jobs
@testable import TestSupport

/// Journals of random lives, damaged at any moment of them: what is damaged is never taken for the truth.
struct JournalDamageTests {
    struct Damage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Damaged journals, each with the line, from 0, from which on it is wrong.
        var make: @Sendable (Journalled, inout SeededRandom) -> [(line: Int, bytes: [UInt8])]
    }

    private static let deleted = Damage(testDescription: "a line is missing") { journal, _ in
        journal.events.indices.dropLast().map { ($0, journal.replacing($0..<$0 + 1, with: [])) }
    }

    private static let doubled = Damage(testDescription: "a line is there twice") { journal, _ in
        journal.events.indices.map { ($0 + 1, journal.replacing($0..<$0 + 1, with: journal[$0] + journal[$0])) }
    }

    private static let swapped = Damage(testDescription: "two lines have changed places") { journal, _ in
        journal.events.indices.dropLast().map {
            ($0, journal.replacing($0..<$0 + 2, with: journal[$0 + 1] + journal[$0]))
        }
    }

    /// The last line feed is left out: without it the last line is one that a crash cut short.
    private static let flipped = Damage(testDescription: "a bit has flipped") { journal, random in
        (0..<20).map { _ in
            let place = random.index(journal.bytes.count - 1)
            var bytes = journal.bytes
            bytes[place] ^= 1 << UInt8(random.index(8))
            return (journal.line(at: place), bytes)
        }
    }

    private static let renumbered = Damage(testDescription: "a line speaks of another variant") { journal, _ in
        journal.events.indices.compactMap { line in
            guard let variant = journal.events[line].variant else { return nil }
            let (old, new) = (#""variant":\#(variant + 1)"#, #""variant":\#((variant + 1) % 3 + 1)"#)
            let text = String(decoding: journal[line], as: UTF8.self).replacing(old, with: new)
            return (line, journal.replacing(line..<line + 1, with: Array(text.utf8)))
        }
    }

    private static let garbled = Damage(testDescription: "a piece was written over") { journal, random in
        (0..<10).map { _ in
            let place = random.index(journal.bytes.count - 1)
            let length = min(1 + random.index(50), journal.bytes.count - 1 - place)
            var bytes = journal.bytes
            let others = (0..<random.index(80)).map { _ in UInt8(random.index(256)) }
            bytes.replaceSubrange(place..<place + length, with: others)
            return (journal.line(at: place), bytes)
        }
    }

    static let kinds = [deleted, doubled, swapped, flipped, renumbered, garbled]

    /// What is wrong with how a damaged journal is taken; `nil` where it is reported as it should be.
    private static func complaint(_ damaged: [UInt8], of journal: Journalled, from line: Int) -> String? {
        do {
            let steps = try JournalText(damaged).job?.resumed().steps ?? [.read]
            let truth = journal.jobs.last?.variants ?? []
            let sent = truth.indices.filter { truth[$0].charge != .no }
            let again = sent.filter { steps == [.read] || steps.compactMap(\.permit).contains($0) }
            return again.isEmpty ? "is taken for the truth" : "would send variant \(again[0]) a second time"
        } catch JournalText.Damage.line(line + 1) {
            return nil
        } catch {
            return "is reported as \(error)"
        }
    }

    @Test(arguments: kinds, [1...1, 2...3])
    func `it is reported with the first line that is wrong`(damage: Damage, variants: ClosedRange<Int>) throws {
        var complaints: [String] = []
        var cases = 0
        for seed in 300..<UInt64(325) {
            var random = SeededRandom(seed: seed)
            let whole = try Journalled(seed: seed, variants: variants)
            // Any moment of its life will do.
            let journal = whole.prefix(1 + random.index(whole.events.count))
            for (line, bytes) in damage.make(journal, &random) where bytes != journal.bytes {
                cases += 1
                guard let complaint = Self.complaint(bytes, of: journal, from: line) else { continue }
                let words = journal.events.map { "\($0.kind.rawValue) \($0.variant.map(String.init) ?? "")" }
                complaints.append("seed \(seed), line \(line + 1) of \(words): \(complaint)")
            }
        }
        #expect(complaints.prefix(5) == [], "\(complaints.count) of \(cases)")
        #expect(cases > 50)
    }

    @Test func `a line of another job's journal has no place in this one`() throws {
        for seed in 400..<UInt64(440) {
            let (journal, other) = try (
                Journalled(seed: seed, variants: 1...1), Journalled(seed: seed + 1000, variants: 1...1)
            )
            for line in 1..<min(journal.events.count, other.events.count) {
                let mixed = journal.replacing(line..<line + 1, with: other[line])
                #expect(throws: JournalText.Damage.line(line + 1), "seed \(seed)") { try JournalText(mixed) }
            }
        }
    }
}
