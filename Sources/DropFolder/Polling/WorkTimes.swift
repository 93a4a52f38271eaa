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
    /// When to poll, so that a task costs little more than two polls and its end is found soon: see ``shares``.
    var moments: [Duration] = []
}

extension WorkSpread {
    /// By each moment so much of the work has ended. A poll that comes late is needed by those alone that are not done
    /// by then, so it costs the least to let the waits fall evenly: with five polls, 5 to 1 parts of all work end between
    /// one and the next. Of as many polls a task no other course finds the ends of evenly spread work sooner.
    fileprivate static let shares = [5.0 / 15, 9.0 / 15, 12.0 / 15, 14.0 / 15, 1]

    /// - Parameter sorted: not empty.
    fileprivate init(_ sorted: [Duration]) {
        early = sorted[sorted.count / 4]
        usual = sorted[sorted.count * 6 / 10]
        late = sorted[sorted.count * 95 / 100]
        // A few say little of how far the next may lie from them: by half where there is one, by a third where are two.
        let (first, last, width) = (sorted[0], sorted[sorted.count - 1], sorted.count + 1)
        let all = [first - first / width] + sorted + [last + last / width]
        moments = Self.shares.map { share in
            let place = share * Double(all.count - 1)
            let index = min(Int(place), all.count - 2)
            return all[index] + (all[index + 1] - all[index]) * (place - Double(index))
        }
    }
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
        one.spread = WorkSpread(one.times.sorted())
        recent[model] = one
    }

    /// What is usual, by model.
    var usual: [String: Duration] { recent.compactMapValues { $0.spread?.usual } }

    /// `nil` while nothing is known.
    func spread(model: String) -> WorkSpread? { recent[model]?.spread }
}
