// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import FileIO
@testable import Jobs

/// When it is believed that one request is refused for itself.
struct RefusalsTests {
    private static let backoff = Backoff(first: .seconds(5), limit: .seconds(300))

    private static func refusal(
        _ kind: ServiceTrouble.Kind, taken: Int = 0, cleared: Int = 0, isPaused: Bool = false,
        retryAfter: Duration? = nil
    ) -> Refusals {
        Refusals(
            of: 1, ServiceTrouble(kind, "no", retryAfter: retryAfter),
            SubmitLimiter.Standing(isPaused: isPaused, taken: taken, cleared: cleared))
    }

    /// How often it is refused until that is believed; `nil` where it never is.
    private static func tries(_ next: (Int) -> Refusals) -> Int? {
        var all = next(0)
        for number in 1...50 {
            if all.isBelieved { return number }
            all.add(next(number))
        }
        return nil
    }

    @Test(arguments: [
        (ServiceTrouble.Kind.key, Int?.some(4)), (.blocked, 4), (.balance, 11), (.service, 11), (.tooFast, nil),
        (.unreachable, nil),
    ])
    func `while others are taken it is the request's own after some tries`(kind: ServiceTrouble.Kind, tries: Int?) {
        #expect(Self.tries { Self.refusal(kind, taken: $0) } == tries)
    }

    @Test(arguments: [
        (ServiceTrouble.Kind.key, Int?.some(4)), (.blocked, 4), (.balance, nil), (.service, nil), (.tooFast, nil),
        (.unreachable, nil),
    ])
    func `while the free question is answered well, where that shows anything`(
        kind: ServiceTrouble.Kind, tries: Int?
    ) {
        #expect(Self.tries { Self.refusal(kind, cleared: $0) } == tries)
    }

    @Test(arguments: CircuitBreakerTests.kinds)
    func `while nobody else is taken it is never believed`(kind: ServiceTrouble.Kind) {
        #expect(Self.tries { _ in Self.refusal(kind, isPaused: true) } == nil)
    }

    @Test func `a time in which all were refused lets the count begin anew`() {
        let taken = [1, 2, 3, 3, 4, 5, 6]
        #expect(Self.tries { Self.refusal(.blocked, taken: taken[min($0, 6)] + max($0 - 6, 0)) } == 7)
    }

    @Test func `it rests longer each time, and not at all where all have to wait`() {
        var all = Self.refusal(.blocked)
        var rests: [Duration] = []
        for number in 1...3 {
            rests.append(all.rest(Self.backoff, random: 0.5))
            all.add(Self.refusal(.blocked, taken: number))
        }
        rests.append(all.rest(Self.backoff, random: 0.5))
        #expect(rests == [5, 5, 10, 20].map { .seconds($0) })
        #expect(Self.refusal(.balance, isPaused: true).rest(Self.backoff, random: 0.5) == .zero)
    }

    @Test func `what the server asks for is kept to, up to a quarter of an hour`() {
        #expect(Self.refusal(.tooFast, retryAfter: .seconds(30)).rest(Self.backoff, random: 0.5) == .seconds(30))
        #expect(Self.refusal(.tooFast, retryAfter: .seconds(99_999)).rest(Self.backoff, random: 0.5) == .seconds(900))
    }
}
