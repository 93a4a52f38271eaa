// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Waits for time to pass, on an event loop's timer.
///
/// `Task.sleep` would do, but on Linux it runs on a thread of libdispatch, and once one of those has run, libdispatch
/// looks at its threads every second for ever (seen with Swift 6.3.1): an idle daemon must not wake up.
package enum Sleep {
    /// Returns after `time`. Throws `CancellationError` as soon as the task is cancelled.
    package static func wait(_ time: Duration) async throws {
        try Task.checkCancellation()
        if time <= .zero { return }
        let end = End()
        let alarm = Machine.alarm(after: time) { end.comes(.success(())) }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { end.waits($0) }
        } onCancel: {
            alarm.cancel()
            end.comes(.failure(CancellationError()))
        }
    }

    /// Returns at `instant`, or at once where it has passed.
    static func wait(until instant: ContinuousClock.Instant) async throws {
        try await wait(Machine.now.duration(to: instant))
    }

    /// Whichever comes first ends the wait: the time, or the task's end.
    private final class End: Sendable {
        private enum State {
            case open
            case waiting(CheckedContinuation<Void, any Error>)
            case over(Result<Void, any Error>)
        }

        private let state = Mutex(State.open)

        func waits(_ continuation: CheckedContinuation<Void, any Error>) {
            let result: Result<Void, any Error>? = state.withLock { state in
                if case .over(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }

        func comes(_ result: Result<Void, any Error>) {
            let waiting: CheckedContinuation<Void, any Error>? = state.withLock { state in
                switch state {
                case .over: return nil
                case .open:
                    state = .over(result)
                    return nil
                case .waiting(let continuation):
                    state = .over(result)
                    return continuation
                }
            }
            waiting?.resume(with: result)
        }
    }
}

extension Duration {
    /// Whole milliseconds; what is less is dropped.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
