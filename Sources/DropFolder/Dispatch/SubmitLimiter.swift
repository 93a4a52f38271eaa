// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Synchronization

/// Lets submits leave: at most `limit` tasks under way, no more without an answer than the ``FlowWindow`` has room for,
/// and none while the service is in trouble, but for one probe at a time. Jobs that are already claimed go before files
/// that still lie in the inbox.
final class SubmitLimiter: Sendable {
    typealias Rank = PermitQueue.Rank

    /// The right to one submit, and then the place of its task: a lease. It ends with ``leave()``, or where nobody has it
    /// any more.
    final class Permit: Sendable {
        let number: UInt64
        /// Whose it is: the same when it has to come again.
        let requester: UInt64
        /// Whether this submit is to find out if the service is well again.
        let isProbe: Bool
        private let limiter: SubmitLimiter

        fileprivate init(_ limiter: SubmitLimiter, _ number: UInt64, of requester: UInt64, isProbe: Bool = false) {
            (self.limiter, self.number, self.requester, self.isProbe) = (limiter, number, requester, isProbe)
        }

        deinit { leave() }

        /// The task has come to its end, or was never made. May be said more than once.
        func leave() { limiter.leave(number) }
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

    struct State {
        fileprivate(set) var limit: Int
        var breaker: CircuitBreaker
        var window = FlowWindow()
        /// Who has a place.
        var underWay: Set<UInt64> = []
        /// Tasks without a place, since they are in trouble.
        var aside: Set<UInt64> = []
        var lastStepAside: ContinuousClock.Instant?
        /// Why pictures cannot be fetched.
        var pictures: CircuitBreaker.Pause?
        var probing: UInt64?
        var taken = 0
        /// Whether any submit was answered as it should be.
        var isProved = false
        var cleared = 0
        var lastGoodPoll: ContinuousClock.Instant?
        /// Of any kind.
        var lastGoodAnswer: ContinuousClock.Instant?
        var queue = PermitQueue()
        var isClosed = false
        var lastNumber: UInt64 = 0
        var timer: Machine.Alarm?

        var standing: Standing { Standing(isPaused: breaker.pause != nil, taken: taken, cleared: cleared) }

        mutating func takeNumber() -> UInt64 {
            lastNumber += 1
            return lastNumber
        }
    }

    private let state: Mutex<State>
    private let service: any ImageService
    private let alarms: AsyncStream<Alarm>
    let setAlarm: AsyncStream<Alarm>.Continuation
    private let pauseChanged: @Sendable (CircuitBreaker.Pause?) -> Void
    let works: @Sendable () -> Void

    /// While no task at all is answered, so much time lies between two that make way.
    private static let trialInterval = Duration.seconds(600)

    /// - Parameters:
    ///   - limit: how many tasks may be under way at once, at least 1.
    ///   - service: asked for nothing but free answers here.
    ///   - pauseChanged: called when a pause begins, changes its reason or its next probe, or ends (`nil`), in that order;
    ///     it must not call back.
    ///   - works: called when the first submit was answered as it should be; it must not call back.
    init(
        limit: Int, backoff: Backoff, service: any ImageService,
        pauseChanged: @escaping @Sendable (CircuitBreaker.Pause?) -> Void, works: @escaping @Sendable () -> Void = {}
    ) {
        self.service = service
        (self.works, self.pauseChanged) = (works, pauseChanged)
        state = Mutex(State(limit: limit, breaker: CircuitBreaker(backoff: backoff)))
        (alarms, setAlarm) = AsyncStream.makeStream()
    }

    /// Changes something, and lets in whoever may go by now.
    @discardableResult
    func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        let (value, admitted) = state.withLock { state in
            let value = body(&state)
            return (value, admit(&state))
        }
        for (waiter, isProbe) in admitted {
            waiter.continuation.resume(
                returning: Permit(self, waiter.number, of: waiter.requester, isProbe: isProbe))
        }
        return value
    }

    /// From now on so many may be under way at once, and waits grow like this.
    func adopt(limit: Int, backoff: Backoff) {
        change { state in
            state.limit = limit
            state.breaker.backoff = backoff
        }
    }

    /// Something has changed that may have been the trouble, such as the key: a pause is probed now.
    func probeNow() {
        change { state in
            state.breaker.probeIsDue(at: Machine.now)
            state.queue.endRests()
        }
    }

    /// A person has looked at what is wrong, and wants it tried again.
    func goOn() {
        change { state in
            let was = state.breaker.pause
            state.breaker.goOn(at: Machine.now)
            if state.breaker.pause != was { tell(state) }
            state.queue.endRests()
        }
    }

