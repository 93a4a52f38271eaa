// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Jobs
internal import NanoBanana
package import Requests

/// Which lines of the ledger an event of a job makes. Pure: the same journal gives the same lines, so that a start can
/// write those that a crash has cost.
package enum Bookkeeping {
    /// The lines that a journal makes since the job was last put back. What came before was written down before the
    /// failed job was published; and a journal that was put back may have been written by anybody, and must not fill
    /// another lane's limit.
    package static func lines(of events: [DatedEvent], price: (Request) -> Amount?) -> [LedgerLine] {
        guard let first = events.first, case .claimed(let claimed, _) = first.event else { return [] }
        var job = Job(claimed: claimed, at: first.at)
        var lines: [LedgerLine] = []
        for dated in events.dropFirst() {
            if dated.event.kind == .retried { lines = [] }
            lines += Self.lines(for: dated.event, of: job, at: dated.at, price: price)
            guard (try? job.apply(dated.event, at: dated.at)) != nil else { break }
        }
        return lines
    }

    /// - Parameter job: before the event.
    package static func lines(for event: JobEvent, of job: Job, at time: Timestamp, price: (Request) -> Amount?)
        -> [LedgerLine]
    {
        guard let request = job.request, let variant = event.variant, job.variants.indices.contains(variant),
            let entry = entry(event, job.variants[variant], price(request))
        else { return [] }
        let line = LedgerLine(
            time: LocalTime(time), event: entry.event, job: job.origin.jobName, lane: job.origin.lane,
            variant: variant + 1, model: request.edit.model.id, size: request.edit.imageSize, task: entry.task,
            request: request.fingerprint)
        return [line]
    }

    private static func entry(
        _ event: JobEvent, _ variant: Variant, _ price: Amount?
    ) -> (event: LedgerLine.Event, task: TaskID?)? {
        switch (event, variant) {
        case (.submitted(_, let task), _): (.submitted(price: price), task)
        case (.answered, .submitting): (.submitted(price: price), nil)
        case (.outcomeUnknown, _): (.maybe(price: price), nil)
        case (.variantFailed(_, let why, _), .submitting) where why.charge == .maybe: (.maybe(price: price), nil)
        case (.variantFailed(_, let why, _), .submitted), (.variantFailed(_, let why, _), .answered):
            (.ended(outcome: why.code), variant.task)
        case (.fetched, _): (.ended(outcome: "done"), variant.task)
        case (.claimed, _), (.retried, _), (.read, _), (.split, _), (.sharing, _), (.shared, _), (.submitting, _),
            (.notAccepted, _), (.answered, _),
            (.pictureSaved, _), (.picturesLost, _), (.variantFailed, _), (.approved, _), (.cancelled, _), (.done, _),
            (.failed, _):
            nil
        }
    }
}

extension Budget {
    /// Counts what a line of the ledger says was charged, or maybe charged. Returns whether it says so.
    package mutating func seed(_ line: LedgerLine) -> Bool {
        switch line.event {
        case .submitted(let price), .maybe(let price):
            seed(lane: line.lane, price: price, on: line.time.day)
            return true
        case .ended: return false
        }
    }
}

extension LedgerLine {
    /// What tells a line from another, whatever the prices were when it was written.
    package struct Key: Hashable {
        /// Only where no task tells one submit from another: a local time is another one in another time zone.
        var time: LocalTime?
        var event: String
        var job: String
        var variant: Int
        var task: TaskID?
    }

    package var key: Key {
        let word =
            switch event {
            case .submitted: "submitted"
            case .maybe: "maybe"
            case .ended(let outcome): "ended " + outcome
            }
        return Key(time: task == nil ? time : nil, event: word, job: job, variant: variant, task: task)
    }
}
