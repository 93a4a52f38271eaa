// SPDX-License-Identifier: Apache-2.0

import SystemPackage

@testable import Documents
@testable import Jobs
@testable import NanoBanana
@testable import Requests

/// What may be told: each event, with as much and as little about it as there can be.
enum NotificationSamples {
    static let all: [Notification] = written + jobs + spool

    /// As they are told.
    static let objects: [[UInt8]] = all.map(\.json.line)

    private static let hostile = "\"quotes\" $(touch /tmp/x) `id`\n\u{1B}[31m<b>&amp;"

    /// With each member that there is, and with none that may be left out.
    private static let written: [Notification] = {
        var subject = Notification.Subject(
            job: "acme/hero", lane: "acme", path: "done/acme/hero-2", pictures: ["hero-1.png"], pictureCount: 1,
            parts: .init(done: 2, failed: 1), charge: .maybe,
            bill: Bill(charged: 1, maybeCharged: 1, money: "0.12", moneyMaybe: "0.12"))
        let reason = Notification.Reason(
            code: "refused", what: hostile, details: [hostile, ""], next: hostile, who: .administrator)
        var found = Notification.Event.allCases.map { event in
            Notification(
                id: "a-\(event.rawValue)", event: event, at: Samples.later, subject: subject, reason: reason,
                text: Wording.told(event, subject, reason))
        }
        (subject.path, subject.parts) = (nil, nil)
        found.append(
            Notification(id: "b", event: .done, at: Samples.start, subject: subject, reason: nil, text: "x"))
        return found
    }()

    /// Of jobs and batches at their ends.
    private static let jobs: [Notification] = {
        let bills = [Bill(charged: 0, maybeCharged: 0), Bill(charged: 1, maybeCharged: 2, money: "0.12")]
        let failures = [
            Samples.refused, Samples.cancelled, Samples.interrupted, Samples.unknown, Samples.taskFailed,
            Samples.timedOut, Samples.pictureFailed, Samples.invalid,
        ]
        let outcomes = [JobOutcome.done] + failures.map(JobOutcome.failed)
        // `café`, as nobody writes it any more.
        let old = FilePath(platformString: [0x63, 0x61, 0x66, CChar(bitPattern: 0xE9), 0])
        let lanes = [Lane.root, Samples.acme, Lane(path: old)]
        let single = outcomes.flatMap { outcome in
            lanes.flatMap { lane in
                bills.map { bill in
                    let job = Job(claimed: Origin(lane: lane, file: "hero.yaml"), at: Samples.start)
                    return Notification(of: job, outcome, bill, at: Samples.later)
                }
            }
        }
        let batches = [[JobOutcome.done, .done], [.done, .failed(Samples.refused)]].map { outcomes in
            let parts = outcomes.enumerated().map { index, outcome in
                let folder = FilePath.Component("00\(index)") ?? "x"
                return BatchSummary.Part(folder: folder, job: Samples.claimed(), outcome: outcome)
            }
            let summary = BatchSummary(batch: Samples.claimed(), parts: parts, finishedAt: Samples.later)
            return Notification(of: summary, summary.outcome, at: Samples.later)
        }
        return single + batches
    }()

    /// Of the whole spool.
    private static let spool: [Notification] = {
        let troubles = ServiceTrouble.Kind.allCases.map { Notification.Reason(code: $0.rawValue, what: hostile) }
        let reasons = troubles + [Notification.Reason(code: "limit", what: "")]
        let events = Notification.Event.allCases.filter { ![.done, .failed, .batchDone].contains($0) }
        let mark = Fingerprint(of: [1, 2, 3])
        return events.flatMap { event in
            reasons.map { Notification(event, $0, at: Samples.start, unique: 7) }
                + reasons.map { Notification(event, $0, at: Samples.start, mark: mark) }
                + [Notification(event, nil, at: Samples.start, unique: .max)]
        }
    }()
}
