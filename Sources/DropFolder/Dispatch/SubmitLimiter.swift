// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import NIOCore
internal import NIOPosix

/// Lets submits leave: at most `limit` tasks under way, no more without an answer than the ``FlowWindow`` has room for,
/// and none while the service is in trouble, but for one probe at a time. Jobs that are already claimed go before files
/// that still lie in the inbox.
actor SubmitLimiter {
    typealias Rank = PermitQueue.Rank

    /// The right to one submit, and then the place of its task.
    struct Permit: Hashable, Sendable {
        let number: UInt64
        /// Whose it is: the same when it has to come again.
        let requester: UInt64
        /// Whether this submit is to find out if the service is well again.
        var isProbe = false
    }

    /// How things stand after a submit was refused.
    struct Standing: Equatable, Sendable {
        /// Whether all others have to wait as well.
        var isPaused: Bool
        /// How many submits the service has taken so far.
        var taken: Int
        /// How often the free question has shown that it is not the service that refused.
        var cleared: Int
    }

    enum Alarm: Sendable {
        /// A wait may be over.
        case look
        case ask
    }

    private var limit: Int
    private let service: any ImageService
    var breaker: CircuitBreaker
    var window = FlowWindow()
    /// Who has a place.
    private var underWay: Set<UInt64> = []
    /// Tasks without a place, since they are in trouble.
    private var aside: Set<UInt64> = []
    private var lastStepAside: ContinuousClock.Instant?
    /// Why pictures cannot be fetched.
    private var pictures: CircuitBreaker.Pause?
    var probing: UInt64?
    var taken = 0
    var cleared = 0
    var lastGoodPoll: ContinuousClock.Instant?
    /// Of any kind.
    var lastGoodAnswer: ContinuousClock.Instant?
    private var queue = PermitQueue()
    private var isClosed = false
    private var nextNumber: UInt64 = 0
    private let alarms: AsyncStream<Alarm>
    let setAlarm: AsyncStream<Alarm>.Continuation
    private var timer: Scheduled<Void>?
    private let pauseChanged: @Sendable (CircuitBreaker.Pause?) -> Void

    /// While no task at all is answered, so much time lies between two that make way.
    private static let trialInterval = Duration.seconds(600)

    /// - Parameters:
    ///   - limit: how many tasks may be under way at once, at least 1.
    ///   - service: asked for nothing but free answers here.
    ///   - pauseChanged: called when a pause begins, changes its reason or its next probe, or ends (`nil`).
    init(
        limit: Int, backoff: Backoff, service: any ImageService,
        pauseChanged: @escaping @Sendable (CircuitBreaker.Pause?) -> Void
    ) {
        self.limit = limit
        self.service = service
        self.pauseChanged = pauseChanged
        breaker = CircuitBreaker(backoff: backoff)
        (alarms, setAlarm) = AsyncStream.makeStream()
    }

    /// From now on so many may be under way at once, and waits grow like this.
    func adopt(limit: Int, backoff: Backoff) {
        self.limit = limit
        breaker.backoff = backoff
        admit()
    }

    /// Something has changed that may have been the trouble, such as the key: a pause is probed now.
    func probeNow() {
        breaker.probeIsDue(at: .now)
        queue.endRests()
        admit()
    }

    /// A person has looked at what is wrong, and wants it tried again.
    func goOn() {
        let was = breaker.pause
        breaker.goOn(at: .now)
        if breaker.pause != was { tell() }
        queue.endRests()
        admit()
    }

    /// Pictures cannot be fetched, or too many jobs wait for theirs; `nil`: they can again. As long as it stands no
    /// submit leaves: what is paid for and cannot be had is the worst.
    ///
    /// - Parameter sentence: for people.
    func pictures(troubledBy sentence: String?) {
        let before = pictures
        pictures = sentence.map { sentence in
            CircuitBreaker.Pause(
                trouble: ServiceTrouble(.pictures, sentence), since: before?.since ?? .now, end: .beginner)
        }
        if pictures == before { return }
        if pictures == nil { window.beginAnew() }
        if breaker.pause == nil { tell() }
        admit()
    }

    func tell() {
        pauseChanged(breaker.pause ?? pictures)
    }

    /// Wakes those who wait when a pause may be probed. Runs until cancelled; sleeps only while somebody waits.
    func run() async {
        for await alarm in alarms {
            switch alarm {
            case .look: break
            case .ask: await ask()
            }
            admit()
        }
    }

    private func ask() async {
        var trouble: ServiceTrouble?
        do {
            try await service.ping()
            lastGoodAnswer = .now
        } catch {
            trouble = ServiceTrouble(error)
        }
        // Whatever happened to the pause meanwhile: the breaker takes the answer only where it waits for one.
        switch breaker.sawAnswer(trouble, at: .now, wall: .now, random: .random(in: 0...1)) {
        case .cleared: cleared += 1
        case .tooLate, .probeAllowed: break
        case .met: tell()
        }
    }

    /// Returns when a submit may leave. Throws `CancellationError` when the daemon stops, or the caller is cancelled.
    ///
    /// - Parameters:
    ///   - requester: of the permit before, where this is not the first.
    ///   - rest: how long it is not to be let in, whatever the others do.
    func enter(_ rank: Rank, as requester: UInt64? = nil, after rest: Duration = .zero) async throws -> Permit {
        let number = takeNumber()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if isClosed || Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                queue.add(
                    PermitQueue.Waiter(
                        number: number, requester: requester ?? number, rank: rank, continuation: continuation),
                    restingUntil: rest > .zero ? .now.advanced(by: rest) : nil)
                admit()
            }
        } onCancel: {
            // The handler cannot enter the actor; the caller returns as soon as its waiter is out of the queue.
            Task { await self.withdraw(number) }
        }
    }

    private func takeNumber() -> UInt64 {
        nextNumber += 1
        return nextNumber
    }

    private func withdraw(_ number: UInt64) {
        queue.remove(number)?.continuation.resume(throwing: CancellationError())
    }

    /// The daemon stops: nobody is let in any more.
    func close() {
        isClosed = true
        timer?.cancel()
        for waiter in queue.removeAll() { waiter.continuation.resume(throwing: CancellationError()) }
    }

    /// A task that an earlier run left under way takes its place, whatever the limit.
    func occupy() -> Permit {
        let number = takeNumber()
        underWay.insert(number)
        return Permit(number: number, requester: number)
    }

    /// The task has come to its end, or was never made; may be said more than once. Where the permit was not used, the
    /// file is gone, or the daemon stops.
    func leave(_ permit: Permit) {
        underWay.remove(permit.number)
        aside.remove(permit.number)
        window.cameBack(permit.number)
        if endsProbe(permit) { breaker.probeWasAbandoned() }
        admit()
    }

    /// The task has been in trouble since then: where tasks of others were answered meanwhile it goes on without a
    /// place, so that nobody is held up for it. Where no task is answered, one now and then makes way for another, to
    /// see whether that one is. No more than there are places at all, since each of them is paid for.
    func stepAside(_ permit: Permit, troubledSince moment: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        let othersAreAnswered = lastGoodPoll.map { $0 >= moment } ?? false
        let lastStep = max(lastStepAside ?? moment, moment)
        guard othersAreAnswered || lastStep.duration(to: now) >= Self.trialInterval, aside.count < limit,
            underWay.remove(permit.number) != nil
        else { return }
        lastStepAside = now
        aside.insert(permit.number)
        admit()
    }

    /// Whether the service has answered well since that moment, to whomever; else it is asked. Free.
    func isWell(since moment: ContinuousClock.Instant) async -> Bool {
        if let lastGoodAnswer, lastGoodAnswer >= moment { return true }
        do {
            try await service.ping()
            lastGoodAnswer = .now
            return true
        } catch {
            return false
        }
    }

    /// Does nothing, on the actor: whoever waits for it learns that the actor is not held up.
    func answer() {}
}

