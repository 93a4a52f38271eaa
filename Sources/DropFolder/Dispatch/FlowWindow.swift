// SPDX-License-Identifier: Apache-2.0

/// How many questions may be on their way to one place without an answer: a slow start, as TCP has it (RFC 5681). Few
/// while nobody knows how the place is, twice as many with each good answer, fewer with each trouble. What breaks
/// costs a few then, and not as many as there is room for. Pure; time is passed in.
struct FlowWindow: Equatable, Sendable {
    /// At the start, after a pause, and after ``quiet``.
    static let first = 2
    /// Without a good answer for so long nobody knows any more how the place is.
    static let quiet = Duration.seconds(60)

    /// However well it goes.
    let most: Int
    private(set) var size = FlowWindow.first
    /// Those that have left and have no answer yet.
    private var onTheirWay: Set<UInt64> = []
    private var lastGood: ContinuousClock.Instant?

    init(most: Int = 16) {
        self.most = most
    }

    var unanswered: Int { onTheirWay.count }

    /// Whether one more may leave.
    mutating func hasRoom(at now: ContinuousClock.Instant) -> Bool {
        if let lastGood, lastGood.duration(to: now) >= Self.quiet { beginAnew() }
        return onTheirWay.count < size
    }

    /// It leaves, or is about to.
    mutating func left(_ number: UInt64) {
        onTheirWay.insert(number)
    }

    /// It was answered well.
    mutating func answered(_ number: UInt64, at now: ContinuousClock.Instant) {
        cameBack(number)
        size = min(size * 2, most)
        lastGood = now
    }

    /// It met trouble, or nobody knows what became of it.
    mutating func troubled(_ number: UInt64) {
        cameBack(number)
        size = max(size / 2, 1)
    }

    /// It is over, and says nothing of the place: it was never sent, perhaps. May be said more than once.
    mutating func cameBack(_ number: UInt64) {
        onTheirWay.remove(number)
    }

    /// What was known of the place is worth nothing any more.
    mutating func beginAnew() {
        size = min(Self.first, most)
        lastGood = nil
    }
}
