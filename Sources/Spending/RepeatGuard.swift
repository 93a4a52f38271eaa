// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import Requests

/// Stops what drops the same request again and again: a program that copies a file anew each minute, one that makes
/// copies under other names, and a loop. Pure; time is passed in.
///
/// Content that came in a loop is not let through again by time alone: as long as anything is known of the loop.
package struct RepeatGuard: Sendable {
    /// How many of the same content may begin within an hour; 0: any number.
    package var limit: Int
    package var rule: RepeatRule
    /// How many begins are remembered at most. Beyond that the oldest are forgotten before their time.
    private let memory: Int
    private var begins = BeginLog()

    /// For how long it is remembered that something began: longer than a week, for what comes each week.
    package static let days = 8
    private static let window = Int64(days) * 86_400_000
    private static let hour: Int64 = 3_600_000
    /// Programs make their copies in seconds, and clients that were away in minutes.
    private static let copying: Int64 = 600_000
    /// Of one content, beyond those that the limit needs.
    private static let kept = 16

    /// - Parameters:
    ///   - limit: 0 switches the guard against loops off.
    ///   - memory: at least 1. The default takes some 10 MiB when full.
    package init(limit: Int, rule: RepeatRule, memory: Int = 1 << 17) {
        self.limit = max(limit, 0)
        self.rule = rule
        self.memory = max(memory, 1)
    }

    /// Why a request that was dropped must not begin.
    ///
    /// - Parameter came: when its file may have come. It may have waited since then, for a limit or since it is held:
    ///   a copy is none the less one for that.
    package func repetition(of asked: Asked, came: [Timestamp] = [], at now: Timestamp) -> Repetition? {
        earlier(asked, came, at: now) ?? loop(asked, at: now)
    }

    /// Whether the content came in a loop.
    package func loop(_ asked: Asked, at now: Timestamp) -> Repetition? {
        guard limit > 0 else { return nil }
        let moments = moments(of: asked, at: now).suffix(limit)
        guard moments.count == limit, let first = moments.min(), let last = moments.max(),
            last.milliseconds - first.milliseconds < Self.hour
        else { return nil }
        return .loop(times: limit)
    }

    /// Why a table must not begin: as a whole it was here before, or too many of its rows ask for the same.
    package func repetition(
        of table: Asked, rows: [Asked], came: [Timestamp] = [], at now: Timestamp
    ) -> Repetition? {
        repetition(of: table, came: came, at: now) ?? earlier(table, rows, came, at: now)
            ?? manyRows(table, rows, at: now)
    }

    private func earlier(_ asked: Asked, _ came: [Timestamp], at now: Timestamp) -> Repetition? {
        guard rule == .hold, !asked.isAgain, asked.isAllTold else { return nil }
        if let since = begins.latest(asked, most: most)?.moment, !isOld(since, at: now) {
            return .sameName(asked.name, since: since)
        }
        let original = begins.requests(for: asked.content, most: most).last { begin in
            (came + [now]).contains { abs($0.milliseconds - begin.moment.milliseconds) < Self.copying }
                && CopiedName.areKin(begins.name(of: begin), asked.name)
        }
        return original.map { .copy(asked.name, of: begins.name(of: $0), since: $0.moment) }
    }

    /// Each of its rows was here before, under the same name or as a copy.
    private func earlier(
        _ table: Asked, _ rows: [Asked], _ came: [Timestamp], at now: Timestamp
    ) -> Repetition? {
        var first: Repetition?
        for row in rows {
            guard let earlier = earlier(row, came, at: now) else { return nil }
            first = first ?? earlier
        }
        switch first {
        case .sameName(_, let since)?: return .sameName(table.name, since: since)
        case .copy(_, let original, let since)?:
            let name = original.split(separator: "/").dropLast().joined(separator: "/")
            return .copy(table.name, of: name, since: since)
        case .loop?, .rows?, nil: return first
        }
    }

    private func manyRows(_ table: Asked, _ rows: [Asked], at now: Timestamp) -> Repetition? {
        guard limit > 0 else { return nil }
        var counts: [Fingerprint: Int] = [:]
        for row in rows where !row.isAgain {
            let count = counts[row.content, default: 0] + 1
            counts[row.content] = count
            if count > limit { return .rows(table.name, count: rows.count { $0.content == row.content }) }
            let recent = moments(of: row, at: now).count { abs(now.milliseconds - $0.milliseconds) < Self.hour }
            if recent + count > limit { return .loop(times: limit) }
        }
        return nil
    }

    /// Those of the same kind: who means it once more is counted apart.
    private func moments(of asked: Asked, at now: Timestamp) -> [Timestamp] {
        begins.requests(for: asked.content, most: most)
            .filter { $0.isAgain == asked.isAgain && !isOld($0.moment, at: now) }.map(\.moment)
    }

    /// A request begins.
    package mutating func begin(_ asked: Asked, at now: Timestamp) {
        forgetOld(at: now)
        count(asked, at: now)
    }

    /// A request of an earlier run goes on. Where its begin is known it is not counted once more.
    package mutating func recall(_ asked: Asked, at now: Timestamp) {
        let isKnown = begins.requests(for: asked.content, most: most).contains { begins.name(of: $0) == asked.name }
        if !isKnown { begin(asked, at: now) }
    }

    /// A submit of an earlier run of the daemon; they come oldest first.
    ///
    /// - Parameter isFirst: whether it stands for its request.
    package mutating func seed(_ asked: Asked, at moment: Timestamp, isFirst: Bool) {
        count(asked, at: moment, isFirst: isFirst)
    }

    /// The request was given back, or has surely cost nothing: it does not count.
    package mutating func undo(_ asked: Asked) { begins.undo(asked, most: most) }

    /// How many begins are remembered, undone ones included.
    var remembered: Int { begins.count }

    /// How many requests with one content are looked at.
    private var most: Int { max(limit, Self.kept) }

    private mutating func count(_ asked: Asked, at moment: Timestamp, isFirst: Bool = true) {
        if limit == 0, rule == .pay { return }
        begins.append(asked, at: moment, isFirst: isFirst)
        if begins.count > memory { begins.removeOldest() }
    }

    private mutating func forgetOld(at now: Timestamp) {
        while let oldest = begins.since, isOld(oldest, at: now) { begins.removeOldest() }
    }

    /// Also what lies as far in the future: the clock was wrong then.
    private func isOld(_ moment: Timestamp, at now: Timestamp) -> Bool {
        abs(now.milliseconds - moment.milliseconds) >= Self.window
    }
}

/// What happens to a request that asks for the very same as one before it.
package enum RepeatRule: String, CaseIterable, Sendable {
    /// It stays in the inbox where it has the same name, or looks like a copy: most often a program has dropped it.
    case hold
    /// It is submitted, as often as the limit of repeats allows.
    case pay
}
