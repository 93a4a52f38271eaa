// SPDX-License-Identifier: Apache-2.0

/// The circuit breaker: whether submits may leave, and how many at once. Pure; time is passed in.
///
///     closed ──trouble──→ paused ──time is up──→ probing ──success──→ opening ──successes──→ closed
///                           ↑────────trouble────────┘                    │
///                           └────────────────────trouble─────────────────┘
///
/// Where a free question can tell that the trouble is still there, it is asked first: a probe may cost money or end as
/// an unknown outcome. While it opens, the number of tasks under way doubles with each success, so that a service that
/// has just come back is not run over by all who have waited.
struct Breaker: Sendable {
    struct Pause: Equatable, Sendable {
        var trouble: ServiceTrouble
        var since: Timestamp
        /// How many times the trouble was met since submits last went through, from 1.
        var attempt: Int
        var nextProbe: ContinuousClock.Instant
        var probe = Probe.none
    }

    enum Probe: Equatable, Sendable {
        case none
        /// A free question is on its way.
        case asking
        /// The free question was answered well: the next submit may find out.
        case allowed
        /// One submit is on its way to see whether the trouble is over.
        case submitting
    }

    enum Permission: Equatable, Sendable {
        /// Go, as long as no more than so many are under way; `nil` where the breaker sets no limit of its own.
        case go(atMost: Int?)
        /// Go, alone: the outcome decides for all the others.
        case probe
        /// Ask the free question, and say what came of it by ``sawAnswer(_:at:wall:random:)``.
        case ask
        case waitUntil(ContinuousClock.Instant)
        /// Until the question or the probe that is under way comes back.
        case waitForProbe
    }

    var backoff: Backoff
    private(set) var pause: Pause?
    /// How many may be under way while it opens; `nil` once it is closed.
    private var opening: Int?

    /// From so many on the breaker has no limit of its own: more than any service minds at once after an outage.
    private static let wide = 64

    init(backoff: Backoff) {
        self.backoff = backoff
    }

    mutating func ask(at now: ContinuousClock.Instant) -> Permission {
        guard let pause else { return .go(atMost: opening) }
        switch pause.probe {
        case .asking, .submitting: return .waitForProbe
        case .allowed:
            self.pause?.probe = .submitting
            return .probe
        case .none where now < pause.nextProbe: return .waitUntil(pause.nextProbe)
        case .none where pause.trouble.kind.showsWithoutSubmit:
            self.pause?.probe = .asking
            return .ask
        case .none:
            self.pause?.probe = .submitting
            return .probe
        }
    }

    /// The free question came back; `nil` where the service answered well.
    mutating func sawAnswer(
        _ trouble: ServiceTrouble?, at now: ContinuousClock.Instant, wall: Timestamp, random: Double
    ) -> Bool {
        guard pause?.probe == .asking else { return false }
        guard let trouble else {
            pause?.probe = .allowed
            return false
        }
        return sawTrouble(trouble, at: now, wall: wall, wasProbe: true, random: random)
    }

    /// A submit was not accepted. Returns whether this begins a pause, or changes its reason: then it is worth a line.
    ///
    /// - Parameter random: 0 to 1, spreads the probes of many daemons.
    mutating func sawTrouble(
        _ trouble: ServiceTrouble, at now: ContinuousClock.Instant, wall: Timestamp, wasProbe: Bool, random: Double
    ) -> Bool {
        let isNews = pause?.trouble.kind != trouble.kind
        // Those that left before the pause come back with the same trouble: only a probe makes the wait longer.
        if pause != nil, !wasProbe { return false }
        opening = nil
        let attempt = (pause?.attempt ?? 0) + 1
        let wait = max(backoff.wait(attempt: attempt, random: random), trouble.retryAfter ?? .zero)
        pause = Pause(
            trouble: trouble, since: pause?.since ?? wall, attempt: attempt, nextProbe: now.advanced(by: wait))
        return isNews
    }

    /// The service took a submit, or gave an answer that only a working service gives. Returns whether a pause ends.
    mutating func sawSuccess() -> Bool {
        if pause != nil {
            pause = nil
            opening = 2
            return true
        }
        opening = opening.flatMap { $0 < Self.wide ? $0 * 2 : nil }
        return false
    }

    /// The next probe need not wait any longer.
    mutating func probeIsDue(at now: ContinuousClock.Instant) {
        guard let nextProbe = pause?.nextProbe else { return }
        pause?.nextProbe = min(nextProbe, now)
    }

    /// The probe ended without a word about the service, for instance because the daemon stops.
    mutating func probeWasAbandoned() {
        pause?.probe = .none
    }
}

extension ServiceTrouble.Kind {
    /// Whether a question that costs nothing meets the same trouble as a submit.
    fileprivate var showsWithoutSubmit: Bool {
        switch self {
        case .key, .service, .unreachable: true
        case .balance, .tooFast: false
        }
    }

    /// Whether an answer about a task shows that the trouble is over. Of the balance and of what becomes of submits it
    /// says nothing.
    var endsWithGoodPoll: Bool {
        switch self {
        case .key, .unreachable: true
        case .balance, .tooFast, .service: false
        }
    }
}
