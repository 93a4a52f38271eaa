// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana
internal import Requests

internal import struct SystemPackage.FilePath

/// The object that is sent. Members are only ever added within a version.
extension Notification {
    package var json: JSON {
        let head: [JSON.Member] = members([
            "version": .number(Self.version), "id": id.json, "event": event.rawValue.json,
            "at": at.description.json, "text": text.json,
        ])
        let reason = members(["reason": reason?.json])
        return .object(head + (subject?.members ?? []) + reason)
    }

    /// Reads what ``json`` writes; `nil` for anything else.
    package init?(journal node: DocumentNode) {
        guard node["version"]?.integer == Self.version, let id = node["id"]?.text, Self.isID(id),
            let event = node["event"]?.text.flatMap(Event.init), let at = node["at"]?.text.flatMap(Timestamp.init),
            let text = node["text"]?.text
        else { return nil }
        self.init(
            id: id, event: event, at: at, subject: Subject(journal: node),
            reason: node["reason"].flatMap(Reason.init(journal:)), text: text)
    }
}

private func members(_ pairs: KeyValuePairs<String, JSON?>) -> [JSON.Member] {
    pairs.compactMap { key, value in value.map { JSON.Member(key: key, value: $0) } }
}

extension Notification.Reason {
    fileprivate var json: JSON {
        .object([
            "code": code.json, "what": what.json,
            "details": details.isEmpty ? nil : .array(details.map(\.json)), "next": next?.json,
            "who": who?.rawValue.json,
        ])
    }

    fileprivate init?(journal node: DocumentNode) {
        guard let code = node["code"]?.text, let what = node["what"]?.text else { return nil }
        self.init(
            code: code, what: what, details: node["details"]?.list?.compactMap(\.text) ?? [],
            next: node["next"]?.text, who: node["who"]?.text.flatMap(FailureCode.Actor.init))
    }
}

extension Notification.Subject {
    fileprivate var members: [JSON.Member] {
        Jobs.members([
            "job": job.json, "lane": NameText.json(lane), "path": path.map(NameText.json),
            "pictures": .array(pictures.map(\.json)), "picture_count": .number(pictureCount),
            "parts_done": parts.map { .number($0.done) }, "parts_failed": parts.map { .number($0.failed) },
            "charged": charge.rawValue.json, "submits_charged": .number(bill.charged),
            "submits_maybe_charged": .number(bill.maybeCharged), "money": bill.money?.json,
            "money_maybe": bill.moneyMaybe?.json,
        ])
    }

    fileprivate init?(journal node: DocumentNode) {
        guard let job = node["job"]?.text, let lane = NameText.path(node["lane"]),
            let charge = node["charged"]?.text.flatMap(Explanation.Charge.init)
        else { return nil }
        let bill = Bill(
            charged: node["submits_charged"]?.integer ?? 0, maybeCharged: node["submits_maybe_charged"]?.integer ?? 0,
            money: node["money"]?.text, moneyMaybe: node["money_maybe"]?.text)
        var parts: Parts?
        if let done = node["parts_done"]?.integer, let failed = node["parts_failed"]?.integer {
            parts = Parts(done: done, failed: failed)
        }
        self.init(
            job: job, lane: lane, path: NameText.path(node["path"]),
            pictures: node["pictures"]?.list?.compactMap(\.text) ?? [],
            pictureCount: node["picture_count"]?.integer ?? 0, parts: parts, charge: charge, bill: bill)
    }
}
