// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// How long work of one model takes: what share of it has ended by when.
struct WorkSpread: Equatable, Sendable {
    /// By then a quarter has ended: a poll finds some of it done, and the rest is polled soon after.
    var early: Duration
    /// More than half.
    var usual: Duration
    /// Nearly all.
    var late: Duration
}

/// How long work usually takes, learned per model while the daemon runs. Pure.
struct WorkTimes: Sendable {
    private struct Recent {
        var times: Deque<Duration> = []
        var spread: WorkSpread?
    }

    private static let memory = 64
    private var recent: [String: Recent] = [:]

    /// A piece of work has ended after so long.
    mutating func saw(_ time: Duration, model: String) {
        var one = recent[model] ?? Recent()
        if one.times.count == Self.memory { one.times.removeFirst() }
        one.times.append(time)
        let sorted = one.times.sorted()
        one.spread = WorkSpread(
            early: sorted[sorted.count / 4], usual: sorted[sorted.count * 6 / 10],
            late: sorted[sorted.count * 95 / 100])
        recent[model] = one
    }

    /// `nil` while nothing is known.
    func spread(model: String) -> WorkSpread? { recent[model]?.spread }
}
