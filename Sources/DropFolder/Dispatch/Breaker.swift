// SPDX-License-Identifier: Apache-2.0

/// The circuit breaker: whether submits may leave. Pure; time is passed in.
///
///     closed ──trouble──→ paused ──time is up──→ probing ──success──→ closed
///                           ↑────────trouble────────┘
struct Breaker: Sendable {
    struct Pause: Equatable, Sendable {
        var trouble: ServiceTrouble
        var since: Timestamp
        /// How many times the trouble was met since submits last went through, from 1.
        var attempt: Int
        var nextProbe: ContinuousClock.Instant
        /// One submit is on its way to see whether the trouble is over.
        var isProbing = false
    }

    enum Permission: Equatable, Sendable {
        case go
        /// Go, alone: the outcome decides for all the others.
        case probe
        case waitUntil(ContinuousClock.Instant)
        /// Until the probe that is under way comes back.
        case waitForProbe
    }

    let backoff: Backoff
    private(set) var pause: Pause?

    init(backoff: Backoff) {
        self.backoff = backoff
    }

    mutating func ask(at now: ContinuousClock.Instant) -> Permission {
        guard let pause else { return .go }
        if pause.isProbing { return .waitForProbe }
        if now < pause.nextProbe { return .waitUntil(pause.nextProbe) }
        self.pause?.isProbing = true
        return .probe
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
        let attempt = (pause?.attempt ?? 0) + 1
        let wait = max(backoff.wait(attempt: attempt, random: random), trouble.retryAfter ?? .zero)
        pause = Pause(
            trouble: trouble, since: pause?.since ?? wall, attempt: attempt, nextProbe: now.advanced(by: wait))
        return isNews
    }

    /// The service took a submit, or gave an answer that only a working service gives. Returns whether a pause ends.
    mutating func sawSuccess() -> Bool {
        defer { pause = nil }
        return pause != nil
    }

    /// The probe ended without a word about the service, for instance because the daemon stops.
    mutating func probeWasAbandoned() {
        pause?.isProbing = false
    }
}
