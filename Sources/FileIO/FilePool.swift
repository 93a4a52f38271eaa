// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// The threads on which blocking file work runs, so that it never holds up the cooperative pool.
///
/// Most of the work is over in microseconds, and waking a thread costs as much: a thread that is awake takes the next
/// piece itself, and another is woken only where the work piles up or the disk holds a thread up.
package final class FilePool: Sendable {
    private struct Job {
        var run: @Sendable () -> Void
        var abandon: @Sendable () -> Void
    }

    private struct State {
        var jobs: Deque<Job> = []
        var awake = 0
        var asleep: Int
        var lastTaken = Machine.now
        /// Whether a thread looks again soon, in case the disk holds up those that are awake.
        var hasStandby = false
        var isShutDown = false

        /// The first, and whether somebody has to look after what is left: this one may be held up, too.
        mutating func take() -> (job: Job, wakesAnother: Bool)? {
            guard let job = jobs.popFirst() else { return nil }
            awake += 1
            asleep -= 1
            lastTaken = Machine.now
            return (job, !jobs.isEmpty && !hasStandby && asleep > 0)
        }
    }

    /// How many threads are kept busy before work has to wait; see ``patience``.
    private static let usual = 2
    /// When no piece of work was taken for so long although some wait, the disk is slow: one more thread joins in.
    private static let patience = Duration.milliseconds(5)

    private let lock: ConditionLock<State>
    #if DEBUG
        private let simulation = Machine.simulated
    #endif

    /// - Parameter threads: how many calls may block at once. More threads than cores, since they wait for the disk.
    package init(threads: Int) {
        lock = ConditionLock(State(asleep: threads))
        let lock = lock
        #if DEBUG
            if simulation != nil { return }
        #endif
        for _ in 0..<threads { BlockingThread.start("files") { Self.work(lock) } }
    }

    private static func work(_ lock: ConditionLock<State>) {
        var hasWorked = false
        while let (job, wakesAnother) = next(lock, &hasWorked) {
            if wakesAnother { lock.wakeOne() }
            job.run()
            hasWorked = true
        }
    }

    /// `nil` when the pool is shut down and nothing is left to do.
    private static func next(
        _ lock: ConditionLock<State>, _ hasWorked: inout Bool
    ) -> (job: Job, wakesAnother: Bool)? {
        var isStandby = false
        return lock.wait { state in
            if hasWorked {
                state.awake -= 1
                state.asleep += 1
                hasWorked = false
            }
            if isStandby {
                state.hasStandby = false
                isStandby = false
            }
            if state.jobs.isEmpty { return state.isShutDown ? .found(nil) : .sleep }
            let waited = state.lastTaken.duration(to: Machine.now)
            if state.awake < usual || waited >= patience { return .found(state.take()) }
            if state.hasStandby { return .sleep }
            state.hasStandby = true
            isStandby = true
            return .sleepFor(patience - waited)
        }
    }

    /// Runs `work` on one of the threads. Cancelling the caller does not stop work that has begun: half a rename is no
    /// state to be in. Throws what `work` throws.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job(
                run: { continuation.resume(with: Result(catching: work)) },
                abandon: { continuation.resume(throwing: CancellationError()) })
            submit(job)
        }
    }

    /// Calls back from one of the threads as soon as its turn comes, behind the work that waits; at once where the
    /// pool is shut down.
    package func ping(_ answered: @escaping @Sendable () -> Void) {
        submit(Job(run: answered, abandon: answered))
    }

    /// Runs `work` for a caller who does not wait for it here; `refuse` where the pool is shut down.
    func begin(_ work: @escaping @Sendable () -> Void, orRefuse refuse: @escaping @Sendable () -> Void) {
        submit(Job(run: work, abandon: refuse))
    }

    /// Whether every thread is in a piece of work, so that nobody can take another; or the work moves, and there is
    /// just a lot of it.
    package var isBusy: Bool {
        var isBusy = false
        lock.change { state in
            isBusy = state.asleep == 0 || state.lastTaken.duration(to: Machine.now) < .seconds(1)
            return .nobody
        }
        return isBusy
    }

    private func submit(_ job: Job) {
        var isTooLate = false
        lock.change { state in
            if state.isShutDown {
                isTooLate = true
                return .nobody
            }
            state.jobs.append(job)
            let isNeeded = state.awake < Self.usual || !state.hasStandby
            return state.asleep > 0 && isNeeded ? .one : .nobody
        }
        if isTooLate { return job.abandon() }
        #if DEBUG
            simulation?.perform { [self] in runAny() }
        #endif
    }

    #if DEBUG
        /// One of those that the threads would have taken by now: any of them may be the first to come to anything.
        private func runAny() {
            var job: Job?
            lock.change { state in
                let taken = min(state.jobs.count, state.asleep)
                guard taken > 0, let chance = simulation?.random() else { return .nobody }
                job = state.jobs.remove(at: Int(chance % UInt64(taken)))
                state.lastTaken = Machine.now
                return .nobody
            }
            job?.run()
        }
    #endif

    /// Ends the threads when the work that waits is done. Later work is refused with `CancellationError`.
    package func shutDown() {
        lock.change { state in
            state.isShutDown = true
            return .all
        }
    }
}
