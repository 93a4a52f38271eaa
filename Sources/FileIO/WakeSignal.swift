// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Wakes one task that waits, before its time. A wake-up that nobody waits for is kept for the next wait.
package final class WakeSignal: Sendable {
    private struct State {
        var isPending = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func wake() {
        let waiting = state.withLock { state in
            if state.waiting == nil { state.isPending = true }
            return state.waiting.take()
        }
        waiting?.resume()
    }

    /// Returns when it is woken, when `time` has passed (`nil`: however long it takes), or as soon as the task is
    /// cancelled; now and then a little early. For one task at a time: a wake-up wakes one, and a second would take the
    /// first one's place and leave it waiting for ever.
    package func wait(atMost time: Duration?) async {
        let alarm = time.map { time in Machine.alarm(after: time) { self.wake() } }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isNow = state.withLock { state in
                    if state.isPending || Task.isCancelled {
                        state.isPending = false
                        return true
                    }
                    guard state.waiting == nil else { fatalError("two tasks wait for one WakeSignal") }
                    state.waiting = continuation
                    return false
                }
                if isNow { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
        alarm?.cancel()
    }
}
