// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// The lines that the ledger has, to find out which ones a crash has cost. Pure.
struct BookedLines: Sendable {
    /// How often each: two submits of one second may differ in nothing.
    private var keys: [LedgerLine.Key: Int] = [:]

    mutating func add(_ line: LedgerLine) {
        keys[line.key, default: 0] += 1
    }

    /// The lines that a journal gives and the ledger does not have.
    func missing(of events: [DatedEvent], price: (Request) -> Amount?) -> [LedgerLine] {
        guard let first = events.first, case .claimed(let claimed) = first.event else { return [] }
        var job = Job(claimed: claimed, at: first.at)
        var lines: [LedgerLine] = []
        for dated in events.dropFirst() {
            lines += Bookkeeping.lines(for: dated.event, of: job, at: dated.at, price: price)
            guard (try? job.apply(dated.event, at: dated.at)) != nil else { break }
        }
        // Counted anew for each job: taking them out of the ledger's would copy all of those.
        var seen: [LedgerLine.Key: Int] = [:]
        return lines.filter { line in
            let key = line.key
            seen[key, default: 0] += 1
            return seen[key, default: 0] > keys[key, default: 0]
        }
    }
}
