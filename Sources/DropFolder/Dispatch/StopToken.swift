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
        var breakers: [UInt64: @Sendable () -> Void] = [:]
    }

    // UnsafeCurrentTask may be cancelled from any thread while its task runs; it is registered for just that long.
    private struct Handle: @unchecked Sendable {
        var task: UnsafeCurrentTask
    }

    private let state = Mutex(State())

    var isRaised: Bool { state.withLock { $0.isRaised } }

    /// The daemon stops.
    func raise() {
        state.withLock { state in
            state.isRaised = true
            // With the lock held: afterwards a task may be gone.
            for stop in state.breakers.values { stop() }
            state.breakers = [:]
        }
    }

    /// Runs work that a stop cancels together with its task, which must have no other work to do that counts. Throws
    /// `CancellationError` where the stop came before.
    func cancellable<Value>(_ work: () async throws -> Value) async throws -> Value {
        try await withUnsafeCurrentTask { task in
            guard let handle = task.map(Handle.init) else { preconditionFailure("every call is part of a task") }
            guard let id = register({ handle.task.cancel() }) else { throw CancellationError() }
            defer { forget(id) }
            return try await work()
        }
    }

    /// Runs work that the signal cancels together with its task, and whose own word then says what became of it.
    func abandonable<Value>(_ work: () async -> Value) async -> Value {
        await withUnsafeCurrentTask { task in
            guard let handle = task.map(Handle.init) else { preconditionFailure("every call is part of a task") }
            guard let id = register({ handle.task.cancel() }) else {
                handle.task.cancel()
                return await work()
            }
            defer { forget(id) }
            return await work()
        }
    }

    /// Waits for time to pass. Throws `CancellationError` as soon as the daemon stops, without cancelling the task.
    func wait(_ time: Duration) async throws {
        let alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(time)) {}
        guard let id = register({ alarm.cancel() }) else {
            alarm.cancel()
            throw CancellationError()
        }
        defer { forget(id) }
        do {
            try await alarm.futureResult.get()
        } catch {
            // A timer fails only by being cancelled.
            throw CancellationError()
        }
    }

    /// `nil` where the stop came before.
    private func register(_ stop: @escaping @Sendable () -> Void) -> UInt64? {
        state.withLock { state in
            if state.isRaised { return nil }
            state.nextID += 1
            state.breakers[state.nextID] = stop
            return state.nextID
        }
    }

    private func forget(_ id: UInt64) {
        state.withLock { $0.breakers[id] = nil }
    }
}
