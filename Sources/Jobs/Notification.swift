// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana
package import Requests

package import struct SystemPackage.FilePath

/// Something that happened and that somebody may want to be told of. Pure.
package struct Notification: Equatable, Sendable {
    /// What it is about.
    package typealias Event = NotificationEvent

    /// A job that is at its end, or held.
    package struct Subject: Equatable, Sendable {
        package var job: String
        package var lane: FilePath
        /// Where its folder is, relative to the spool; `nil` where that is not known.
        package var path: FilePath?
        /// The pictures' names in that folder, or so many of them.
        package var pictures: [String] = []
        package var pictureCount = 0
        /// How many parts of a batch are done, and how many have failed.
        package var parts: Parts?
        package var charge: Explanation.Charge
        package var bill: Bill

        package struct Parts: Equatable, Sendable {
            package var done: Int
            package var failed: Int
        }
    }

    /// Why; as it stands in `result.json` where it is a job's.
    package struct Reason: Equatable, Sendable {
        package var code: String
        package var what: String
        package var details: [String] = []
        package var next: String?
        package var who: FailureCode.Actor?

        package init(
            code: String, what: String, details: [String] = [], next: String? = nil, who: FailureCode.Actor? = nil
        ) {
            (self.code, self.what, self.details, self.next, self.who) = (code, what, details, next, who)
        }
    }

    static let version = 1
    /// How many pictures are named; a batch may have a hundred thousand.
    static let pictureLimit = 100

    /// The same whenever it is told again.
    package var id: String
    package var event: Event
    package var at: Timestamp
    package var subject: Subject?
    package var reason: Reason?
    /// One plain sentence or two, ready to show.
    package var text: String
}

extension Notification {
    /// Of a job that ends.
    package init(of job: Job, _ outcome: JobOutcome, _ bill: Bill, at time: Timestamp) {
        self.init(
            of: job, outcome, pictures: job.pictures.map(\.name), parts: nil, charge: job.charge(outcome.reason), bill,
            at: time)
    }

    /// Of a batch that ends.
    package init(of summary: BatchSummary, _ outcome: JobOutcome, at time: Timestamp) {
        let failed = summary.parts.count { $0.reason != nil }
        self.init(
            of: summary.batch, outcome, pictures: summary.parts.flatMap(\.pictures),
            parts: Subject.Parts(done: summary.parts.count - failed, failed: failed), charge: summary.parts.charge,
            summary.bill ?? Bill(charged: 0, maybeCharged: 0), at: time)
    }

    private init(
        of job: Job, _ outcome: JobOutcome, pictures: [String], parts: Subject.Parts?, charge: Explanation.Charge,
        _ bill: Bill, at time: Timestamp
    ) {
        event = outcome.reason != nil ? .failed : parts == nil ? .done : .batchDone
        // A job that is put back ends anew; a start that goes on from its journal says the same once more.
        id = Self.id(
            job.claimedAt, "\(Fingerprint(of: Array(job.origin.jobName.utf8)))-\(event.rawValue)-\(job.retries + 1)")
        at = time
        let subject = Subject(
            job: job.origin.jobName, lane: job.origin.lane.path, pictures: Array(pictures.prefix(Self.pictureLimit)),
            pictureCount: pictures.count, parts: parts, charge: charge, bill: bill)
        self.subject = subject
        reason = outcome.reason.map {
            Reason(code: $0.code, what: $0.what, details: $0.details, next: $0.next, who: $0.who)
        }
        text = Wording.told(event, subject, reason)
    }

    /// Of the whole spool.
    ///
    /// - Parameter unique: what tells it from others of the same moment.
    package init(_ event: Event, _ reason: Reason?, at time: Timestamp, unique: UInt64) {
        self.init(
            id: Self.id(time, "\(String(unique, radix: 36))-\(event.rawValue)"), event: event, at: time,
            reason: reason, text: Wording.told(event, nil, reason))
    }

    /// Of something that may be found more than once.
    ///
    /// - Parameter mark: the same each time, and another for anything else.
    package init(_ event: Event, _ reason: Reason?, at time: Timestamp, mark: Fingerprint) {
        self.init(
            id: "\(mark)-\(event.rawValue)", event: event, at: time, reason: reason,
            text: Wording.told(event, nil, reason))
    }

    /// Begins with the time, and is a file's name anywhere.
    private static func id(_ time: Timestamp, _ rest: String) -> String {
        String(time.milliseconds, radix: 36) + "-" + rest
    }

    /// Whether an id that stands in a file's name may be one of ours.
    package static func isID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 200
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
    }
}

extension JobOutcome {
    /// Why it has failed; `nil` where it has not.
    var reason: Explanation? { if case .failed(let reason) = self { reason } else { nil } }
}
