// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder

/// When submits may leave after trouble, with the time passed in.
struct BreakerTests {
    private static let now = ContinuousClock.now
    private static let backoff = Backoff(first: .seconds(5), limit: .seconds(60))
    /// After the first wait.
    private static let due = now + .seconds(5)

    private static func trouble(_ kind: ServiceTrouble.Kind, retryAfter: Duration? = nil) -> ServiceTrouble {
        ServiceTrouble(kind, "no", retryAfter: retryAfter)
    }

    /// A breaker that is paused for this reason since ``now``.
    private static func paused(_ kind: ServiceTrouble.Kind) -> Breaker {
        var breaker = Breaker(backoff: backoff)
        _ = breaker.saw(trouble(kind), at: now)
        return breaker
    }

    @Test func `while all is well everybody goes, without a limit of its own`() {
        var breaker = Breaker(backoff: Self.backoff)
        equal(breaker.ask(at: Self.now), .go(atMost: nil))
        equal(breaker.sawSuccess(), false)
        equal(breaker.ask(at: Self.now), .go(atMost: nil))
    }

    @Test(arguments: ServiceTrouble.Kind.allCases)
    func `trouble is news once, and nobody goes until the time is up`(kind: ServiceTrouble.Kind) {
        var breaker = Breaker(backoff: Self.backoff)
        equal(breaker.saw(Self.trouble(kind), at: Self.now), true)
        equal(breaker.saw(Self.trouble(kind), at: Self.now + .seconds(1)), false)
        equal(breaker.ask(at: Self.now), .waitUntil(Self.due))
        equal(breaker.ask(at: Self.due - .nanoseconds(1)), .waitUntil(Self.due))
        #expect(breaker.pause?.attempt == 1)
    }

    @Test(arguments: [ServiceTrouble.Kind.balance, .tooFast])
    func `where no free question shows the trouble, one submit finds out`(kind: ServiceTrouble.Kind) {
        var breaker = Self.paused(kind)
        equal(breaker.ask(at: Self.due), .probe)
        equal(breaker.ask(at: Self.due), .waitForProbe)
        equal(breaker.saw(Self.trouble(kind), at: Self.due, wasProbe: true), false)
        equal(breaker.ask(at: Self.due), .waitUntil(Self.due + .seconds(10)))
    }

    @Test(arguments: [ServiceTrouble.Kind.key, .service, .unreachable])
    func `where a free question shows the trouble, it comes before the submit`(kind: ServiceTrouble.Kind) {
        var breaker = Self.paused(kind)
        equal(breaker.ask(at: Self.due), .ask)
        equal(breaker.ask(at: Self.due), .waitForProbe)
        equal(breaker.answered(nil, at: Self.due), false)
        equal(breaker.ask(at: Self.due), .probe)
        equal(breaker.ask(at: Self.due), .waitForProbe)
    }

    @Test(arguments: [ServiceTrouble.Kind.key, .service, .unreachable])
    func `a question that meets the trouble makes the wait longer, and no submit leaves`(kind: ServiceTrouble.Kind) {
        var breaker = Self.paused(kind)
        equal(breaker.ask(at: Self.due), .ask)
        equal(breaker.answered(Self.trouble(kind), at: Self.due), false)
        equal(breaker.ask(at: Self.due), .waitUntil(Self.due + .seconds(10)))
        equal(breaker.ask(at: Self.due + .seconds(10)), .ask)
    }

    @Test func `a question may find another trouble, which is news and decides how to go on`() {
        var breaker = Self.paused(.unreachable)
        equal(breaker.ask(at: Self.due), .ask)
        equal(breaker.answered(Self.trouble(.balance), at: Self.due), true)
        #expect(breaker.pause?.trouble.kind == .balance)
        equal(breaker.ask(at: Self.due + .seconds(10)), .probe)
    }

    @Test func `an answer that comes too late is not taken`() {
        var breaker = Self.paused(.service)
        equal(breaker.answered(nil, at: Self.due), false)
        equal(breaker.ask(at: Self.due), .ask)
        equal(breaker.sawSuccess(), true)
        equal(breaker.answered(Self.trouble(.service), at: Self.due), false)
        #expect(breaker.pause == nil)
    }

