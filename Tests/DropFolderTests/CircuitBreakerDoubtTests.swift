// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import Jobs
@testable import TestSupport

/// Whose trouble it is: one request's, everybody's, or a person's to look at.
struct CircuitBreakerDoubtTests {
    private static let now = CircuitBreakerTests.now
    private static let due = CircuitBreakerTests.due

    private static func breaker() -> CircuitBreaker { CircuitBreaker(backoff: CircuitBreakerTests.backoff) }

    @Test(arguments: [ServiceTrouble.Kind.key, .blocked])
    func `one request that is refused is no reason to pause before the question was asked`(kind: ServiceTrouble.Kind) {
        var breaker = Self.breaker()
        equal(breaker.refused(CircuitBreakerTests.trouble(kind), at: Self.now), false)
        #expect(breaker.pause == nil)
        equal(breaker.ask(at: Self.now), .wait)
        equal(breaker.takeQuestion(), true)
        equal(breaker.takeQuestion(), false)
        equal(breaker.answered(nil, at: Self.now), .cleared)
        equal(breaker.ask(at: Self.now), .go)
    }

    @Test(arguments: [ServiceTrouble.Kind.key, .unreachable, .service])
    func `what the question meets is everybody's`(kind: ServiceTrouble.Kind) {
        var breaker = Self.breaker()
        _ = breaker.refused(CircuitBreakerTests.trouble(.key), at: Self.now)
        equal(breaker.takeQuestion(), true)
        equal(breaker.answered(CircuitBreakerTests.trouble(kind), at: Self.now), .met(isNews: true))
        #expect(breaker.pause?.trouble.kind == kind)
        equal(breaker.ask(at: Self.now, newcomer: true), .waitUntil(Self.due))
    }

    @Test func `the same one may be refused as often as it likes, three in a row are too many`() {
        var breaker = Self.breaker()
        func refuse(_ requester: UInt64) {
            _ = breaker.refused(CircuitBreakerTests.trouble(.blocked), of: requester, at: Self.now)
            if breaker.takeQuestion() { _ = breaker.answered(nil, at: Self.now) }
        }
        for _ in 0..<20 { refuse(1) }
        #expect(breaker.pause == nil)
        refuse(2)
        #expect(breaker.pause == nil)
        _ = breaker.sawTaken()
        refuse(3)
        refuse(4)
        #expect(breaker.pause == nil, "one was taken in between")
        refuse(5)
        #expect(breaker.pause?.trouble.kind == .blocked)
        equal(breaker.sawGoodPoll(), false)
    }

    @Test func `those that were refused while others were taken make no pause, however many they are`() {
        var breaker = Self.breaker()
        func refuse(_ requester: UInt64) {
            _ = breaker.refused(CircuitBreakerTests.trouble(.blocked), of: requester, at: Self.now)
            if breaker.takeQuestion() { equal(breaker.answered(nil, at: Self.now), .cleared) }
        }
        for requester: UInt64 in 1...5 {
            refuse(requester)
            _ = breaker.sawTaken()
        }
        for requester: UInt64 in [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 7] { refuse(requester) }
        #expect(breaker.pause == nil)
        refuse(8)
        #expect(breaker.pause?.trouble.kind == .blocked, "three of which nothing else is known")
    }

    @Test(arguments: [(ServiceTrouble.Kind.balance, 3), (.tooFast, 3), (.service, 3), (.blocked, 16)])
    func `whoever was not refused yet may try at once, until too many were`(kind: ServiceTrouble.Kind, limit: Int) {
        var breaker = Self.breaker()
        var requester: UInt64 = 0
        while breaker.pause == nil {
            requester += 1
            _ = breaker.refused(CircuitBreakerTests.trouble(kind), of: requester, at: Self.now)
            if breaker.takeQuestion() { _ = breaker.answered(nil, at: Self.now) }
        }
        while requester < UInt64(limit) {
            requester += 1
            equal(breaker.ask(at: Self.now, newcomer: true), .probeOfNewcomer)
            equal(breaker.ask(at: Self.now, newcomer: true), .wait)
            _ = breaker.refused(CircuitBreakerTests.trouble(kind), of: requester, at: Self.now, wasProbe: true)
        }
        equal(breaker.ask(at: Self.now, newcomer: true), .waitUntil(Self.due))
        #expect(breaker.pause?.attempt == 1, "what was tried before the time was up makes no wait longer")
    }

