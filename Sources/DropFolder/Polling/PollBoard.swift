// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import HeapModule

/// All tasks under way, and which is to be polled next: one schedule for all of them, so that ten thousand tasks ask no
/// more of the API than it can bear. About two polls are to be spent on each task. Pure; time is passed in.
///
/// - The one that is due first goes first, so none starves. ``PollPace`` says how fast, and no more than ``atOnce`` are on
///   their way: submits have connections of their own then.
/// - As long as nobody knows how long the work of a model takes, two tasks of it are polled to find out, some more are
///   now and then, and the others wait for that.
/// - Where no answer comes at all, one goes on until there is one: it says nothing of the others' tasks.
struct PollBoard: Sendable {
    typealias Number = UInt64

    private struct Entry {
        var course: PollCourse
        var model: String
        /// `nil` while its poll is on its way.
        var due: ContinuousClock.Instant?
        /// Whether it is one of those that find out how long the work takes.
        var isScout = false
    }

    /// A place in the heap; of an entry that is due at another moment by now it says nothing.
    private struct Place: Comparable {
        var due: ContinuousClock.Instant
        var number: Number

        static func < (left: Self, right: Self) -> Bool { (left.due, left.number) < (right.due, right.number) }
    }

    private struct Outage {
        var attempt = 1
        var next: ContinuousClock.Instant
    }

    /// How many polls may be on their way: half of the connections that there are.
    static let atOnce = 128
    /// From so many tasks on it is a crowd, in which polls are spent with care.
    static let crowd = 64
    /// So many tasks of a model find out how long its work takes.
    static let scouts = 16
    /// The first of them are polled as if they were alone: they find work that is soon done.
    static let keenScouts = 2
    /// The others wait for that no longer than this.
    static let patience = Duration.seconds(60)
    /// After so many polls in a row without any answer it is no task's own trouble.
    static let silences = 3

    private(set) var pace: PollPace
    private(set) var times = WorkTimes()
    private var entries: [Number: Entry] = [:]
    private var heap: Heap<Place> = []
    private var scouts: [String: Int] = [:]
    /// Those that wait for the scouts of their model.
    private var followers: [String: [Number]] = [:]
    private(set) var onTheirWay = 0
    private var silences = 0
    private var outage: Outage?
    /// The first wait between two polls while no answer comes at all.
    var backoff: Backoff

    init(perSecond: Int, backoff: Backoff) {
        pace = PollPace(ceiling: Double(perSecond))
        self.backoff = backoff
    }

    var count: Int { entries.count }
    private var isCrowd: Bool { entries.count >= Self.crowd }

    /// Polls a second, at most.
    mutating func adopt(perSecond: Int) { pace.ceiling = Double(perSecond) }

    /// A task is under way.
    ///
    /// - Parameter isResumed: whether an earlier run has polled it already.
    mutating func add(
        _ number: Number, _ course: PollCourse, model: String, isResumed: Bool, at now: ContinuousClock.Instant
    ) {
        var entry = Entry(course: course, model: model)
        let spread = times.spread(model: model)
        entry.course.expects(spread)
        var wait = entry.course.first(isResumed: isResumed, inCrowd: isCrowd, at: now)
        if spread == nil, !isResumed {
            let before = scouts[model, default: 0]
            if before < Self.scouts {
                scouts[model, default: 0] += 1
                entry.isScout = true
                if before >= Self.keenScouts {
                    // Each at another moment, so that together they see sooner when the first is done.
                    wait = max(wait, entry.course.smallest * (6 + before % 4) - entry.course.age.elapsed(at: now))
                    entry.course.holdBack(wait, at: now)
                    followers[model, default: []].append(number)
                }
            } else {
                wait = max(wait, Self.patience - entry.course.age.elapsed(at: now))
                followers[model, default: []].append(number)
            }
        }
        entries[number] = entry
        schedule(number, at: now.advanced(by: wait))
    }

    /// Nobody wants to know of the task any more.
    mutating func remove(_ number: Number) {
        guard let entry = entries.removeValue(forKey: number) else { return }
        if entry.due == nil { onTheirWay -= 1 }
        if entry.isScout { scouts[entry.model, default: 1] -= 1 }
    }

    private mutating func schedule(_ number: Number, at due: ContinuousClock.Instant) {
        entries[number]?.due = due
        heap.insert(Place(due: due, number: number))
    }

