// SPDX-License-Identifier: Apache-2.0

internal import FileIO
package import Requests
internal import Synchronization

/// Lanes whose `_defaults.yaml` was being changed when one of their files was to be taken: looked at again and again,
/// ever more seldom, once for all the files that wait for it.
package final class UnsettledDefaults: Sendable {
    private struct Look {
        var due: ContinuousClock.Instant
        var pause: Duration
    }

    private static let longest = Duration.seconds(5)

    private let lanes = Mutex<[Lane: Look]>([:])
    private let hasNews = WakeSignal()

    package init() {}

    /// - Parameter pause: before the first look.
    package func note(_ lane: Lane, _ pause: Duration) {
        let isNew = lanes.withLock { lanes in
            if lanes[lane] != nil { return false }
            lanes[lane] = Look(due: .now.advanced(by: pause), pause: pause)
            return true
        }
        if isNew { hasNews.wake() }
    }

    /// Runs until cancelled.
    ///
    /// - Parameter isSettled: looks whether a lane's defaults are whole, and sees to what waits for them.
    func run(_ isSettled: (Lane) async -> Bool) async {
        while !Task.isCancelled {
            let (due, next) = takeDue(at: .now)
            if due.isEmpty { await hasNews.wait(atMost: next.map { ContinuousClock.now.duration(to: $0) }) }
            for (lane, look) in due {
                if await isSettled(lane) { continue }
                note(lane, min(look.pause * 2, Self.longest))
            }
        }
    }

    /// Takes out what is due, and says when the next will be.
    private func takeDue(
        at now: ContinuousClock.Instant
    ) -> (due: [(Lane, Look)], next: ContinuousClock.Instant?) {
        lanes.withLock { lanes in
            let due = lanes.filter { $0.value.due <= now }
            for lane in due.keys { lanes[lane] = nil }
            return (due.map { ($0.key, $0.value) }, lanes.values.map(\.due).min())
        }
    }
}
