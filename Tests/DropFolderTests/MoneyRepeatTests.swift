// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder

/// The guard against loops, with the time passed in; and the fingerprint that it goes by.
struct MoneyRepeatTests {
    private static let content = Fingerprint(value: 1)
    private static let other = Fingerprint(value: 2)
    private static let hour: Int64 = 3_600_000

    private static func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: 1_800_000_000_000 + milliseconds)
    }

    @Test func `so many of the same content begin within an hour, the next when the first is an hour old`() {
        var loop = RepeatGuard(limit: 3)
        for moment in [0, 10, 20] { equal(loop.begin(Self.content, at: Self.at(Int64(moment))), nil) }
        equal(loop.begin(Self.content, at: Self.at(30)), Self.at(Self.hour))
        equal(loop.begin(Self.other, at: Self.at(30)), nil)
        equal(loop.begin(Self.content, at: Self.at(Self.hour - 1)), Self.at(Self.hour))
        equal(loop.begin(Self.content, at: Self.at(Self.hour)), nil)
        equal(loop.begin(Self.content, at: Self.at(Self.hour)), Self.at(Self.hour + 10))
    }

    @Test func `a refused request does not count`() {
        var loop = RepeatGuard(limit: 1)
        equal(loop.begin(Self.content, at: Self.at(0)), nil)
        for moment in 1..<100 { equal(loop.begin(Self.content, at: Self.at(Int64(moment))), Self.at(Self.hour)) }
        equal(loop.begin(Self.content, at: Self.at(Self.hour)), nil)
    }

    @Test func `switched off it lets everything through and remembers nothing`() {
        var loop = RepeatGuard(limit: 0)
        loop.seed(Self.content, at: Self.at(0))
        for _ in 0..<1000 { equal(loop.begin(Self.content, at: Self.at(0)), nil) }
        #expect(loop.contents == 0)
    }

    @Test func `a request that was given back does not count`() {
        var loop = RepeatGuard(limit: 2)
        equal(loop.begin(Self.content, at: Self.at(0)), nil)
        equal(loop.begin(Self.content, at: Self.at(5)), nil)
        loop.undo(Self.content, at: Self.at(0))
        equal(loop.begin(Self.content, at: Self.at(6)), nil)
        equal(loop.begin(Self.content, at: Self.at(7)), Self.at(Self.hour + 5))
        loop.undo(Self.content, at: Self.at(6))
        loop.undo(Self.content, at: Self.at(5))
        loop.undo(Self.content, at: Self.at(5))
        #expect(loop.contents == 0)
        equal(loop.begin(Self.content, at: Self.at(8)), nil)
        equal(loop.begin(Self.content, at: Self.at(Self.hour + 7)), nil)
        equal(loop.begin(Self.content, at: Self.at(Self.hour + 7)), Self.at(Self.hour + 8))
    }

    @Test func `two that began in the same moment are two, also when one is given back`() {
        var loop = RepeatGuard(limit: 2)
        for _ in 0..<2 { equal(loop.begin(Self.content, at: Self.at(0)), nil) }
        loop.undo(Self.content, at: Self.at(0))
        equal(loop.begin(Self.content, at: Self.at(0)), nil)
        equal(loop.begin(Self.content, at: Self.at(0)), Self.at(Self.hour))
        equal(loop.begin(Self.content, at: Self.at(Self.hour)), nil)
        #expect(loop.contents == 1)
    }

    @Test func `what began before a restart counts, the newest where it was more than the limit`() {
        var loop = RepeatGuard(limit: 2)
        for moment in [0, 10, 20, 30] { loop.seed(Self.content, at: Self.at(Int64(moment))) }
        equal(loop.begin(Self.content, at: Self.at(40)), Self.at(Self.hour + 20))
        equal(loop.begin(Self.content, at: Self.at(Self.hour + 20)), nil)
    }

    @Test func `what is older than the window is forgotten`() {
        var loop = RepeatGuard(limit: 1, window: .seconds(1))
        for number in 0..<100_000 {
            let content = Fingerprint(value: UInt64(number))
            equal(loop.begin(content, at: Self.at(Int64(number))), nil)
        }
        #expect(loop.contents == 1000)
    }

    @Test func `however many begin, so many are remembered and no more`() {
        var loop = RepeatGuard(limit: 1, memory: 10)
        for number in 0..<100 { _ = loop.begin(Fingerprint(value: UInt64(number)), at: Self.at(0)) }
        #expect(loop.contents == 10)
        equal(loop.begin(Fingerprint(value: 95), at: Self.at(1)), Self.at(Self.hour))
        equal(loop.begin(Fingerprint(value: 5), at: Self.at(1)), nil)
    }

    @Test func `the moment is always to come, and a clock that was wrong does not hold a request for days`() {
        var loop = RepeatGuard(limit: 1)
        let year = Self.hour * 24 * 365
        equal(loop.begin(Self.content, at: Self.at(year)), nil)
        equal(loop.begin(Self.content, at: Self.at(0)), nil)
        equal(loop.begin(Self.content, at: Self.at(-10)), Self.at(Self.hour - 10))
        equal(loop.begin(Self.other, at: Self.at(-500)), nil)
        equal(loop.begin(Self.other, at: Self.at(Self.hour - 500)), nil)
    }

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
