// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// When the tasks that an earlier run left are polled for the first time: one after the other. Ten thousand polls at
/// once would be no kindness to the API, and submits would have to wait behind them.
final class PollPacer: Sendable {
    private static let interval = Duration.milliseconds(1)

    private let next = Mutex<ContinuousClock.Instant?>(nil)

    /// The moment of one poll: at once where no other is near.
    func takePlace(at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        next.withLock { next in
            let place = max(next ?? now, now)
            next = place.advanced(by: Self.interval)
            return place
        }
    }
}
