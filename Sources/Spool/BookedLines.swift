// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Jobs
internal import NanoBanana
package import Requests
package import Spending
internal import Synchronization
package import SystemPackage

/// The lines that the ledger has, to find out which ones a crash has cost. Pure.
struct BookedLines: Sendable {
    /// How often each: two submits of one second may differ in nothing.
    private var keys: [LedgerLine.Key: Int] = [:]

    mutating func add(_ line: LedgerLine) {
        keys[line.key, default: 0] += 1
    }

    /// Those of a job's lines that the ledger does not have.
    func missing(of lines: [LedgerLine]) -> [LedgerLine] {
        // Counted anew for each job: taking them out of the ledger's would copy all of those.
        var seen: [LedgerLine.Key: Int] = [:]
        return lines.filter { line in
            let key = line.key
            seen[key, default: 0] += 1
            return seen[key, default: 0] > keys[key, default: 0]
        }
    }
}

/// What the ledger has of the jobs that an earlier run left: of as many days as they go back, and of no others.
/// Blocking.
package final class LedgerLook: Sendable {
    private struct Known {
        /// From this day on all lines are known.
        var since: LocalDay
        var lines = BookedLines()
    }

    private let ledger: Ledger
    private let known: Mutex<Known>

    /// - Parameter day: the lines since this day are known: see ``add(_:)``.
    package init(_ ledger: Ledger, since day: LocalDay) {
        self.ledger = ledger
        known = Mutex(Known(since: day))
    }

    /// A line that was read already.
    package func add(_ line: LedgerLine) {
        known.withLock { $0.lines.add(line) }
    }

    /// The lines that a journal gives and the ledger does not have.
    package func missing(of events: [DatedEvent], price: (Request) -> Amount?) throws(Errno) -> [LedgerLine] {
        let lines = Bookkeeping.lines(of: events, price: price)
        guard let first = lines.map(\.time.day).min() else { return [] }
        // A day more: the time zone may have been another one when they were written.
        return try look(backTo: first.previous).missing(of: lines)
    }

    private func look(backTo day: LocalDay) throws(Errno) -> BookedLines {
        let found = known.withLock { known in
            Result { () throws(Errno) in
                if day < known.since {
                    _ = try ledger.read(since: day, before: known.since) { known.lines.add($0) }
                    known.since = day
                }
                return known.lines
            }
        }
        return try found.get()
    }
}
