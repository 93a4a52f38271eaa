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
            "variants": .array(job.variants.enumerated().map { variant($0, $1) }),
            "request": request,
            "made_smaller": madeSmaller,
            "meta": job.request?.meta,
            "claimed_at": job.claimedAt.description.json,
            "finished_at": finishedAt.description.json,
        ])
    }

    /// The summary of a part whose pictures have come into the batch's one folder, with their ways; `nil` where the bytes
    /// are no summary.
    ///
    /// - Parameter names: there, by the pictures' own.
    package static func page(_ bytes: [UInt8], delivered names: [String: String]) -> [UInt8]? {
        guard let root = try? JSONDocumentParser.parse(bytes), case .object(var members) = root.json,
            let place = members.firstIndex(where: { $0.key == "pictures" }), let pictures = root["pictures"]?.list
        else { return nil }
        members[place].value = .array(
            pictures.map { picture in
                guard case .object(let known) = picture.json, let name = picture["name"]?.text.flatMap({ names[$0] })
                else { return picture.json }
                let path = FilePath(root: nil, [".."]).appending(JobFileNames.delivered).appending(name)
                return .object(known.filter { $0.key != "path" } + [JSON.Member(key: "path", value: path.string.json)])
            })
        return JSON.object(members).page
    }

    /// The names that ``page(_:delivered:)`` has written, by the pictures' own.
    package static func delivered(in bytes: [UInt8]) -> [String: FilePath.Component] {
        let pictures = (try? JSONDocumentParser.parse(bytes))?["pictures"]?.list ?? []
        let known = pictures.compactMap { picture -> (String, FilePath.Component)? in
            guard let name = picture["name"]?.text, let path = picture["path"]?.text.map({ FilePath($0) }),
                let file = path.lastComponent, file.kind == .regular,
                path.removingLastComponent() == FilePath(root: nil, [".."]).appending(JobFileNames.delivered)
            else { return nil }
            return (name, file)
        }
        return Dictionary(known) { first, _ in first }
    }

    private var request: JSON? {
        guard case .object(let members)? = job.request?.json else { return nil }
        return members.first { $0.key == "request" }?.value
    }

    /// The own pictures that were published smaller than they are, and are here as they were.
    private var madeSmaller: JSON? {
        guard case .complete(let pictures) = job.sharing else { return nil }
        let smaller = zip(job.request?.locals ?? [], pictures).compactMap { local, picture in
            picture.sentBytes.map { sent in
                JSON.object([
                    "file": NameText.json(local.file), "bytes": .number(picture.bytes), "sent_bytes": .number(sent),
                ])
            }
        }
        return smaller.isEmpty ? nil : .array(smaller)
    }

    private func variant(_ index: Int, _ variant: Variant) -> JSON {
        let reason = variant.reason
        // Where each is another.
        let asked = job.request.flatMap { $0.others.isEmpty ? nil : $0.edit(of: index) }
        return .object([
            "outcome": (reason == nil ? "done" : "failed").json,
            "task_id": variant.task?.text.json,
            "charged": variant.charge.rawValue.json,
            "pictures": .array(variant.pictures.map(\.name.json)),
            "prompt": asked?.prompt.json, "aspect_ratio": asked?.aspectRatio?.rawValue.json,
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