    /// Pictures cannot be fetched, or too many jobs wait for theirs; `nil`: they can again. As long as it stands no
    /// submit leaves: what is paid for and cannot be had is the worst.
    ///
    /// - Parameter sentence: for people.
    func pictures(troubledBy sentence: String?) {
        change { state in
            let before = state.pictures
            state.pictures = sentence.map { sentence in
                CircuitBreaker.Pause(
                    trouble: ServiceTrouble(.pictures, sentence), since: before?.since ?? .now, end: .beginner)
            }
            if state.pictures == before { return }
            if state.pictures == nil { state.window.beginAnew() }
            if state.breaker.pause == nil { tell(state) }
        }
    }

    /// Under the lock, so that whoever hears it last hears how it is.
    func tell(_ state: State) {
        pauseChanged(state.breaker.pause ?? state.pictures)
    }

    /// Wakes those who wait when a pause may be probed. Runs until cancelled; sleeps only while somebody waits.
    func run() async {
        for await alarm in alarms {
            switch alarm {
            case .look: change { _ in }
            case .ask: await ask()
            }
        }
    }

    private func ask() async {
        let trouble = await ping()
        // Whatever happened to the pause meanwhile: the breaker takes the answer only where it waits for one.
        change { state in
            switch state.breaker.sawAnswer(trouble, at: Machine.now, wall: .now, random: Machine.jitter) {
            case .cleared: state.cleared += 1
            case .tooLate, .probeAllowed: break
            case .met: tell(state)
            }
        }
    }

    /// The free question; `nil` where it is answered well.
    private func ping() async -> ServiceTrouble? {
        do {
            try await service.ping()
            change { $0.lastGoodAnswer = Machine.now }
            return nil
        } catch {
            return ServiceTrouble(error)
        }
    }

    /// Returns when a submit may leave. Throws `CancellationError` when the daemon stops, or the caller is cancelled.
    ///
    /// - Parameters:
    ///   - requester: of the permit before, where this is not the first.
    ///   - rest: how long it is not to be let in, whatever the others do.
    func enter(_ rank: Rank, as requester: UInt64? = nil, after rest: Duration = .zero) async throws -> Permit {
        let number = state.withLock { $0.takeNumber() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isSentAway = change { state in
                    // A cancellation that comes later finds it in the queue.
                    if state.isClosed || Task.isCancelled { return true }
                    state.queue.add(
                        PermitQueue.Waiter(
                            number: number, requester: requester ?? number, rank: rank, continuation: continuation),
                        restingUntil: rest > .zero ? Machine.now.advanced(by: rest) : nil)
                    return false
                }
                if isSentAway { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            change { $0.queue.remove(number) }?.continuation.resume(throwing: CancellationError())
        }
    }

    /// The same for one that need not wait; `nil` where it would.
    func enterAtOnce() -> Permit? {
        let number: UInt64? = state.withLock { state in
            guard !state.isClosed, state.queue.isEmpty, hasRoom(state), state.breaker.isClosed,
                state.window.hasRoom(at: Machine.now)
            else { return nil }
            let number = state.takeNumber()
            Self.letIn(number, &state)
            return number
        }
        return number.map { Permit(self, $0, of: $0) }
    }

    /// The daemon stops: nobody is let in any more.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            state.timer?.cancel()
            return state.queue.removeAll()
        }
        for waiter in waiters { waiter.continuation.resume(throwing: CancellationError()) }
    }

    /// A task that an earlier run left under way takes its place, whatever the limit.
    func occupy() -> Permit {
        let number = state.withLock { state in
            let number = state.takeNumber()
            state.underWay.insert(number)
            return number
        }
        return Permit(self, number, of: number)
    }

    private func leave(_ number: UInt64) {
        change { state in
            state.underWay.remove(number)
            state.aside.remove(number)
            state.window.cameBack(number)
            if state.endsProbe(number) { state.breaker.probeWasAbandoned() }
        }
    }

    /// The task has been in trouble since then: where tasks of others were answered meanwhile it goes on without a
    /// place, so that nobody is held up for it. Where no task is answered, one now and then makes way for another, to
    /// see whether that one is. No more than there are places at all, since each of them is paid for.
    func stepAside(_ permit: Permit, troubledSince moment: ContinuousClock.Instant) {
        let now = Machine.now
        change { state in
            let othersAreAnswered = state.lastGoodPoll.map { $0 >= moment } ?? false
            let lastStep = max(state.lastStepAside ?? moment, moment)
            guard othersAreAnswered || lastStep.duration(to: now) >= Self.trialInterval,
                state.aside.count < state.limit, state.underWay.remove(permit.number) != nil
            else { return }
            state.lastStepAside = now
            state.aside.insert(permit.number)
        }
    }

    /// How many tasks are under way, those without a place included.
    var placesTaken: Int { state.withLock { $0.underWay.count + $0.aside.count } }

    /// How many submits are on their way and have no answer yet.
    var unanswered: Int { state.withLock { $0.window.unanswered } }

    /// Whether the service has answered well since that moment, to whomever; else it is asked. Free.
    func isWell(since moment: ContinuousClock.Instant) async -> Bool {
        if let last = state.withLock(\.lastGoodAnswer), last >= moment { return true }
        return await ping() == nil
    }
}
