// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import Requests
@testable import Spending
@testable import TestSupport

/// What the guard against repeats remembers, beside a list that is looked through from its end.
struct BeginLogTests {
    /// All of it, in the plainest form.
    private struct PlainList {
        struct Begin: Equatable {
            var asked: Asked
            var moment: Timestamp
            var isFirst: Bool
            var isUndone = false
        }

        var begins: [Begin] = []

        private var alive: [Begin] { begins.filter { !$0.isUndone } }

        func requests(for content: Fingerprint) -> [Begin] {
            alive.filter { $0.asked.content == content && $0.isFirst }
        }

        func latest(_ asked: Asked) -> Begin? {
            alive.last { $0.asked.content == asked.content && $0.asked.name == asked.name }
        }

        mutating func undo(_ asked: Asked) {
            let same = begins.indices.filter { index in
                let begin = begins[index]
                return !begin.isUndone && begin.asked.content == asked.content && begin.asked.name == asked.name
            }
            guard let first = same.last(where: { begins[$0].isFirst }) else { return }
            for index in same where index >= first { begins[index].isUndone = true }
        }
    }

    /// Names that are no text of one encoding, too: composed and not, they are the same.
    private static let names = ["", "hero", "a/hero", "\u{E9}", "e\u{301}", String(repeating: "long/", count: 50)]

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `it finds what a plain list finds, whatever came, was undone and was forgotten`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let memory = Int.random(in: 1...40, using: &random)
        let contents = UInt64.random(in: 1...6, using: &random)
        let names = Self.names.shuffled(using: &random).prefix(4)
        var log = BeginLog()
        var plain = PlainList()
        var found = 0
        for step in 0..<3000 as Range<Int64> {
            let asked = Asked(
                content: Fingerprint(value: .random(in: 1...contents, using: &random)),
                name: names.randomElement(using: &random) ?? "", isAgain: .random(using: &random))
            let moment = Timestamp(milliseconds: step)
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                log.undo(asked, most: 50)
                plain.undo(asked)
            case 1:
                log.removeOldest()
                if !plain.begins.isEmpty { plain.begins.removeFirst() }
            default:
                let isFirst = Int.random(in: 0..<3, using: &random) > 0
                log.append(asked, at: moment, isFirst: isFirst)
                plain.begins.append(.init(asked: asked, moment: moment, isFirst: isFirst))
                if log.count > memory {
                    log.removeOldest()
                    plain.begins.removeFirst()
                }
            }
            let (mine, others) = (log.requests(for: asked.content, most: 50), plain.requests(for: asked.content))
            equal(mine.map(\.moment), others.map(\.moment))
            equal(mine.map(\.isAgain), others.map(\.asked.isAgain))
            equal(mine.map { log.name(of: $0) }, others.map(\.asked.name))
            equal(log.latest(asked, most: 50)?.moment, plain.latest(asked)?.moment)
            equal(log.count, plain.begins.count)
            equal(log.since, plain.begins.first?.moment)
            found += mine.isEmpty ? 0 : 1
        }
        #expect(found > 300)
    }

    @Test func `a request is remembered in less than a hundred bytes`() {
        #expect(MemoryLayout<BeginLog.Record>.stride == 32)
    }

    @Test(.timeLimit(.minutes(1)))
    func `it stays quick where all ask for the same, under one name or under many, and all is undone`() {
        var guarding = RepeatGuard(limit: 0, rule: .hold)
        for number in 0..<20_000 {
            let asked = Asked(content: Fingerprint(value: 1), name: number.isMultiple(of: 2) ? "hero" : "\(number)")
            _ = guarding.repetition(of: asked, at: Timestamp(milliseconds: 0))
            guarding.begin(asked, at: Timestamp(milliseconds: 0))
            if !number.isMultiple(of: 3) { guarding.undo(asked) }
        }
        #expect(guarding.remembered == 20_000)
    }
}
