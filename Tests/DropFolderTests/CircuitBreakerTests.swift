// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import FileIO
@testable import Jobs
@testable import TestSupport

/// When submits may leave after trouble, with the time passed in.
struct CircuitBreakerTests {
    static let now = ContinuousClock.now
    static let backoff = Backoff(first: .seconds(5), limit: .seconds(60))
    /// After the first wait.
    static let due = now + .seconds(5)

    /// What the breaker itself can come to by what the service says.
    static let kinds: [ServiceTrouble.Kind] = [.key, .blocked, .balance, .tooFast, .service, .unreachable]

    static func trouble(_ kind: ServiceTrouble.Kind, retryAfter: Duration? = nil) -> ServiceTrouble {
        ServiceTrouble(kind, "no", retryAfter: retryAfter)
    }

    /// A breaker that is paused for this reason since ``now``, whatever it took.
    private static func paused(_ kind: ServiceTrouble.Kind) -> CircuitBreaker {
        var breaker = CircuitBreaker(backoff: backoff)
        for requester: UInt64 in 1...3 where breaker.pause == nil {
            _ = breaker.refused(trouble(kind), of: requester, at: now)
        }
        return breaker
    }

    @Test func `while all is well everybody goes`() {
        var breaker = CircuitBreaker(backoff: Self.backoff)
        equal(breaker.ask(at: Self.now), .go)
        equal(breaker.sawTaken(), false)
        equal(breaker.ask(at: Self.now), .go)
    }

    @Test(arguments: kinds)
    func `trouble of several is news once, and nobody goes who met it until the time is up`(kind: ServiceTrouble.Kind) {
        var breaker = Self.paused(kind)
        equal(breaker.refused(Self.trouble(kind), of: 9, at: Self.now + .seconds(1)), false)
        equal(breaker.ask(at: Self.now), .waitUntil(Self.due))
        equal(breaker.ask(at: Self.due - .nanoseconds(1)), .waitUntil(Self.due))
        #expect(breaker.pause?.attempt == 1)
    }

    @Test(arguments: [ServiceTrouble.Kind.balance, .tooFast])
    func `where no free question shows the trouble, one submit finds out`(kind: ServiceTrouble.Kind) {
        var breaker = Self.paused(kind)
        equal(breaker.ask(at: Self.due), .probe)
        equal(breaker.ask(at: Self.due), .wait)
        equal(breaker.refused(Self.trouble(kind), at: Self.due, wasProbe: true), false)
        equal(breaker.ask(at: Self.due), .waitUntil(Self.due + .seconds(10)))
    }

    @Test(arguments: [ServiceTrouble.Kind.key, .blocked, .service, .unreachable])
    func `where a free question shows the trouble, it comes before the submit`(kind: ServiceTrouble.Kind) {
        var breaker = Self.paused(kind)
        equal(breaker.ask(at: Self.due), .ask)
        equal(breaker.ask(at: Self.due), .wait)
        equal(breaker.answered(nil, at: Self.due), .probeAllowed)
        equal(breaker.ask(at: Self.due), .probe)
        equal(breaker.ask(at: Self.due), .wait)
    }

    @Test(arguments: [ServiceTrouble.Kind.key, .blocked, .service, .unreachable])
    func `a question that meets the trouble makes the wait longer, and no submit leaves`(kind: ServiceTrouble.Kind) {
        var breaker = Self.paused(kind)
        equal(breaker.ask(at: Self.due), .ask)
        equal(breaker.answered(Self.trouble(kind), at: Self.due), .met(isNews: false))
        equal(breaker.ask(at: Self.due, newcomer: true), .waitUntil(Self.due + .seconds(10)))
        equal(breaker.ask(at: Self.due + .seconds(10)), .ask)
    }

    @Test func `a question may find another trouble, which is news and decides how to go on`() {
        var breaker = Self.paused(.unreachable)
        equal(breaker.ask(at: Self.due), .ask)
        equal(breaker.answered(Self.trouble(.balance), at: Self.due), .met(isNews: true))
        #expect(breaker.pause?.trouble.kind == .balance)
        equal(breaker.ask(at: Self.due + .seconds(10)), .probe)
    }

    @Test func `an answer that comes too late is not taken`() {
        var breaker = Self.paused(.service)
        equal(breaker.answered(nil, at: Self.due), .tooLate)
        equal(breaker.ask(at: Self.due), .ask)
        equal(breaker.sawTaken(), true)
        equal(breaker.answered(Self.trouble(.service), at: Self.due), .tooLate)
        #expect(breaker.pause == nil)
    }

    @Test(arguments: kinds)
    func `a probe that nobody used is free for the next`(kind: ServiceTrouble.Kind) {
        var breaker = Self.paused(kind)
        let first = breaker.ask(at: Self.due)
        breaker.probeWasAbandoned()
        equal(breaker.ask(at: Self.due), first)
        #expect(breaker.pause?.attempt == 1)
    }

