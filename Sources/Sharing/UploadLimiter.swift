// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Synchronization

/// Bounds how many jobs have their pictures shared and still wait for a turn to submit: a batch of ten thousand with
/// pictures of its own must not publish all of them hours before they are asked for.
package final class UploadLimiter: Sendable {
    /// The right of one job to be among them. Given back by ``leave()``, or where nobody has it any more.
    package final class Place: Sendable {
        private let ahead: UploadLimiter
        private let isLeft = Mutex(false)

        fileprivate init(_ ahead: UploadLimiter) {
            self.ahead = ahead
        }

        deinit { leave() }

        /// The job has its turn, or waits for something that only time brings. May be called again.
        package func leave() {
            let isFirst = isLeft.withLock { isLeft in
                defer { isLeft = true }
                return !isLeft
            }
            if isFirst { ahead.left() }
        }
    }

    private struct Waiter {
        var id: UInt64
        var continuation: CheckedContinuation<Place?, Never>
    }

    private struct State {
        var taken = 0
        var nextID: UInt64 = 0
        var waiting: Deque<Waiter> = []
    }

    private let limit: @Sendable () -> Int
    private let state = Mutex(State())

    /// - Parameter limit: how many there may be, at least 1; asked each time, since a reload may change it.
    package init(limit: @escaping @Sendable () -> Int) {
        self.limit = limit
    }

    /// Waits for a place, in the order of arrival. Throws `CancellationError` where the caller is cancelled.
    package func enter() async throws -> Place {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let place = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.waiting.append(Waiter(id: id, continuation: continuation))
                    return false
                }
                if isCancelled { return continuation.resume(returning: nil) }
                letIn()
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
        guard let place else { throw CancellationError() }
        return place
    }

    private func left() {
        state.withLock { $0.taken -= 1 }
        letIn()
    }

    private func letIn() {
        let limit = max(limit(), 1)
        while let waiter = next(limit) { waiter.continuation.resume(returning: Place(self)) }
    }

    private func next(_ limit: Int) -> Waiter? {
        state.withLock { state in
            guard state.taken < limit, let waiter = state.waiting.popFirst() else { return nil }
            state.taken += 1
            return waiter
        }
    }
}
