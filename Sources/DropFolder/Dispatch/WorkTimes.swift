// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// How long work usually takes, learned per model while the daemon runs. Pure.
struct WorkTimes: Sendable {
    private static let memory = 32
    private var recent: [String: Deque<Duration>] = [:]

    /// A piece of work has ended after so long.
    mutating func saw(_ time: Duration, model: String) {
        var times = recent[model] ?? []
        if times.count == Self.memory { times.removeFirst() }
        times.append(time)
        recent[model] = times
    }

    /// The time within which a quarter of the recent work had ended: asking then finds some done, and the rest is asked
    /// for soon after. `nil` while nothing is known.
    func expected(model: String) -> Duration? {
        guard let times = recent[model]?.sorted(), !times.isEmpty else { return nil }
        return times[times.count / 4]
    }
}
