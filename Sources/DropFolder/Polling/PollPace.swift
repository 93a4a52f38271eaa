// SPDX-License-Identifier: Apache-2.0

/// How fast polls may follow one another, whosever tasks they are about. A ceiling that a setting gives; what shows that
/// the API is slow, or wants fewer, halves the rate, and each good answer gives back a little (additive increase,
/// multiplicative decrease: RFC 5681). Pure; time is passed in.
struct PollPace: Equatable, Sendable {
    /// Polls a second, at most.
    var ceiling: Double { didSet { rate = min(max(rate, Self.least), ceiling) } }
    private(set) var rate: Double
    private var last: ContinuousClock.Instant?
    private var lastCut: ContinuousClock.Instant?

    /// An answer that takes longer shows that more are on their way than the API has hands for.
    static let slow = Duration.seconds(2)
    private static let least = 0.2
    /// So many good answers at the slowest pace bring it back to the ceiling.
    private static let steps = 100.0

    /// - Parameter ceiling: polls a second, more than 0.
    init(ceiling: Double) {
        (self.ceiling, rate) = (ceiling, ceiling)
    }

    /// The moment from which the next one may leave.
    func next(at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        guard let last else { return now }
        return max(last.advanced(by: gap), now)
    }

    /// One leaves.
    mutating func left(at now: ContinuousClock.Instant) {
        let due = last.map { $0.advanced(by: gap) } ?? now
        last = max(due, now.advanced(by: .seconds(-Self.caughtUp)))
    }

    /// What was due a moment ago is not lost, and what was not used for long is not saved up.
    private static let caughtUp = 0.02

    /// Between two. With what is caught up no second has more than the rate.
    private var gap: Duration { .seconds((1 + Self.caughtUp) / rate) }

    /// It was answered well after so long.
    mutating func answered(after time: Duration, at now: ContinuousClock.Instant) {
        if time > Self.slow { return cut(at: now) }
        rate = min(rate + ceiling / Self.steps, ceiling)
    }

    /// The API wants fewer, or takes long. Once a second: those that have left already meet the same.
    mutating func cut(at now: ContinuousClock.Instant) {
        if let lastCut, lastCut.duration(to: now) < .seconds(1) { return }
        lastCut = now
        rate = max(rate / 2, Self.least)
    }
}
