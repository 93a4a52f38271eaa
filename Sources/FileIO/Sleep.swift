// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOPosix

/// Waits for time to pass, on an event loop's timer.
///
/// `Task.sleep` would do, but on Linux it runs on a thread of libdispatch, and once one of those has run, libdispatch
/// looks at its threads every second for ever (seen with Swift 6.3.1): an idle daemon must not wake up.
package enum Sleep {
    /// Returns after `time`. Throws `CancellationError` as soon as the task is cancelled.
    package static func wait(_ time: Duration) async throws {
        try Task.checkCancellation()
        if time <= .zero { return }
        let alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(time)) {}
        try await withTaskCancellationHandler {
            do {
                try await alarm.futureResult.get()
            } catch {
                // A timer fails only by being cancelled.
                throw CancellationError()
            }
        } onCancel: {
            alarm.cancel()
        }
    }

    /// Returns at `instant`, or at once where it has passed.
    static func wait(until instant: ContinuousClock.Instant) async throws {
        try await wait(ContinuousClock.now.duration(to: instant))
    }
}