/// Who goes next.
extension SubmitLimiter {
    /// Lets in who may go.
    func admit() {
        var next = queue.endRests(until: .now)
        while underWay.count < limit, pictures == nil, !queue.isEmpty {
            let isNew = breaker.pause != nil && queue.hasNewcomer(beside: breaker.refused)
            let permission = breaker.ask(at: .now, newcomer: isNew)
            if permission == .go, window.hasRoom(at: .now), let waiter = queue.next() {
                letIn(waiter)
                continue
            }
            switch permission {
            case .go, .wait: break
            case .probe: letIn(queue.nextProber(attempt: breaker.pause?.attempt ?? 1), isProbe: true)
            case .probeOfNewcomer: letIn(queue.nextNewcomer(beside: breaker.refused), isProbe: true)
            case .ask: setAlarm.yield(.ask)
            case .waitUntil(let instant): next = min(next ?? instant, instant)
            }
            break
        }
        wake(at: next)
    }

    /// The last call counts: a new pause may be shorter than the one before.
    private func wake(at instant: ContinuousClock.Instant?) {
        timer?.cancel()
        timer = nil
        guard let instant, !isClosed else { return }
        let time = TimeAmount(max(ContinuousClock.now.duration(to: instant), .zero))
        timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: time) { [setAlarm] in
            setAlarm.yield(.look)
        }
    }

    private func letIn(_ waiter: PermitQueue.Waiter?, isProbe: Bool = false) {
        guard let waiter else { return }
        underWay.insert(waiter.number)
        window.left(waiter.number)
        if isProbe { probing = waiter.number }
        waiter.continuation.resume(
            returning: Permit(number: waiter.number, requester: waiter.requester, isProbe: isProbe))
    }
}
