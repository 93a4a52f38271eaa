// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana
internal import Requests

package import struct SystemPackage.FilePath

/// `result.json`: the summary for programs. Pure. Members are only ever added within a version.
package struct ResultSummary: Sendable {
    package static let fileName: FilePath.Component = "result.json"
    static let version = 1

    package var job: Job
    package var outcome: JobOutcome
    package var finishedAt: Timestamp
    package var bill: Bill

    /// - Parameter bill: `nil` where no prices are known.
    package init(job: Job, outcome: JobOutcome, finishedAt: Timestamp, bill: Bill? = nil) {
        self.job = job
        self.outcome = outcome
        self.finishedAt = finishedAt
        self.bill = bill ?? Bill(of: job)
    }

    package var json: JSON {
        let name = job.origin.jobName
        let reason: Explanation? = if case .failed(let explanation) = outcome { explanation } else { nil }
        return .object([
            "version": .number(Self.version),
            "job": name.json,
            "lane": NameText.json(job.origin.lane.path),
            "file": NameText.json(job.origin.file),
            "text": job.text.map(NameText.json),
            "outcome": (reason == nil ? "done" : "failed").json,
            "reason": reason?.json,
            "charged": job.charge(reason).rawValue.json,
            "submits_charged": .number(bill.charged),
            "submits_maybe_charged": .number(bill.maybeCharged),
            "money": bill.money?.json,
            "money_maybe": bill.moneyMaybe?.json,
            "pictures": .array(job.pictures.map(\.json)),
            "variants": .array(job.variants.map(variant)),
            "request": request,
            "meta": job.request?.meta,
            "claimed_at": job.claimedAt.description.json,
            "finished_at": finishedAt.description.json,
        ])
    }

    private var request: JSON? {
        guard case .object(let members)? = job.request?.json else { return nil }
        return members.first { $0.key == "request" }?.value
    }

    private func variant(_ variant: Variant) -> JSON {
        let reason = variant.reason
        return .object([
            "outcome": (reason == nil ? "done" : "failed").json,
            "task_id": variant.task?.text.json,
            "charged": variant.charge.rawValue.json,
            "pictures": .array(variant.pictures.map(\.name.json)),
            "reason": reason?.json,
        ])
    }
}

extension Job {
    /// Whether the job cost money, by its reason where that knows more.
    func charge(_ reason: Explanation?) -> Explanation.Charge {
        guard let reason, reason.charge != .no else { return charge }
        return reason.charge
    }

    package var submitsCharged: Int { variants.count { $0.charge == .yes } + paidBefore }
    package var submitsMaybeCharged: Int { variants.count { $0.charge == .maybe } + unheard }
}
