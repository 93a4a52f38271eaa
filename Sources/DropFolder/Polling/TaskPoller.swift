// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import NIOCore
internal import NanoBanana
internal import Requests
internal import Synchronization

/// Asks for the tasks on the ``PollBoard`` until the API has its last word on each. A poll costs nothing, so it may fail
/// any number of times; only that word or the task's own deadline ends it.
final class TaskPoller: Sendable {
    /// A task, and all that is needed to ask for it.
    struct Ticket: Sendable {
        var job: JobScheduler.Number
        var jobName: String
        var variant: Int
        var task: TaskID
        var since: Timestamp
        /// Whose task it is: an answer that repeats what was sent gives no pictures.
        var asked: EditRequest?
        /// Its place at the API.
        var permit: SubmitLimiter.Permit?
        /// Whether an earlier run has asked already.
        var isResumed: Bool

        var model: String { asked?.model.id ?? "" }
        fileprivate var key: TroubledTasks.Key { TroubledTasks.Key(job: jobName, task: task.text) }
    }

    private struct State {
        var board: PollBoard
        var tickets: [PollBoard.Number: (ticket: Ticket, age: TaskAge)] = [:]
        var byJob: [JobScheduler.Number: Set<PollBoard.Number>] = [:]
        var lastNumber: PollBoard.Number = 0

        mutating func remove(_ number: PollBoard.Number) -> Ticket? {
            board.remove(number)
            guard let ticket = tickets.removeValue(forKey: number)?.ticket else { return nil }
            byJob[ticket.job]?.remove(number)
            if byJob[ticket.job]?.isEmpty == true { byJob[ticket.job] = nil }
            return ticket
        }
    }

    /// Without a good answer for so long, while others have theirs, a task has no place any more.
    private static let placePatience = Duration.seconds(120)
    /// A task that takes so long, and three times as long as usual, is late.
    private static let late = Duration.seconds(600)

    private let service: any ImageService
    private let limiter: SubmitLimiter
    private let liveSettings: LiveSettings
    /// Tasks that get no good answer, and those that are late.
    let troubles: TroubledTasks
    private let counters: Counters
    private let stop: StopToken
    private let state: Mutex<State>
    private let news = WakeSignal()

    init(
        service: any ImageService, limiter: SubmitLimiter, liveSettings: LiveSettings, troubles: TroubledTasks,
        counters: Counters, stop: StopToken
    ) {
        (self.service, self.limiter, self.liveSettings) = (service, limiter, liveSettings)
        (self.troubles, self.counters, self.stop) = (troubles, counters, stop)
        let settings = liveSettings.current
        state = Mutex(
            State(board: PollBoard(perSecond: settings.pollsPerSecond, backoff: Self.backoff(settings))))
    }

    private static func backoff(_ settings: DropFolderSettings) -> Backoff {
        Backoff(
            first: max(settings.pollInterval, .milliseconds(100)), limit: max(PollSchedule.late, settings.pollInterval))
    }

    /// The settings have changed.
    func adopt() {
        let settings = liveSettings.current
        state.withLock { state in
            state.board.adopt(perSecond: settings.pollsPerSecond)
            state.board.backoff = Self.backoff(settings)
        }
        news.wake()
    }

    /// How many tasks it asks for.
    var count: Int { state.withLock { $0.board.count } }

    /// How long work usually takes, by the model's id, as far as was learned.
    var usualTimes: [String: Duration] { state.withLock { $0.board.times.usual } }

    /// Asks for this task from now on.
    func add(_ ticket: Ticket) {
        let settings = liveSettings.current
        let now = Machine.now
        let age = TaskAge(since: ticket.since, wall: .now, now: now)
        let course = PollCourse(
            timeout: settings.taskTimeout, age: age, schedule: PollSchedule(nil, smallest: settings.pollInterval))
        state.withLock { state in
            state.lastNumber += 1
            state.tickets[state.lastNumber] = (ticket, age)
            state.byJob[ticket.job, default: []].insert(state.lastNumber)
            state.board.add(
                state.lastNumber, course, model: ticket.model, isResumed: ticket.isResumed, at: now)
        }
        news.wake()
    }

    /// The job goes on no further, for now or for ever.
    func drop(_ job: JobScheduler.Number) {
        let dropped = state.withLock { state in
            (state.byJob[job] ?? []).compactMap { state.remove($0) }
        }
        for ticket in dropped { troubles.isWell(ticket.key) }
    }

