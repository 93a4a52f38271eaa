// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs

/// When to poll a task next. Pure.
///
/// Where few tasks are under way a picture should not lie there for long: the polls come at the moments of
/// ``WorkSpread``, and after the last, or where nothing is known, at the smallest interval, growing by a third each time
/// up to `largest`. In a crowd each poll should find a task that is done: the first comes when most of such
/// work has ended, the next when nearly all has. Once twice the expected time has passed the task is late, and the waits
/// may grow to `late`. Late is not failed.
struct PollSchedule: Equatable, Sendable {
    /// How long work of this model takes, from its submit; `nil` where that is not known.
    var spread: WorkSpread?
    let smallest: Duration
    private var interval: Duration
    private var troubles = 0

    static let largest = Duration.seconds(10)
    static let late = Duration.seconds(60)

    /// - Parameter smallest: the smallest interval.
    init(_ spread: WorkSpread?, smallest: Duration) {
        self.spread = spread
        self.smallest = smallest
        interval = smallest
    }

    /// However long work takes, and whatever was learned of that, a task is looked after at least so often: a paid picture
    /// must not lie there for hours.
    static let longest = Duration.seconds(600)

    /// No two polls are farther apart where nothing comes in between.
    var longestWait: Duration { max(min(spread?.late ?? .zero, Self.longest), Self.late, smallest) }

    /// How long to wait before the first poll, so long after the submit (after a restart, perhaps long).
    func first(elapsed: Duration, inCrowd: Bool = false) -> Duration {
        let moment = inCrowd ? spread?.usual : spread?.moments.first ?? spread?.early
        return min(max((moment ?? smallest) - elapsed, .zero), max(Self.longest, smallest))
    }

    /// An earlier run has polled already: the interval is the one that it would have come to by now.
    mutating func goOn(elapsed: Duration) {
        // Intervals of which each is a third longer add up to three times what they have grown by.
        interval += max(elapsed - (spread?.early ?? smallest), .zero) / 3
        interval = min(interval, ceiling(elapsed))
    }

    /// How long to wait before the next poll, so long after the submit.
    mutating func next(elapsed: Duration, inCrowd: Bool = false) -> Duration {
        troubles = 0
        if inCrowd, let spread, elapsed < spread.late {
            return max(min(spread.late - elapsed, Self.longest), smallest)
        }
        if let moment = spread?.moments.first(where: { $0 - elapsed > smallest / 2 }) {
            return max(min(moment - elapsed, Self.largest), smallest)
        }
        defer { interval = min(interval * 4 / 3, ceiling(elapsed)) }
        return interval
    }

    /// How long to wait after a poll that got no proper answer.
    mutating func afterTrouble(retryAfter: Duration?, random: Double) -> Duration {
        troubles += 1
        let backoff = Backoff(first: max(smallest, .milliseconds(100)), limit: max(Self.late, smallest))
        let asked = min(retryAfter ?? .zero, ServiceTrouble.longestWait)
        return max(backoff.wait(attempt: troubles, random: random), asked)
    }

    private func ceiling(_ elapsed: Duration) -> Duration {
        max(elapsed > (spread?.early ?? .zero) * 2 + Self.late ? Self.late : Self.largest, smallest)
    }
}
