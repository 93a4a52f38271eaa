// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Synchronization

/// The wish to stop, and the work that it breaks off: questions and downloads, which are free to begin again, and
/// waiting. Submits have a signal of their own, which is raised much later: only their answers tell what was paid for.
final class StopToken: Sendable {
    private struct State {
        var isRaised = false
        var nextID: UInt64 = 0
        var breakers: [UInt64: Breaker] = [:]
        var alarm: Machine.Alarm?
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
    func raise(after time: Duration) {
        state.withLock { state in
            guard !state.isRaised, state.alarm == nil else { return }
            state.alarm = Machine.alarm(after: time) { self.raise() }
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

    /// Waits for time to pass, even in a task that is cancelled. Throws `CancellationError` as soon as the daemon stops.
    func wait(_ time: Duration) async throws {
        var entry: Entry?
        var alarm: Machine.Alarm?
        let hasPassed = await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            entry = register { answer.give(false) }
            if entry == nil { answer.give(false) } else { alarm = Machine.alarm(after: time) { answer.give(true) } }
        }
        alarm?.cancel()
        if let entry { forget(entry) }
        if !hasPassed { throw CancellationError() }
    }

    /// Of two that may answer the first does.
    private final class Answer: Sendable {
        private let waiting: Mutex<CheckedContinuation<Bool, Never>?>

        init(_ waiting: CheckedContinuation<Bool, Never>) { self.waiting = Mutex(waiting) }

        func give(_ answer: Bool) { waiting.withLock { $0.take() }?.resume(returning: answer) }
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
