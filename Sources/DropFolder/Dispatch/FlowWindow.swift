// SPDX-License-Identifier: Apache-2.0

/// How many questions may be on their way to one place without an answer: a slow start and then careful growth, as TCP
/// has it (RFC 5681, section 3.1). Few while nobody knows how the place is, twice as many with each good answer, from
/// ``steady`` on one more after as many good answers as there is room for, half as many with each trouble. What breaks
/// costs a few then, or a small share of what went well before. Pure; time is passed in.
struct FlowWindow: Equatable, Sendable {
    /// At the start, after a pause, and after ``quiet``.
    static let first = 2
    /// Without a good answer for so long nobody knows any more how the place is.
    static let quiet = Duration.seconds(60)

    /// Up to here it doubles.
    let steady: Int
    /// However well it goes.
    let most: Int
    private(set) var size = FlowWindow.first
    /// Those that have left and have no answer yet.
    private var onTheirWay: Set<UInt64> = []
    private var lastGood: ContinuousClock.Instant?
    /// Since it grew or shrank last, while at least half of it was in use: what is not used is not tried (RFC 7661).
    private var goodAnswers = 0

    init(steady: Int = 16, most: Int = .max) {
        (self.steady, self.most) = (steady, most)
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
        goodAnswers += onTheirWay.count >= size / 2 ? 1 : 0
        cameBack(number)
        if size < steady {
            resize(size * 2)
        } else if goodAnswers >= size {
            resize(size + 1)
        }
        lastGood = now
    }

    /// It met trouble, or nobody knows what became of it.
    mutating func troubled(_ number: UInt64) {
        cameBack(number)
        resize(max(size / 2, 1))
    }

    private mutating func resize(_ size: Int) {
        self.size = min(size, most)
        goodAnswers = 0
    }

    /// It is over, and says nothing of the place: it was never sent, perhaps. May be said more than once.
    mutating func cameBack(_ number: UInt64) {
        onTheirWay.remove(number)
    }

    /// What was known of the place is worth nothing any more.
    mutating func beginAnew() {
        resize(Self.first)
        lastGood = nil
    }
}
