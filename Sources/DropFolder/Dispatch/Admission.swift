// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// Lets submits leave: at most `limit` tasks under way, and none while the service is in trouble, but for one probe at a
/// time. Jobs that are already claimed go before files that still lie in the inbox.
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

    private let limit: Int
    private var breaker: Breaker
    private var underWay = 0
    private var unknownInARow = 0
    private var claimed: Deque<Waiter> = []
    private var fresh: Deque<Waiter> = []
    private var nextID: UInt64 = 0
    private let alarms: AsyncStream<ContinuousClock.Instant>
    private let setAlarm: AsyncStream<ContinuousClock.Instant>.Continuation
    private let pauseChanged: @Sendable (Breaker.Pause?) -> Void

    /// After so many unknown outcomes in a row the service is taken to be in trouble: one alone is bad luck.
    private static let unknownLimit = 3

    /// - Parameters:
    ///   - limit: how many tasks may be under way at once, at least 1.
    ///   - pauseChanged: called when a pause begins, changes its reason, or ends (`nil`).
    init(limit: Int, backoff: Backoff, pauseChanged: @escaping @Sendable (Breaker.Pause?) -> Void) {
        self.limit = limit
        self.pauseChanged = pauseChanged
        breaker = Breaker(backoff: backoff)
        // Only the newest alarm counts: an earlier one that is written over is set again when it is asked for.
        (alarms, setAlarm) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Wakes those who wait when a pause may be probed. Runs until cancelled; sleeps only while there is a pause.
    func run() async {
        for await alarm in alarms {
            try? await Sleep.wait(until: alarm)
            admit()
        }
    }

    /// Returns when a submit may leave. Throws `CancellationError` when the caller is cancelled.
    func enter(_ rank: Rank) async throws -> Turn {
        nextID += 1
        let id = nextID
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                let waiter = Waiter(id: id, continuation: continuation)
                switch rank {
                case .claimed: claimed.append(waiter)
                case .fresh: fresh.append(waiter)
                }
                admit()
            }
        } onCancel: {
            // The handler cannot enter the actor; the task ends as soon as the waiter is out of the queue.
            Task { await self.withdraw(id) }
        }
    }

    /// A task that an earlier run left under way takes its place, whatever the limit.
    func occupy() {
        underWay += 1
    }

    /// The task has come to its end, or was never made.
    func leave() {
        underWay -= 1
        admit()
    }

    /// The service took a submit, or refused it for a fault of the request.
    func sawSuccess() {
        unknownInARow = 0
        guard breaker.sawSuccess() else { return }
        pauseChanged(nil)
        admit()
    }

    /// The service has answered a question for a task: it is there and takes the key. Of the balance that says nothing.
    func sawGoodPoll() {
        switch breaker.pause?.trouble.kind {
        case .key, .tooFast, .service, .unreachable: sawSuccess()
        case .balance, nil: break
        }
    }

    func sawTrouble(_ trouble: ServiceTrouble, _ turn: Turn?) {
        let isNews = breaker.sawTrouble(
            trouble, at: .now, wall: .now, wasProbe: turn?.isProbe ?? false, random: .random(in: 0...1))
        if isNews { pauseChanged(breaker.pause) }
        admit()
    }

    func sawUnknownOutcome(_ message: String, _ turn: Turn?) {
        unknownInARow += 1
        if unknownInARow >= Self.unknownLimit || turn?.isProbe == true {
            sawTrouble(ServiceTrouble(.service, message), turn)
        }
    }

    /// The turn was not used: the file is gone, or the daemon stops.
    func giveBack(_ turn: Turn) {
        if turn.isProbe { breaker.probeWasAbandoned() }
        leave()
    }

    private func withdraw(_ id: UInt64) {
        for index in claimed.indices where claimed[index].id == id {
            return claimed.remove(at: index).continuation.resume(throwing: CancellationError())
        }
        for index in fresh.indices where fresh[index].id == id {
            return fresh.remove(at: index).continuation.resume(throwing: CancellationError())
        }
    }

    private func admit() {
        while underWay < limit, !(claimed.isEmpty && fresh.isEmpty) {
            switch breaker.ask(at: .now) {
            case .go: letIn(Turn(isProbe: false))
            case .probe: return letIn(Turn(isProbe: true))
            case .waitUntil(let instant):
                setAlarm.yield(instant)
                return
            case .waitForProbe: return
            }
        }
    }

    private func letIn(_ turn: Turn) {
        guard let waiter = claimed.popFirst() ?? fresh.popFirst() else { return }
        underWay += 1
        waiter.continuation.resume(returning: turn)
    }
}
