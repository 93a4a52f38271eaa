// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import SystemPackage

/// Threads for work in one place that is not the spool's own and may not answer: it holds up nobody who has nothing to do
/// there, and those who have for so long only.
package final class DistantPlace: Sendable {
    /// Whoever comes first answers: the work, the clock, or the end of the caller.
    private final class Answer<Value: Sendable>: Sendable {
        private struct State {
            var continuation: CheckedContinuation<Value, any Error>?
            var result: Result<Value, any Error>?
            var hasBegun = false
        }

        private let state = Mutex(State())

        func wait(_ continuation: CheckedContinuation<Value, any Error>) {
            let result = state.withLock { state in
                if state.result == nil { state.continuation = continuation }
                return state.result
            }
            if let result { continuation.resume(with: result) }
        }

        /// Returns whether somebody still waits for the work.
        func begin() -> Bool {
            state.withLock { state in
                state.hasBegun = true
                return state.result == nil
            }
        }

        /// Returns whether it is the first, and whether the work goes on all the same.
        @discardableResult
        func give(_ result: Result<Value, any Error>) -> (isFirst: Bool, hasBegun: Bool) {
            let (given, continuation) = state.withLock { state in
                let isFirst = state.result == nil
                if isFirst { state.result = result }
                return ((isFirst, state.hasBegun), state.continuation.take())
            }
            continuation?.resume(with: result)
            return given
        }
    }

    private let pool: FilePool
    /// Pieces of work for which nobody waits any more.
    private let abandoned = Mutex(0)

    package init(threads: Int) {
        pool = FilePool(threads: threads)
    }

    /// Runs work, which goes on when the caller is cancelled or no longer waits. While some goes on so, the place does not
    /// answer, and nobody waits for it.
    ///
    /// - Throws: what `work` throws, ``Errno/timedOut``, `CancellationError`.
    package func run<Value: Sendable>(
        within time: Duration, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        if abandoned.withLock({ $0 }) > 0 { throw Errno.timedOut }
        let answer = Answer<Value>()
        let alarm = Machine.alarm(after: time) { [self] in abandon(answer, Errno.timedOut) }
        defer { alarm.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                answer.wait(continuation)
                pool.begin { [self] in
                    guard answer.begin() else { return }
                    if !answer.give(Result(catching: work)).isFirst { abandoned.withLock { $0 -= 1 } }
                } orRefuse: {
                    answer.give(.failure(CancellationError()))
                }
            }
        } onCancel: {
            abandon(answer, CancellationError())
        }
    }

    private func abandon<Value>(_ answer: Answer<Value>, _ error: any Error) {
        // Counted before the work can end, which takes it back.
        abandoned.withLock { abandoned in
            let given = answer.give(.failure(error))
            if given.isFirst, given.hasBegun { abandoned += 1 }
        }
    }

    /// Ends the threads when the work that waits is done.
    package func shutDown() {
        pool.shutDown()
    }
}