    // MARK: what leaves

    /// The next task to be polled now: its poll is on its way from here on. Else the moment at which to ask again; `nil`
    /// where nothing is to be polled before something changes.
    mutating func next(at now: ContinuousClock.Instant) -> (number: Number?, again: ContinuousClock.Instant?) {
        while let first = heap.min {
            guard entries[first.number]?.due == first.due else {
                heap.removeMin()
                continue
            }
            guard onTheirWay < (outage == nil ? Self.atOnce : 1) else { return (nil, nil) }
            let moment = max(first.due, pace.next(at: now), outage?.next ?? first.due)
            guard moment <= now else { return (nil, moment) }
            heap.removeMin()
            entries[first.number]?.due = nil
            onTheirWay += 1
            pace.left(at: now)
            return (first.number, nil)
        }
        return (nil, nil)
    }

    // MARK: what comes back

    /// How an answer came, beside what it says of the task.
    struct Arrival: Equatable, Sendable {
        enum Kind: Equatable, Sendable {
            case answered
            /// The API wants fewer.
            case tooFast
            /// None came.
            case silence
        }

        var kind: Kind
        /// From the moment at which the poll left.
        var time: Duration
    }

    /// A poll has come back. Returns what that says of its task; `nil` where nobody wants to know any more.
    ///
    /// - Parameters:
    ///   - timeout: how long a task may take.
    ///   - random: 0 to 1, spreads the polls.
    mutating func saw(
        _ answer: PollCourse.Answer, _ arrival: Arrival, of number: Number, timeout: Duration,
        at now: ContinuousClock.Instant, random: Double
    ) -> PollCourse.Verdict? {
        saw(arrival, at: now, random: random)
        guard var entry = entries[number] else { return nil }
        onTheirWay -= 1
        entry.course.timeout = timeout
        entry.course.expects(times.spread(model: entry.model))
        let verdict = entry.course.saw(answer, inCrowd: isCrowd, at: now, random: random)
        entries[number] = entry
        switch verdict {
        case .pollAgain(let wait): schedule(number, at: now.advanced(by: wait))
        // Until somebody says what becomes of it.
        case .overdue, .believe, .timedOut: schedule(number, at: now.advanced(by: Self.patience))
        }
        return verdict
    }

    /// The task is overdue, and is polled again all the same.
    mutating func goOn(_ number: Number, after wait: Duration, at now: ContinuousClock.Instant) {
        // One that is on its way by now decides for itself.
        if entries[number]?.due != nil { schedule(number, at: now.advanced(by: wait)) }
    }

    /// Since when no answer said anything of the task.
    func troubledSince(_ number: Number) -> ContinuousClock.Instant? { entries[number]?.course.troubledSince }

    /// An answer has come, whatever it says.
    mutating func saw(_ arrival: Arrival, at now: ContinuousClock.Instant, random: Double) {
        switch arrival.kind {
        case .answered: pace.answered(after: arrival.time, at: now)
        case .tooFast: pace.cut(at: now)
        case .silence:
            silences += 1
            if var outage {
                // Those that had left before it come back with the same.
                if now < outage.next { return }
                outage.attempt += 1
                outage.next = now.advanced(by: backoff.wait(attempt: outage.attempt, random: random))
                self.outage = outage
            } else if silences >= Self.silences {
                outage = Outage(next: now.advanced(by: backoff.wait(attempt: 1, random: random)))
            }
            return
        }
        (silences, outage) = (0, nil)
    }

    /// The work of a task is found done: what that says of how long such work takes is learned.
    ///
    /// - Parameter said: how long it took by the API's own word, which also tells when work becomes faster than the polls.
    mutating func sawDone(_ number: Number, said: Duration?, at now: ContinuousClock.Instant) {
        guard let entry = entries[number], let time = entry.course.workTime(said: said, at: now) else { return }
        let model = entry.model
        let isFirst = times.spread(model: model) == nil
        times.saw(time, model: model)
        guard isFirst, let waiting = followers.removeValue(forKey: model) else { return }
        let spread = times.spread(model: model)
        for number in waiting {
            guard var entry = entries[number], entry.due != nil else { continue }
            entry.course.expects(spread)
            let wait = entry.course.first(isResumed: false, inCrowd: isCrowd, at: now)
            entries[number] = entry
            schedule(number, at: now.advanced(by: wait))
        }
    }
}