    @Test func `those that left before the pause neither lengthen it nor change its reason`() {
        var breaker = Self.paused(.balance)
        for _ in 0..<50 {
            equal(breaker.refused(Self.trouble(.tooFast, retryAfter: .seconds(999)), at: Self.due), false)
        }
        #expect(breaker.pause?.trouble == Self.trouble(.balance))
        equal(breaker.ask(at: Self.due), .probe)
        equal(breaker.refused(Self.trouble(.tooFast), at: Self.due), false)
        equal(breaker.ask(at: Self.due), .wait)
    }

    @Test func `a probe waits longer each time, up to the limit`() {
        var breaker = Self.paused(.balance)
        var now = Self.now
        for seconds in [5, 10, 20, 40, 60, 60] {
            equal(breaker.ask(at: now), .waitUntil(now + .seconds(seconds)))
            now = now + .seconds(seconds)
            equal(breaker.ask(at: now), .probe)
            _ = breaker.refused(Self.trouble(.balance), at: now, wasProbe: true)
        }
        #expect(breaker.pause?.attempt == 7)
    }

    @Test func `trouble after a pause is a new one`() {
        var breaker = Self.paused(.balance)
        _ = breaker.sawTaken()
        _ = breaker.sawTaken()
        let wall = Samples.later
        let isNews = breaker.sawRefusal(
            Self.trouble(.service), of: 1, wasProbe: false, at: Self.due, wall: wall, random: 0.5)
        #expect(isNews)
        #expect(breaker.pause?.attempt == 1)
        #expect(breaker.pause?.since == wall)
        equal(breaker.ask(at: Self.due), .waitUntil(Self.due + .seconds(5)))
    }

    @Test func `a pause lasts at least as long as the server asks, and keeps its beginning`() {
        var breaker = CircuitBreaker(backoff: Self.backoff)
        _ = breaker.refused(Self.trouble(.tooFast, retryAfter: .seconds(30)), at: Self.now)
        equal(breaker.ask(at: Self.now), .waitUntil(Self.now + .seconds(30)))
        let next = Self.now + .seconds(30)
        equal(breaker.ask(at: next), .probe)
        let shorter = Self.trouble(.tooFast, retryAfter: .seconds(1))
        _ = breaker.sawRefusal(shorter, of: 1, wasProbe: true, at: next, wall: Samples.later, random: 0.5)
        equal(breaker.ask(at: next), .waitUntil(next + .seconds(10)))
        #expect(breaker.pause?.since == Samples.start)
    }

    @Test(arguments: [901, 3600, 2_000_000_000])
    func `no server makes it wait for longer than a quarter of an hour, and a person ends that`(seconds: Int) {
        var breaker = CircuitBreaker(backoff: Self.backoff)
        _ = breaker.refused(Self.trouble(.tooFast, retryAfter: .seconds(seconds)), at: Self.now)
        equal(breaker.ask(at: Self.now), .waitUntil(Self.now + .seconds(900)))
        breaker.goOn(at: Self.due)
        equal(breaker.ask(at: Self.due), .probe)
    }

    @Test func `a question's answer may ask to wait, too`() {
        var breaker = Self.paused(.service)
        equal(breaker.ask(at: Self.due), .ask)
        _ = breaker.answered(Self.trouble(.service, retryAfter: .seconds(99)), at: Self.due)
        equal(breaker.ask(at: Self.due), .waitUntil(Self.due + .seconds(99)))
    }

    @Test(arguments: ServiceTrouble.Kind.allCases)
    func `an answer about a task ends a pause only where it shows that the trouble is over`(kind: ServiceTrouble.Kind) {
        var breaker = CircuitBreaker(backoff: Self.backoff)
        _ = breaker.refused(Self.trouble(.unreachable), at: Self.now)
        equal(breaker.ask(at: Self.due), .ask)
        // Known from the question, so that what it answers counts.
        _ = breaker.answered(Self.trouble(kind), at: Self.due)
        let ends: [ServiceTrouble.Kind] = [.key, .blocked, .unreachable]
        equal(breaker.sawGoodPoll(), ends.contains(kind))
        #expect(ServiceTrouble.Kind.allCases.count == 8, "say of the new kind whether a good poll ends it")
    }
}

extension CircuitBreaker {
    mutating func ask(at now: ContinuousClock.Instant) -> Permission { ask(at: now, newcomer: false) }

    mutating func refused(
        _ trouble: ServiceTrouble, of requester: UInt64 = 1, at now: ContinuousClock.Instant, wasProbe: Bool = false
    ) -> Bool {
        sawRefusal(trouble, of: requester, wasProbe: wasProbe, at: now, wall: Samples.start, random: 0.5)
    }

    mutating func answered(_ trouble: ServiceTrouble?, at now: ContinuousClock.Instant) -> Answered {
        sawAnswer(trouble, at: now, wall: Samples.start, random: 0.5)
    }

    mutating func unknown(isUnreadable: Bool, wasProbe: Bool = false, at now: ContinuousClock.Instant) -> Bool {
        sawUnknownOutcome(
            "lost", isUnreadable: isUnreadable, wasProbe: wasProbe, at: now, wall: Samples.start, random: 0.5)
    }
}