    /// Polls until the daemon stops. `deliver` takes what has become of a task.
    func run(deliver: @escaping @Sendable (Ticket, JobEvent) -> Void) async {
        try? await stop.cancellable {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    let now = Machine.now
                    let (number, again) = state.withLock { $0.board.next(at: now) }
                    guard let number else {
                        // Alarms know no parts of a nanosecond: one that is early would be asked for again and again.
                        await news.wait(atMost: again.map { max(now.duration(to: $0), .milliseconds(1)) })
                        continue
                    }
                    group.addTask { [self] in
                        if let (ticket, event) = await poll(number) { deliver(ticket, event) }
                        news.wake()
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// One poll. Returns what ends the task's way on the board.
    private func poll(_ number: PollBoard.Number) async -> (Ticket, JobEvent)? {
        guard let (ticket, age) = state.withLock({ $0.tickets[number] }) else { return nil }
        let start = Machine.now
        let reply: PollReply
        do throws(PollError) {
            let report = try await service.poll(ticket.task, asked: ticket.asked)
            counters.polled(isAnswered: true)
            limiter.sawGoodPoll()
            reply = self.reply(report, ticket, number)
        } catch {
            if Task.isCancelled { return nil }
            counters.polled(isAnswered: false)
            reply = PollReply(error, ticket.task)
        }
        if let event = reply.end { return end(number, event, arrivedAfter: start.duration(to: Machine.now)) }
        return await judge(reply, number, ticket, age, arrivedAfter: start.duration(to: Machine.now))
    }

    private func judge(
        _ reply: PollReply, _ number: PollBoard.Number, _ ticket: Ticket, _ age: TaskAge, arrivedAfter time: Duration
    ) async -> (Ticket, JobEvent)? {
        let timeout = liveSettings.current.taskTimeout
        let (verdict, troubledSince, usual) = state.withLock { state in
            let verdict = state.board.saw(
                reply.meaning, PollBoard.Arrival(kind: reply.arrival, time: time), of: number, timeout: timeout,
                at: Machine.now, random: Machine.jitter)
            let spread = state.board.times.spread(model: ticket.model)
            return (verdict, state.board.troubledSince(number), spread?.early)
        }
        switch verdict {
        // Its job is gone, or somewhere else by now.
        case nil: return nil
        case .pollAgain: break
        case .believe:
            if let failure = reply.failure { return end(number, ticket.failed(failure, reply.response)) }
        case .timedOut: return end(number, ticket.timedOut(reply, timeout))
        case .overdue(let moment, let wait):
            if await limiter.isWell(since: moment) { return end(number, ticket.timedOut(reply, timeout)) }
            state.withLock { $0.board.goOn(number, after: wait, at: Machine.now) }
        }
        let isLate = age.elapsed(at: Machine.now) > max(Self.late, (usual ?? .zero) * 3)
        note(reply, ticket, isLate: isLate, troubledSince)
        return nil
    }

    private func end(
        _ number: PollBoard.Number, _ event: JobEvent, arrivedAfter time: Duration? = nil
    ) -> (Ticket, JobEvent)? {
        let ticket = state.withLock { state in
            if let time {
                state.board.saw(PollBoard.Arrival(kind: .answered, time: time), at: Machine.now, random: 0)
            }
            return state.remove(number)
        }
        guard let ticket else { return nil }
        troubles.isWell(ticket.key)
        return (ticket, event)
    }

    private func reply(_ report: TaskReport, _ ticket: Ticket, _ number: PollBoard.Number) -> PollReply {
        let response = Array(report.body.readableBytesView)
        var reply = PollReply(meaning: .working, arrival: .answered, words: "", response: response)
        switch report.state {
        case .underWay(let word): reply.words = word
        case .succeeded(let pictures):
            state.withLock { $0.board.sawDone(number, said: report.workTime, at: Machine.now) }
            reply.end = .answered(variant: ticket.variant, Answer(pictures: pictures, response: response))
        case .failed(let failure):
            let hasNoWords = failure.cause == .noPictures && failure.message.isEmpty
            reply.words = hasNoWords ? "the task succeeded without a picture" : failure.message
            let why = Failure.taskFailed(ticket.task, message: reply.words, cause: failure.cause)
            switch failure.cause {
            case .request: reply.end = ticket.failed(why, response)
            case .service, .noPictures: (reply.meaning, reply.failure) = (.doubtfulEnd, why)
            }
        }
        return reply
    }

    private func note(
        _ reply: PollReply, _ ticket: Ticket, isLate: Bool, _ troubledSince: ContinuousClock.Instant?
    ) {
        // Shown on pages and in logs, where the links that a server repeats have no business.
        let words = Redaction.links(reply.words)
        switch reply.meaning {
        case .working where isLate: troubles.isLate(ticket.key, words: words, since: ticket.since)
        case .working: troubles.isWell(ticket.key)
        case .doubtfulEnd, .unknownTask, .trouble: troubles.isTroubled(ticket.key, words: words, at: .now)
        }
        guard let permit = ticket.permit, let troubledSince,
            troubledSince.duration(to: Machine.now) > Self.placePatience
        else { return }
        limiter.stepAside(permit, troubledSince: troubledSince)
    }
}

/// What came of one poll.
private struct PollReply {
    /// Where it is the end, whatever was heard before.
    var end: JobEvent?
    var meaning: PollCourse.Answer
    var arrival: PollBoard.Arrival.Kind
    /// Why the task would fail if the answer were believed.
    var failure: Failure?
    /// What the API, or the network, says.
    var words: String
    /// The answer, byte for byte.
    var response: [UInt8]?
}

extension PollReply {
    fileprivate init(_ error: PollError, _ task: TaskID) {
        words = error.message
        switch error {
        case .unknownTask(let message):
            (meaning, arrival) = (.unknownTask, .answered)
            failure = .taskUnknown(task, message: message)
        case .notAccepted(let refusal):
            meaning = .trouble(retryAfter: refusal.retryAfter)
            arrival = refusal.reason == .tooFast ? .tooFast : .answered
        case .trouble(_, let retryAfter, let answer):
            meaning = .trouble(retryAfter: retryAfter)
            response = answer.map { Array($0.readableBytesView) }
            arrival = answer == nil ? .silence : .answered
        }
    }
}

extension TaskPoller.Ticket {
    fileprivate func timedOut(_ reply: PollReply, _ timeout: Duration) -> JobEvent {
        failed(.taskTimedOut(task, after: timeout, lastWords: reply.words), reply.response)
    }

    fileprivate func failed(_ failure: Failure, _ response: [UInt8]?) -> JobEvent {
        .variantFailed(variant: variant, Wording.explain(failure), response: response.map(KeptAnswer.bytes))
    }
}
