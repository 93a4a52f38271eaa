// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import NIOCore
internal import NIOPosix

/// Lets submits leave: at most `limit` tasks under way, and none while the service is in trouble, but for one probe at
/// a time. Jobs that are already claimed go before files that still lie in the inbox.
actor Admission {
    enum Rank: Sendable {
        case claimed, fresh
    }

    /// The right to one submit.
    struct Turn: Sendable {
        /// Whether this submit is to find out if the service is well again.
        var isProbe: Bool
    }

    private struct Waiter {
        var id: UInt64
        var continuation: CheckedContinuation<Turn, any Error>
    }

    private enum Alarm: Sendable {
        /// A wait may be over.
        case look
        case ask
    }

    private var limit: Int
    private let service: any ImageService
    private var breaker: Breaker
    private var underWay = 0
    /// Of those, how many were there before the last pause ended: while the breaker opens they do not count.
    private var underWayBefore = 0
    private var unknownInARow = 0
    /// Submits that the service took, since the start.
    private var taken = 0
    private var claimed: Deque<Waiter> = []
    private var fresh: Deque<Waiter> = []
    private var isClosed = false
    private var nextID: UInt64 = 0
    private let alarms: AsyncStream<Alarm>
    private let setAlarm: AsyncStream<Alarm>.Continuation
    private var timer: Scheduled<Void>?
    private let pauseChanged: @Sendable (Breaker.Pause?) -> Void

    /// After so many unknown outcomes in a row the service is taken to be in trouble: one alone is bad luck.
    private static let unknownLimit = 3
    /// Up to so many claimed jobs take turns with the inbox at probing: what is refused for a reason of its own must
    /// not stand before all the others for ever.
    private static let probers = 3

    /// - Parameters:
    ///   - limit: how many tasks may be under way at once, at least 1.
    ///   - service: asked for nothing but free answers here.
    ///   - pauseChanged: called when a pause begins, changes its reason or its next probe, or ends (`nil`).
    init(
        limit: Int, backoff: Backoff, service: any ImageService,
        pauseChanged: @escaping @Sendable (Breaker.Pause?) -> Void
    ) {
        self.limit = limit
        self.service = service
        self.pauseChanged = pauseChanged
        breaker = Breaker(backoff: backoff)
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
        admit()
    }

    /// Wakes those who wait when a pause may be probed. Runs until cancelled; sleeps only while there is a pause.
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
        } catch {
            trouble = ServiceTrouble(error)
        }
        // Whatever happened to the pause meanwhile: the breaker takes the answer only where it waits for one.
        _ = breaker.sawAnswer(trouble, at: .now, wall: .now, random: .random(in: 0...1))
        if let pause = breaker.pause { pauseChanged(pause) }
    }

    /// Returns when a submit may leave. Throws `CancellationError` when the daemon stops, or the caller is cancelled.
    func enter(_ rank: Rank) async throws -> Turn {
        nextID += 1
        let id = nextID
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if isClosed || Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                let waiter = Waiter(id: id, continuation: continuation)
                switch rank {
                case .claimed: claimed.append(waiter)
                case .fresh: fresh.append(waiter)
                }
                admit()
            }
        } onCancel: {
            // The handler cannot enter the actor; the caller returns as soon as its waiter is out of the queue.
            Task { await self.withdraw(id) }
        }
    }

    private func withdraw(_ id: UInt64) {
        if let index = claimed.firstIndex(where: { $0.id == id }) {
            claimed.remove(at: index).continuation.resume(throwing: CancellationError())
        } else if let index = fresh.firstIndex(where: { $0.id == id }) {
            fresh.remove(at: index).continuation.resume(throwing: CancellationError())
        }
    }

    /// The daemon stops: nobody is let in any more.
    func close() {
        isClosed = true
        timer?.cancel()
        for waiter in claimed + fresh { waiter.continuation.resume(throwing: CancellationError()) }
        claimed = []
        fresh = []
    }

    /// A task that an earlier run left under way takes its place, whatever the limit.
    func occupy() {
        underWay += 1
    }

    /// The task has come to its end, or was never made.
    func leave() {
        underWay -= 1
        underWayBefore = min(underWayBefore, underWay)
        admit()
    }

    /// The service took a submit, or refused it for a fault of the request.
    func sawSuccess() {
        unknownInARow = 0
        taken += 1
        wellAgain()
    }

    private func wellAgain() {
        if breaker.sawSuccess() {
            underWayBefore = max(underWay - 1, 0)
            pauseChanged(nil)
        }
        admit()
    }

    /// The service has answered a question for a task.
    func sawGoodPoll() {
        if breaker.pause?.trouble.kind.endsWithGoodPoll == true { wellAgain() }
    }

    /// Returns how many submits the service has taken so far: a job that is refused while others are taken is refused
    /// for a reason of its own.
    @discardableResult
    func sawTrouble(_ trouble: ServiceTrouble, _ turn: Turn?) -> Int {
        let wasProbe = turn?.isProbe ?? false
        let isNews = breaker.sawTrouble(
            trouble, at: .now, wall: .now, wasProbe: wasProbe, random: .random(in: 0...1))
        if isNews || wasProbe { pauseChanged(breaker.pause) }
        admit()
        return taken
    }

    func sawUnknownOutcome(_ message: String, _ turn: Turn?) {
        unknownInARow += 1
        if unknownInARow >= Self.unknownLimit || turn?.isProbe == true {
            sawTrouble(ServiceTrouble(.service, message), turn)
        }
    }

    func pictures(troubledBy sentence: String?) {}

    /// The probe was not sent.
    func abandonProbe() {
        breaker.probeWasAbandoned()
    }

    /// The turn was not used: the file is gone, or the daemon stops.
    func giveBack(_ turn: Turn) {
        if turn.isProbe { breaker.probeWasAbandoned() }
        leave()
    }

    /// Does nothing, on the actor: whoever waits for it learns that the actor is not held up.
    func answer() {}

    private func admit() {
        while underWay < limit, !(claimed.isEmpty && fresh.isEmpty) {
            switch breaker.ask(at: .now) {
            case .go(let most):
                if let most, underWay - underWayBefore >= most { return }
                letIn(claimed.popFirst() ?? fresh.popFirst(), Turn(isProbe: false))
            case .probe: return letIn(prober(), Turn(isProbe: true))
            case .ask:
                setAlarm.yield(.ask)
                return
            case .waitUntil(let instant):
                return wake(at: instant)
            case .waitForProbe: return
            }
        }
    }

    /// The last call counts: a new pause may be shorter than the one before.
    private func wake(at instant: ContinuousClock.Instant) {
        timer?.cancel()
        let time = TimeAmount(max(ContinuousClock.now.duration(to: instant), .zero))
        timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: time) { [setAlarm] in
            setAlarm.yield(.look)
        }
    }

    private func prober() -> Waiter? {
        let isFull = claimed.count >= Self.probers || breaker.pause.map { !$0.attempt.isMultiple(of: 2) } ?? true
        return isFull ? claimed.popFirst() ?? fresh.popFirst() : fresh.popFirst() ?? claimed.popFirst()
    }

    private func letIn(_ waiter: Waiter?, _ turn: Turn) {
        guard let waiter else { return }
        underWay += 1
        waiter.continuation.resume(returning: turn)
    }
}
