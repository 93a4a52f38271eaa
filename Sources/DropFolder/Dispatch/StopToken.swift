// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The wish to stop, and the work that it breaks off: questions and downloads, which are free to begin again, and
/// waiting. Submits have a signal of their own, which is raised much later: only their answers tell what was paid for.
final class StopToken: Sendable {
    private struct State {
        var isRaised = false
        var nextID: UInt64 = 0
        var breakers: [UInt64: Breaker] = [:]
        var alarm: Scheduled<Void>?
    }

    /// Breaks off one piece of work, at most once, and not after the work's end.
    private final class Breaker: Sendable {
        private let stop: Mutex<(@Sendable () -> Void)?>

        init(_ stop: @escaping @Sendable () -> Void) { self.stop = Mutex(stop) }

        // Called with this lock held, which is the work's own: its end waits until it is called, and nothing else does.
        func pull() { stop.withLock { $0.take()?() } }

        /// Once it returns nothing is called any more: the task may end.
        func retire() { stop.withLock { $0 = nil } }
    }

    // UnsafeCurrentTask may be cancelled from any thread while its task runs; it is registered for just that long.
    private struct Handle: @unchecked Sendable {
        var task: UnsafeCurrentTask
    }

    private let state = Mutex(State())

    var isRaised: Bool { state.withLock { $0.isRaised } }

    /// The daemon stops.
    func raise() {
        let (breakers, alarm) = state.withLock { state in
            state.isRaised = true
            defer { state.breakers = [:] }
            return (Array(state.breakers.values), state.alarm.take())
        }
        alarm?.cancel()
        // Without the token's lock: what a task does when it is cancelled may ask the token.
        for breaker in breakers { breaker.pull() }
    }

    /// Raises it when so much time has passed, unless that is called off before. The first call counts.
    func raise(after time: TimeAmount) {
        state.withLock { state in
            guard !state.isRaised, state.alarm == nil else { return }
            state.alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: time) { self.raise() }
        }
    }

    /// Nothing is left that it could break off. Until then what was to raise it later keeps it in memory.
    func callOff() {
        state.withLock { $0.alarm.take() }?.cancel()
    }

    /// Runs work that a stop cancels together with its task, which must have no other work to do that counts. Throws
    /// `CancellationError` where the stop came before.
    func cancellable<Value>(_ work: () async throws -> Value) async throws -> Value {
        try await withUnsafeCurrentTask { task in
            guard let handle = task.map(Handle.init) else { preconditionFailure("every call is part of a task") }
            guard let entry = register({ handle.task.cancel() }) else { throw CancellationError() }
            defer { forget(entry) }
            return try await work()
        }
    }

    /// Runs work that the signal cancels together with its task, and whose own word then says what became of it.
    func abandonable<Value>(_ work: () async -> Value) async -> Value {
        await withUnsafeCurrentTask { task in
            guard let handle = task.map(Handle.init) else { preconditionFailure("every call is part of a task") }
            guard let entry = register({ handle.task.cancel() }) else {
                handle.task.cancel()
                return await work()
            }
            defer { forget(entry) }
            return await work()
        }
    }

    /// Waits for time to pass. Throws `CancellationError` as soon as the daemon stops, without cancelling the task.
    func wait(_ time: Duration) async throws {
        let alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(time)) {}
        guard let entry = register({ alarm.cancel() }) else {
            alarm.cancel()
            throw CancellationError()
        }
        defer { forget(entry) }
        do {
            try await alarm.futureResult.get()
        } catch {
            // A timer fails only by being cancelled.
            throw CancellationError()
        }
    }

    private struct Entry {
        var id: UInt64
        var breaker: Breaker
    }

    /// `nil` where the stop came before.
    private func register(_ stop: @escaping @Sendable () -> Void) -> Entry? {
        let breaker = Breaker(stop)
        return state.withLock { state in
            if state.isRaised { return nil }
            state.nextID += 1
            state.breakers[state.nextID] = breaker
            return Entry(id: state.nextID, breaker: breaker)
        }
    }

    private func forget(_ entry: Entry) {
        state.withLock { $0.breakers[entry.id] = nil }
        // It may have been taken out a moment ago, to be called.
        entry.breaker.retire()
    }
}