    @Test func `a newcomer that is taken shows that the refusal was the other's own`() {
        var breaker = Self.breaker()
        equal(breaker.refused(CircuitBreakerTests.trouble(.balance), at: Self.now), true)
        equal(breaker.ask(at: Self.now, newcomer: true), .probeOfNewcomer)
        equal(breaker.sawTaken(), true)
        equal(breaker.ask(at: Self.now), .go)
        #expect(breaker.refused.isEmpty)
    }

    @Test func `where the network fails nobody tries before the time is up`() {
        var breaker = Self.breaker()
        equal(breaker.refused(CircuitBreakerTests.trouble(.unreachable), at: Self.now), true)
        equal(breaker.ask(at: Self.now, newcomer: true), .waitUntil(Self.due))
    }

    // MARK: unknown outcomes

    @Test func `three unknown outcomes in a row pause, and the question comes before the next`() {
        var breaker = Self.breaker()
        for _ in 0..<5 {
            for _ in 0..<2 { equal(breaker.unknown(isUnreadable: false, at: Self.now), false) }
            _ = breaker.sawTaken()
        }
        for isLast in [false, false, true] { equal(breaker.unknown(isUnreadable: false, at: Self.now), isLast) }
        #expect(breaker.pause?.trouble == ServiceTrouble(.service, "lost"))
        equal(breaker.ask(at: Self.now, newcomer: true), .waitUntil(Self.due))
        equal(breaker.ask(at: Self.due), .ask)
    }

    @Test func `after answers that cannot be read nothing is sent without a person's word, however long it takes`() {
        var breaker = Self.breaker()
        equal(breaker.unknown(isUnreadable: true, at: Self.now), false)
        equal(breaker.unknown(isUnreadable: true, at: Self.now), true)
        #expect(breaker.pause?.trouble.kind == .unreadable)
        let later = Self.now + .seconds(1_000_000)
        equal(breaker.ask(at: later, newcomer: true), .wait)
        breaker.probeIsDue(at: later)
        equal(breaker.ask(at: later), .wait)
        equal(breaker.sawGoodPoll(), false)
        // A refusal can be read: that says nothing of good answers.
        equal(breaker.sawFault(), false)
        #expect(breaker.pause != nil)
        // The person's word buys one try.
        breaker.goOn(at: later)
        equal(breaker.ask(at: later), .probe)
        equal(breaker.unknown(isUnreadable: true, wasProbe: true, at: later), false)
        equal(breaker.ask(at: later + .seconds(1_000_000)), .wait)
        breaker.goOn(at: later)
        equal(breaker.ask(at: later), .probe)
        equal(breaker.sawTaken(), true)
        equal(breaker.ask(at: later), .go)
    }

    @Test func `requests with faults in between do not make unreadable answers fewer, one that is taken does`() {
        var breaker = Self.breaker()
        _ = breaker.unknown(isUnreadable: true, at: Self.now)
        equal(breaker.sawFault(), false)
        equal(breaker.unknown(isUnreadable: true, at: Self.now), true)
        equal(breaker.sawTaken(), true)
        _ = breaker.unknown(isUnreadable: true, at: Self.now)
        _ = breaker.sawTaken()
        equal(breaker.unknown(isUnreadable: true, at: Self.now), false)
    }

    @Test func `a probe whose answer cannot be read was one too many`() {
        var breaker = Self.breaker()
        _ = breaker.refused(CircuitBreakerTests.trouble(.balance), at: Self.now)
        equal(breaker.ask(at: Self.due), .probe)
        equal(breaker.unknown(isUnreadable: true, wasProbe: true, at: Self.due), true)
        equal(breaker.ask(at: Self.due + .seconds(1_000_000)), .wait)
    }
}
