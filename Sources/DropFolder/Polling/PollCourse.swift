// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO

/// What to make of the answers about one task: when to poll again, and when to believe that it has ended. A poll is
/// free and what it is about is paid, so patience costs nothing. Pure; time is passed in.
struct PollCourse: Sendable {
    /// An answer, by what it says of the task.
    enum Answer: Equatable, Sendable {
        /// The API works on it.
        case working
        /// An end of which the next answer may say otherwise: a success without pictures, a failure that speaks of the
        /// service.
        case doubtfulEnd
        /// The API says that it knows no such task.
        case unknownTask
        /// No answer, or one that says nothing of the task.
        case trouble(retryAfter: Duration?)
    }

    enum Verdict: Equatable, Sendable {
        case pollAgain(after: Duration)
        /// What the answer says is believed.
        case believe
        /// The task has had its time.
        case timedOut
        /// It has had its time, and it is not the API that says so: over if all others are answered, for it has met
        /// nothing else since then; else to be polled again.
        case overdue(troubledSince: ContinuousClock.Instant, again: Duration)
    }

    /// How long a task may take.
    var timeout: Duration
    let age: TaskAge
    private var schedule: PollSchedule
    private var doubtSince: ContinuousClock.Instant?
    private var doubts = 0
    private var unknownSince: ContinuousClock.Instant?
    /// How old the task was when an answer said that it is worked on.
    private var workedUntil = Duration.zero
    /// Since when no answer said anything of the task.
    private(set) var troubledSince: ContinuousClock.Instant?

    /// How long is polled on after an end that may not be one.
    static let doubtPatience = Duration.seconds(120)
    /// How long the API must claim without a break not to know a task that it has named, before it is believed.
    static let unknownTaskPatience = Duration.seconds(120)
    /// What the API says of times is in whole seconds, and its own clock's.
    private static let wordsPrecision = Duration.seconds(2)
    /// Waits while an end is doubted.
    private static let slowest = Duration.seconds(15)

    init(timeout: Duration, age: TaskAge, schedule: PollSchedule) {
        (self.timeout, self.age, self.schedule) = (timeout, age, schedule)
    }

    /// The smallest interval between two polls.
    var smallest: Duration { schedule.smallest }

    /// What is known of how long such work takes has changed.
    mutating func expects(_ spread: WorkSpread?) { schedule.spread = spread }

    /// How long to wait before the first poll.
    ///
    /// - Parameters:
    ///   - isResumed: whether an earlier run has polled already.
    ///   - inCrowd: see ``PollSchedule``.
    mutating func first(isResumed: Bool, inCrowd: Bool = false, at now: ContinuousClock.Instant) -> Duration {
        let elapsed = age.elapsed(at: now)
        if isResumed { schedule.goOn(elapsed: elapsed) }
        return schedule.first(elapsed: elapsed, inCrowd: inCrowd)
    }

    /// Others find out how long such work takes: this one is polled so long from now, and then no more often than if it
    /// had been polled all the time.
    mutating func holdBack(_ wait: Duration, at now: ContinuousClock.Instant) {
        schedule.goOn(elapsed: age.elapsed(at: now) + wait)
    }

    /// How long the work took that is found done now; `nil` where nobody knows: an earlier run has begun it, by a clock that
    /// may have been set since; or it was done long before, while the machine slept or the API did not answer.
    ///
    /// - Parameter said: what the API says of it.
    func workTime(said: Duration?, at now: ContinuousClock.Instant) -> Duration? {
        let elapsed = age.elapsed(at: now)
        // An answer that gives a task one time for all its days says less than the answers before it.
        if let said, said + Self.wordsPrecision >= workedUntil { return min(said, elapsed) }
        guard age.isMeasured else { return nil }
        return elapsed - workedUntil <= schedule.longestWait * 2 ? elapsed : nil
    }

    /// - Parameter random: 0 to 1, spreads the polls.
    mutating func saw(
        _ answer: Answer, inCrowd: Bool = false, at now: ContinuousClock.Instant, random: Double
    ) -> Verdict {
        let elapsed = age.elapsed(at: now)
        let hasHadItsTime = age.isOver(timeout, at: now)
        switch answer {
        case .working:
            workedUntil = elapsed
            (doubtSince, doubts, unknownSince, troubledSince) = (nil, 0, nil, nil)
            if hasHadItsTime { return .timedOut }
            return .pollAgain(after: untilTheEnd(schedule.next(elapsed: elapsed, inCrowd: inCrowd), elapsed))
        case .doubtfulEnd:
            (unknownSince, troubledSince) = (nil, nil)
            let since = doubtSince ?? now
            (doubtSince, doubts) = (since, doubts + 1)
            let left = Self.doubtPatience - since.duration(to: now)
            if left <= .zero { return .believe }
            let backoff = Backoff(first: max(schedule.smallest, .milliseconds(100)), limit: Self.slowest)
            return .pollAgain(after: min(backoff.wait(attempt: doubts, random: random), left))
        case .unknownTask:
            let since = unknownSince ?? now
            unknownSince = since
            if since.duration(to: now) > Self.unknownTaskPatience { return .believe }
            return trouble(nil, hasHadItsTime, elapsed, now, random)
        case .trouble(let retryAfter): return trouble(retryAfter, hasHadItsTime, elapsed, now, random)
        }
    }

    private mutating func trouble(
        _ retryAfter: Duration?, _ hasHadItsTime: Bool, _ elapsed: Duration, _ now: ContinuousClock.Instant,
        _ random: Double
    ) -> Verdict {
        let since = troubledSince ?? now
        troubledSince = since
        let wait = schedule.afterTrouble(retryAfter: retryAfter, random: random)
        guard hasHadItsTime else { return .pollAgain(after: untilTheEnd(wait, elapsed)) }
        // As long as nothing is answered it is not the task's fault; but nothing lasts for ever.
        if elapsed > timeout * 2 { return .timedOut }
        return .overdue(troubledSince: since, again: wait)
    }

    /// No wait passes over the moment at which the task has had its time.
    private func untilTheEnd(_ wait: Duration, _ elapsed: Duration) -> Duration {
        let left = timeout - elapsed
        return left > .zero ? min(wait, max(left + .milliseconds(1), schedule.smallest)) : wait
    }
}

/// How old a task is. Within one run time is the machine's own, whatever becomes of the wall clock; only what has
/// passed before a restart is by the wall, and may be wrong by as much as the clock was set since. Pure.
struct TaskAge: Equatable, Sendable {
    private let atStart: Duration
    private let start: ContinuousClock.Instant

    /// What an earlier run has left is polled for at least so long in this one before its time is over.
    static let grace = Duration.seconds(600)

    /// - Parameters:
    ///   - since: when it was submitted, by the wall clock of that moment.
    ///   - wall: now, by the wall clock; perhaps earlier.
    init(since: Timestamp, wall: Timestamp, now: ContinuousClock.Instant) {
        atStart = max(wall.since(since), .zero)
        start = now
    }

    func elapsed(at now: ContinuousClock.Instant) -> Duration {
        atStart + start.duration(to: now)
    }

    /// Whether it is all of this run, by the machine's own clock, but for the moment between the answer and its record.
    var isMeasured: Bool { atStart < .seconds(10) }

    /// Whether it has had its time.
    func isOver(_ timeout: Duration, at now: ContinuousClock.Instant) -> Bool {
        elapsed(at: now) > timeout && start.duration(to: now) >= min(atStart, Self.grace, timeout)
    }
}
