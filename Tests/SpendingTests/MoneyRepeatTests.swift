// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import TestSupport

/// The guard against repeats and loops, with the time passed in; and the fingerprint that it goes by.
struct MoneyRepeatTests {
    private static let second: Int64 = 1000
    private static let minute: Int64 = 60_000
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 86_400_000

    private static func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: 1_800_000_000_000 + milliseconds)
    }

    private static func asked(_ content: UInt64, _ name: String, again: Bool = false) -> Asked {
        Asked(content: Fingerprint(value: content), name: name, isAgain: again)
    }

    // MARK: The same under the same name

    @Test(arguments: [0, 1, hour, day, 7 * day])
    func `the same under the same name is held from the second time on, and says since when`(later: Int64) {
        var guarding = RepeatGuard(limit: 5, rule: .hold)
        let hero = Self.asked(1, "acme/hero")
        equal(guarding.repetition(of: hero, at: Self.at(0)), nil)
        guarding.begin(hero, at: Self.at(0))
        equal(guarding.repetition(of: hero, at: Self.at(later)), .sameName("acme/hero", since: Self.at(0)))
        equal(guarding.repetition(of: Self.asked(2, "acme/hero"), at: Self.at(later)), nil)
        equal(guarding.repetition(of: Self.asked(1, "other/hero"), at: Self.at(later)), nil)
        equal(guarding.repetition(of: Self.asked(1, "acme/hero", again: true), at: Self.at(later)), nil)
    }

    @Test func `eight days later it is another wish, and a clock that was wrong holds nothing for years`() {
        var guarding = RepeatGuard(limit: 5, rule: .hold)
        let hero = Self.asked(1, "hero")
        guarding.begin(hero, at: Self.at(0))
        equal(guarding.repetition(of: hero, at: Self.at(8 * Self.day)), nil)
        equal(guarding.repetition(of: hero, at: Self.at(-8 * Self.day)), nil)
    }

    @Test func `whoever wants it so pays each time, but for a loop`() {
        var guarding = RepeatGuard(limit: 2, rule: .pay)
        let hero = Self.asked(1, "hero")
        for moment in [0, 1] as [Int64] {
            equal(guarding.repetition(of: hero, at: Self.at(moment)), nil)
            guarding.begin(hero, at: Self.at(moment))
        }
        equal(guarding.repetition(of: hero, at: Self.at(2)), .loop(times: 2))
    }

    @Test func `what was given back, or cost nothing, does not count, and what was paid before it does`() {
        var guarding = RepeatGuard(limit: 5, rule: .hold)
        let hero = Self.asked(1, "hero")
        guarding.begin(hero, at: Self.at(0))
        guarding.undo(hero)
        guarding.undo(hero)
        equal(guarding.repetition(of: hero, at: Self.at(1)), nil)
        guarding.begin(hero, at: Self.at(2))
        guarding.begin(hero.again, at: Self.at(3))
        guarding.undo(hero.again)
        equal(guarding.repetition(of: hero, at: Self.at(4)), .sameName("hero", since: Self.at(2)))
    }

    @Test func `pictures of one's own may be others, so only a loop tells`() {
        var guarding = RepeatGuard(limit: 2, rule: .hold)
        var hero = Self.asked(1, "hero")
        hero.isAllTold = false
        for moment in [0, 1] as [Int64] {
            equal(guarding.repetition(of: hero, at: Self.at(moment)), nil)
            guarding.begin(hero, at: Self.at(moment))
        }
        equal(guarding.repetition(of: hero, at: Self.at(2)), .loop(times: 2))
    }

    // MARK: Copies

    @Test(arguments: [
        ("hero", "hero (1)"), ("hero", "hero 2"), ("hero", "hero2"), ("hero", "hero-DESKTOP-4F2K9QX"),
        ("hero", "hero - Copy"), ("hero", "Copy of hero"), ("hero", "hero_copy"), ("hero", "HERO (2)"),
        ("hero", "hero Kopie"), ("hero (1)", "hero"), ("Überblick", "U\u{308}berblick 2"), ("a/hero", "a/hero.1"),
        ("acme/hero", "acme - Copy/hero"), ("acme/hero", "acme (1)/hero (1)"), ("1", "1 (2)"), ("shot-01", "shot-01-2"),
    ])
    func `these names are one made from the other`(one: String, other: String) {
        #expect(CopiedName.areKin(one, other) && CopiedName.areKin(other, one))
    }

    @Test(arguments: [
        ("hero", "heroes"), ("1", "10"), ("try1", "try12"), ("hero", "villain"), ("acme/hero", "hero"),
        ("acme/hero", "other/hero"), ("shot-01", "shot-02"), ("a", "banana"), ("a/b", "a/b/c"), ("x", ""),
    ])
    func `these names have nothing to do with each other`(one: String, other: String) {
        #expect(!CopiedName.areKin(one, other) && !CopiedName.areKin(other, one))
    }

    @Test func `the same under the name of a copy is held for minutes, with the name of the original`() {
        var guarding = RepeatGuard(limit: 5, rule: .hold)
        guarding.begin(Self.asked(1, "hero"), at: Self.at(0))
        let copy = Self.asked(1, "hero (1)")
        let held = Repetition.copy("hero (1)", of: "hero", since: Self.at(0))
        for moment in [0, Self.second, 9 * Self.minute] {
            equal(guarding.repetition(of: copy, at: Self.at(moment)), held)
        }
        equal(guarding.repetition(of: copy, at: Self.at(10 * Self.minute)), nil)
        // One that came in time and was held, or waited, since then.
        let came = [Self.at(-Self.day), Self.at(5 * Self.second)]
        equal(guarding.repetition(of: copy, came: came, at: Self.at(2 * Self.hour)), held)
        equal(guarding.repetition(of: copy, came: [Self.at(Self.hour)], at: Self.at(2 * Self.hour)), nil)
        equal(guarding.repetition(of: Self.asked(9, "hero (1)"), rows: [copy], at: Self.at(Self.hour)), nil)
        let table = Self.asked(9, "hero (1)/hero (1)")
        guarding.begin(Self.asked(1, "hero/1"), at: Self.at(0))
        let rows = [Self.asked(1, "hero (1)/1")]
        equal(
            guarding.repetition(of: table, rows: rows, came: came, at: Self.at(2 * Self.hour)),
            .copy(table.name, of: "hero", since: Self.at(0)))
        equal(guarding.repetition(of: copy.again, at: Self.at(1)), nil)
        equal(guarding.repetition(of: Self.asked(2, "hero (1)"), at: Self.at(1)), nil)
        equal(guarding.repetition(of: Self.asked(1, "villain"), at: Self.at(1)), nil)
    }

    // MARK: Tables

    private static func rows(_ contents: [UInt64], of table: String) -> [Asked] {
        contents.enumerated().map { asked($1, "\(table)/00\($0 + 1)") }
    }

    @Test func `the same table is held as a whole, also where its bytes are others, and a copy of it`() {
        var guarding = RepeatGuard(limit: 5, rule: .hold)
        let (table, rows) = (Self.asked(100, "acme/catalog"), Self.rows([1, 2, 3], of: "acme/catalog"))
        equal(guarding.repetition(of: table, rows: rows, at: Self.at(0)), nil)
        guarding.begin(table, at: Self.at(0))
        for row in rows { guarding.begin(row, at: Self.at(0)) }
        let held = Repetition.sameName("acme/catalog", since: Self.at(0))
        equal(guarding.repetition(of: table, rows: rows, at: Self.at(1)), held)
        equal(guarding.repetition(of: Self.asked(101, "acme/catalog"), rows: rows, at: Self.at(1)), held)
        equal(guarding.repetition(of: table.again, rows: rows.map(\.again), at: Self.at(1)), nil)
        let copy = Self.rows([1, 2, 3], of: "acme/catalog (1)")
        equal(
            guarding.repetition(of: Self.asked(101, "acme/catalog (1)"), rows: copy, at: Self.at(1)),
            .copy("acme/catalog (1)", of: "acme/catalog", since: Self.at(0)))
        // A changed word is another wish.
        let changed = Self.rows([1, 2, 4], of: "acme/catalog")
        equal(guarding.repetition(of: Self.asked(102, "acme/catalog"), rows: changed, at: Self.at(1)), nil)
    }

    @Test func `after a restart the ledger's lines tell the same table`() {
        var guarding = RepeatGuard(limit: 5, rule: .hold)
        let rows = Self.rows([1, 2, 3], of: "catalog")
        for row in rows { guarding.seed(row, at: Self.at(0), isFirst: true) }
        equal(
            guarding.repetition(of: Self.asked(100, "catalog"), rows: rows, at: Self.at(Self.hour)),
            .sameName("catalog", since: Self.at(0)))
    }

    @Test func `rows that ask for the same count, with what began before, unless they say that they are meant`() {
        var guarding = RepeatGuard(limit: 3, rule: .hold)
        let table = Self.asked(100, "catalog")
        func verdict(_ contents: [UInt64]) -> Repetition? {
            guarding.repetition(of: table, rows: Self.rows(contents, of: "catalog"), at: Self.at(0))
        }
        equal(verdict([1, 1, 1, 2, 2]), nil)
        equal(verdict([1, 2, 1, 1, 2, 1, 1]), .rows("catalog", count: 5))
        guarding.begin(Self.asked(1, "single"), at: Self.at(-1))
        equal(verdict([1, 1]), nil)
        equal(verdict([1, 1, 1]), .loop(times: 3))
        let meant = Self.rows([1, 1, 1, 1], of: "catalog").map(\.again)
        equal(guarding.repetition(of: table, rows: meant, at: Self.at(0)), nil)
    }

    // MARK: Loops

    @Test func `so many of the same content begin within an hour, and then none by time alone`() {
        var loop = RepeatGuard(limit: 3, rule: .hold)
        for (index, moment) in ([0, 10, 20] as [Int64]).enumerated() {
            equal(loop.repetition(of: Self.asked(1, "try \(index)"), at: Self.at(moment)), nil)
            loop.begin(Self.asked(1, "try \(index)"), at: Self.at(moment))
        }
        for moment in [30, Self.hour, Self.day] {
            equal(loop.repetition(of: Self.asked(1, "more"), at: Self.at(moment)), .loop(times: 3))
            equal(loop.repetition(of: Self.asked(2, "more"), at: Self.at(moment)), nil)
        }
        // Meant once more, it has a count of its own.
        for index in 0..<3 {
            equal(loop.repetition(of: Self.asked(1, "meant \(index)", again: true), at: Self.at(40)), nil)
            loop.begin(Self.asked(1, "meant \(index)", again: true), at: Self.at(40))
        }
        equal(loop.repetition(of: Self.asked(1, "meant", again: true), at: Self.at(50)), .loop(times: 3))
    }

    @Test func `what comes slowly is no loop`() {
        var loop = RepeatGuard(limit: 3, rule: .hold)
        for index in 0..<20 {
            let moment = Self.at(Int64(index) * 31 * Self.minute)
            equal(loop.repetition(of: Self.asked(1, "daily \(index)"), at: moment), nil)
            loop.begin(Self.asked(1, "daily \(index)"), at: moment)
        }
    }

    @Test func `what began before a restart counts, whatever the order`() {
        var loop = RepeatGuard(limit: 2, rule: .hold)
        for moment in [0, 10, 20, 30] as [Int64] {
            loop.seed(Self.asked(1, "try \(moment)"), at: Self.at(moment), isFirst: true)
        }
        loop.seed(Self.asked(2, "twice"), at: Self.at(0), isFirst: true)
        loop.seed(Self.asked(2, "twice"), at: Self.at(0), isFirst: false)
        equal(loop.repetition(of: Self.asked(1, "more"), at: Self.at(40)), .loop(times: 2))
        equal(loop.repetition(of: Self.asked(2, "more"), at: Self.at(40)), nil)
        equal(loop.repetition(of: Self.asked(2, "twice"), at: Self.at(40)), .sameName("twice", since: Self.at(0)))
    }

    @Test func `switched off it lets everything through and remembers nothing`() {
        var loop = RepeatGuard(limit: 0, rule: .pay)
        loop.seed(Self.asked(1, "a"), at: Self.at(0), isFirst: true)
        for _ in 0..<1000 {
            equal(loop.repetition(of: Self.asked(1, "a"), at: Self.at(0)), nil)
            loop.begin(Self.asked(1, "a"), at: Self.at(0))
        }
        #expect(loop.remembered == 0)
    }

    @Test func `however many begin, so many are remembered and no more, and what is old is forgotten`() {
        var loop = RepeatGuard(limit: 1, rule: .hold, memory: 10)
        for number in 0..<100 { loop.begin(Self.asked(UInt64(number), "\(number)"), at: Self.at(0)) }
        #expect(loop.remembered == 10)
        equal(loop.repetition(of: Self.asked(95, "95"), at: Self.at(1)), .sameName("95", since: Self.at(0)))
        equal(loop.repetition(of: Self.asked(5, "5"), at: Self.at(1)), nil)
        for _ in 0..<100 { loop.begin(Self.asked(7, "the same"), at: Self.at(1)) }
        #expect(loop.remembered == 10)
        loop.begin(Self.asked(8, "later"), at: Self.at(9 * Self.day))
        #expect(loop.remembered == 1)
    }

    // MARK: Fingerprints

    @Test(arguments: [
        ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"),
    ])
    func `the fingerprint is FNV-1a in 64 bits`(text: String, digits: String) {
        #expect(Fingerprint(of: Array(text.utf8)).description == digits)
    }

    @Test(arguments: [0, 1, 0xAB, .max] as [UInt64])
    func `a fingerprint is written with 16 digits and read back`(value: UInt64) {
        let text = Fingerprint(value: value).description
        #expect(text.utf8.count == 16)
        #expect(Fingerprint(text)?.value == value)
    }

    @Test(arguments: [
        "", "1", "cbf29ce48422232", "cbf29ce4842223250", "CBF29CE484222325", "+bf29ce484222325", "gbf29ce484222325",
    ])
    func `other texts are no fingerprint`(text: String) {
        #expect(Fingerprint(text) == nil)
    }
}
