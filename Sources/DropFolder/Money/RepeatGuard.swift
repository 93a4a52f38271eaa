// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// Stops a loop that drops the same request again and again: so many of the same content may begin within the window.
/// Pure; time is passed in.
struct RepeatGuard: Sendable {
    private struct Begin: Sendable {
        var content: Fingerprint
        var moment: Timestamp
    }

    /// How many of the same content may begin within the window; 0: any number.
    private(set) var limit: Int
    /// Milliseconds.
    private let window: Int64
    /// How many begins are remembered at most. Beyond that the oldest are forgotten before their time.
    private let memory: Int
    /// In the order in which they came. Some may have been undone.
    private var begins: Deque<Begin> = []
    private var moments: [Fingerprint: Moments] = [:]

    /// - Parameters:
    ///   - limit: 0 switches the guard off.
    ///   - window: at least 1 ms.
    ///   - memory: at least 1. The default takes some 25 MiB when full.
    init(limit: Int, window: Duration = .seconds(3600), memory: Int = 1 << 18) {
        self.limit = max(limit, 0)
        self.window = window.milliseconds
        self.memory = max(memory, 1)
    }

    /// From now on so many may begin within the window. What has begun counts, as far as there was a limit then.
    mutating func adopt(limit: Int) { self.limit = max(limit, 0) }

    /// A request is about to begin. `nil` lets it, and counts it; otherwise the moment from which it may, which is
    /// later than `now`.
    mutating func begin(_ content: Fingerprint, at now: Timestamp) -> Timestamp? {
        guard limit > 0 else { return nil }
        forgetOld(at: now)
        // Where the clock was set back, newer begins may hide old ones from the line above.
        while let first = moments[content]?.first, isOld(first, at: now) { forget(content, first) }
        if let earlier = moments[content], earlier.count >= limit {
            return Timestamp(milliseconds: min(earlier.first, now).milliseconds + window)
        }
        count(content, at: now)
        return nil
    }

    /// Counts a request that began in an earlier run of the daemon. They come oldest first.
    mutating func seed(_ content: Fingerprint, at moment: Timestamp) {
        guard limit > 0 else { return }
        if let earlier = moments[content], earlier.count >= limit { forget(content, earlier.first) }
        count(content, at: moment)
    }

    /// The request that began at that moment was given back: it does not count.
    mutating func undo(_ content: Fingerprint, at moment: Timestamp) {
        forget(content, moment)
    }

    /// How many contents are remembered.
    var contents: Int { moments.count }

    private mutating func count(_ content: Fingerprint, at moment: Timestamp) {
        begins.append(Begin(content: content, moment: moment))
        if moments[content]?.append(moment) == nil { moments[content] = Moments(first: moment) }
        if begins.count > memory, let oldest = begins.popFirst() { forget(oldest.content, oldest.moment) }
    }

    private mutating func forgetOld(at now: Timestamp) {
        while let oldest = begins.first, isOld(oldest.moment, at: now) {
            begins.removeFirst()
            forget(oldest.content, oldest.moment)
        }
    }

    /// Also what lies as far in the future: the clock was wrong then.
    private func isOld(_ moment: Timestamp, at now: Timestamp) -> Bool {
        abs(now.milliseconds - moment.milliseconds) >= window
    }

    private mutating func forget(_ content: Fingerprint, _ moment: Timestamp) {
        if moments[content]?.remove(moment) == .last { moments[content] = nil }
    }
}

/// The moments at which one content began, oldest first. Mostly there is only one, and that needs no allocation.
private struct Moments: Sendable {
    enum Removed {
        case none, one
        /// The only one, which stays: a value without a moment cannot be.
        case last
    }

    private(set) var first: Timestamp
    private var later: [Timestamp] = []

    init(first: Timestamp) {
        self.first = first
    }

    var count: Int { 1 + later.count }

    mutating func append(_ moment: Timestamp) {
        later.append(moment)
    }

    mutating func remove(_ moment: Timestamp) -> Removed {
        if first != moment {
            guard let index = later.lastIndex(of: moment) else { return .none }
            later.remove(at: index)
            return .one
        }
        guard !later.isEmpty else { return .last }
        first = later.removeFirst()
        return .one
    }
}