    @Test(arguments: ServiceTrouble.Kind.allCases)
    func `a probe that nobody used is free for the next`(kind: ServiceTrouble.Kind) {
        var breaker = Self.paused(kind)
        let first = breaker.ask(at: Self.due)
        breaker.probeWasAbandoned()
        equal(breaker.ask(at: Self.due), first)
        #expect(breaker.pause?.attempt == 1)
    }

    @Test func `those that left before the pause neither lengthen it nor change its reason`() {
        var breaker = Self.paused(.balance)
        for _ in 0..<50 { equal(breaker.saw(Self.trouble(.tooFast, retryAfter: .seconds(999)), at: Self.due), false) }
        #expect(breaker.pause?.trouble == Self.trouble(.balance))
        equal(breaker.ask(at: Self.due), .probe)
        equal(breaker.saw(Self.trouble(.tooFast), at: Self.due), false)
        equal(breaker.ask(at: Self.due), .waitForProbe)
    }

    @Test func `a probe waits longer each time, up to the limit`() {
        var breaker = Self.paused(.balance)
        var now = Self.now
        for seconds in [5, 10, 20, 40, 60, 60] {
            equal(breaker.ask(at: now), .waitUntil(now + .seconds(seconds)))
            now = now + .seconds(seconds)
            equal(breaker.ask(at: now), .probe)
            _ = breaker.saw(Self.trouble(.balance), at: now, wasProbe: true)
        }
        #expect(breaker.pause?.attempt == 7)
    }

    @Test func `after a pause the number under way doubles with each success, then has no limit`() {
        var breaker = Self.paused(.balance)
        _ = breaker.ask(at: Self.due)
        equal(breaker.sawSuccess(), true)
        for most in [2, 4, 8, 16, 32, 64] {
            equal(breaker.ask(at: Self.due), .go(atMost: most))
            equal(breaker.sawSuccess(), false)
        }
        equal(breaker.ask(at: Self.due), .go(atMost: nil))
        equal(breaker.sawSuccess(), false)
        equal(breaker.ask(at: Self.due), .go(atMost: nil))
    }

    @Test func `trouble while it opens is a new pause, and the opening begins anew after it`() {
        var breaker = Self.paused(.balance)
        _ = breaker.sawSuccess()
        _ = breaker.sawSuccess()
        let wall = Samples.later
        equal(breaker.sawTrouble(Self.trouble(.service), at: Self.due, wall: wall, wasProbe: false, random: 0.5), true)
        #expect(breaker.pause?.attempt == 1)
        #expect(breaker.pause?.since == wall)
        equal(breaker.ask(at: Self.due), .waitUntil(Self.due + .seconds(5)))
        equal(breaker.sawSuccess(), true)
        equal(breaker.ask(at: Self.due), .go(atMost: 2))
    }

    @Test func `a pause lasts at least as long as the server asks, and keeps its beginning`() {
        var breaker = Breaker(backoff: Self.backoff)
        let slow = Self.trouble(.tooFast, retryAfter: .seconds(30))
        _ = breaker.sawTrouble(slow, at: Self.now, wall: Samples.start, wasProbe: false, random: 0.5)
        equal(breaker.ask(at: Self.now), .waitUntil(Self.now + .seconds(30)))
        let next = Self.now + .seconds(30)
        equal(breaker.ask(at: next), .probe)
        let shorter = Self.trouble(.tooFast, retryAfter: .seconds(1))
        _ = breaker.sawTrouble(shorter, at: next, wall: Samples.later, wasProbe: true, random: 0.5)
        equal(breaker.ask(at: next), .waitUntil(next + .seconds(10)))
        #expect(breaker.pause?.since == Samples.start)
    }

    @Test func `a question's answer may ask to wait, too`() {
        var breaker = Self.paused(.service)
        equal(breaker.ask(at: Self.due), .ask)
        _ = breaker.answered(Self.trouble(.service, retryAfter: .seconds(99)), at: Self.due)
        equal(breaker.ask(at: Self.due), .waitUntil(Self.due + .seconds(99)))
    }
}

extension Breaker {
    fileprivate mutating func saw(
        _ trouble: ServiceTrouble, at now: ContinuousClock.Instant, wasProbe: Bool = false
    ) -> Bool {
        sawTrouble(trouble, at: now, wall: Samples.start, wasProbe: wasProbe, random: 0.5)
    }

    fileprivate mutating func answered(_ trouble: ServiceTrouble?, at now: ContinuousClock.Instant) -> Bool {
        sawAnswer(trouble, at: now, wall: Samples.start, random: 0.5)
    }
}
