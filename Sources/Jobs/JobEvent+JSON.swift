// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana
internal import Requests

internal import struct SystemPackage.FilePath

/// The journal's lines: `{"event":"submitted","at":"2026-11-24T08:15:30.250Z","variant":1,"task_id":"…"}`.
extension JobEvent {
    package func line(at time: Timestamp) -> [UInt8] {
        let head: [JSON.Member] = [
            .init(key: "event", value: kind.rawValue.json), .init(key: "at", value: time.description.json),
        ]
        return JSON.object(head + fields).line + [UInt8(ascii: "\n")]
    }

    private var fields: [JSON.Member] {
        let fields: JSON =
            switch self {
            case .claimed(let origin, let text):
                .object([
                    "lane": NameText.json(origin.lane.path), "batch": origin.batch.map(NameText.json),
                    "file": NameText.json(origin.file), "folder": origin.isFolder ? .bool(true) : nil,
                    "text": text.map(NameText.json),
                ])
            case .retried(let lane, let reopening):
                .object([
                    "lane": NameText.json(lane.path),
                    "goes_on": reopening == .whole ? nil : reopening.rawValue.json,
                ])
            case .read(let request): request.journalJSON
            case .submitting(let variant), .picturesLost(let variant): .object(["variant": .number(variant + 1)])
            case .notAccepted(let variant, let why), .outcomeUnknown(let variant, let why):
                .object(["variant": .number(variant + 1), "why": why.json])
            case .submitted(let variant, let task):
                .object(["variant": .number(variant + 1), "task_id": task.text.json])
            case .answered(let variant, let answer):
                .object([
                    "variant": .number(variant + 1), "pictures": .array(answer.pictures.map(\.json)),
                    "response": answer.response.text, "response_file": answer.response.file,
                ])
            case .pictureSaved(let variant, let picture):
                .object(["variant": .number(variant + 1), "picture": picture.json])
            case .fetched(let variant, let pictures):
                .object(["variant": .number(variant + 1), "pictures": .array(pictures.map(\.json))])
            case .variantFailed(let variant, let explanation, let response):
                .object([
                    "variant": .number(variant + 1), "reason": explanation.json, "response": response?.text,
                    "response_file": response?.file,
                ])
            case .split(let parts, let deliver):
                .object(["parts": .number(parts), "deliver": deliver == .parts ? nil : deliver.rawValue.json])
            case .shared(let pictures): .object(["pictures": .array(pictures.map(\.json))])
            case .sharing, .done: .object([])
            case .approved(let approval):
                .object(["submits": .number(approval.submits), "money": approval.money?.json])
            case .cancelled(let explanation), .failed(let explanation): .object(["reason": explanation.json])
            }
        guard case .object(let members) = fields else { return [] }
        return members
    }

    /// Reads one line; `nil` where it is none of ours.
    static func read(_ line: ArraySlice<UInt8>) -> (event: JobEvent, at: Timestamp)? {
        guard String(validating: line, as: UTF8.self) != nil,
            let node = try? JSONDocumentParser.parse(Array(line)),
            let time = node["at"]?.text.flatMap(Timestamp.init), let event = event(in: node)
        else { return nil }
        return (event, time)
    }

    private static func event(in node: DocumentNode) -> JobEvent? {
        guard let kind = node["event"]?.text.flatMap(Kind.init) else { return nil }
        switch kind {
        case .claimed: return origin(in: node).map { .claimed($0, text: NameText.component(node["text"])) }
        case .retried: return retried(in: node)
        case .read: return Request(journal: node).map(JobEvent.read)
        case .split: return split(in: node)
        case .sharing: return .sharing
        case .shared: return .shared((node["pictures"]?.list ?? []).compactMap(SharedPicture.init(journal:)))
        case .done: return .done
        case .approved:
            return node["submits"]?.integer.map { .approved(Approval(submits: $0, money: node["money"]?.text)) }
        case .cancelled: return node["reason"].flatMap(Explanation.init(journal:)).map(JobEvent.cancelled)
        case .failed: return node["reason"].flatMap(Explanation.init(journal:)).map(JobEvent.failed)
        case .submitting, .notAccepted, .outcomeUnknown, .submitted, .answered, .pictureSaved, .fetched, .picturesLost,
            .variantFailed:
            guard let number = node["variant"]?.integer, RequestRules.variants.contains(number) else { return nil }
            return event(kind, of: number - 1, in: node)
        }
    }

    private static func event(_ kind: Kind, of variant: Int, in node: DocumentNode) -> JobEvent? {
        switch kind {
        case .claimed, .retried, .read, .split, .sharing, .shared, .approved, .cancelled, .done, .failed: return nil
        case .submitting: return .submitting(variant: variant)
        case .notAccepted: return .notAccepted(variant: variant, why: node["why"]?.text ?? "")
        case .outcomeUnknown: return .outcomeUnknown(variant: variant, why: node["why"]?.text ?? "")
        case .submitted: return node["task_id"]?.text.flatMap(TaskID.init).map { .submitted(variant: variant, $0) }
        case .answered:
            guard let places = node["pictures"]?.list, let response = KeptAnswer(journal: node) else { return nil }
            return .answered(
                variant: variant,
                Answer(places: places.compactMap(PicturePlace.init(journal:)), response: response))
        case .pictureSaved:
            return node["picture"].flatMap(PictureFile.init(journal:)).map { .pictureSaved(variant: variant, $0) }
        case .fetched:
            guard let pictures = node["pictures"]?.list else { return nil }
            return .fetched(variant: variant, pictures.compactMap(PictureFile.init(journal:)))
        case .picturesLost: return .picturesLost(variant: variant)
        case .variantFailed:
            guard let reason = node["reason"].flatMap(Explanation.init(journal:)) else { return nil }
            return .variantFailed(variant: variant, reason, response: KeptAnswer(journal: node))
        }
    }

    private static func split(in node: DocumentNode) -> JobEvent? {
        let deliver = node["deliver"].map { $0.text.flatMap(Delivery.init(rawValue:)) } ?? .parts
        guard let deliver, let parts = node["parts"]?.integer, parts > 0 else { return nil }
        return .split(parts: parts, deliver: deliver)
    }

    private static func retried(in node: DocumentNode) -> JobEvent? {
        // Journals of before the word have none.
        let reopening = node["goes_on"].map { $0.text.flatMap(Reopening.init(rawValue:)) } ?? .whole
        guard let reopening, let lane = NameText.path(node["lane"]).flatMap(Lane.init(checking:)) else { return nil }
        return .retried(lane, reopening)
    }

    private static func origin(in node: DocumentNode) -> Origin? {
        // A journal may come from anywhere: what it names must not lead out of the spool.
        guard let lane = NameText.path(node["lane"]).flatMap(Lane.init(checking:)),
            let file = NameText.component(node["file"])
        else { return nil }
        guard let batch = node["batch"] else {
            return Origin(lane: lane, file: file, isFolder: node["folder"]?.scalarText == "true")
        }
        return NameText.component(batch).map { Origin(lane: lane, batch: $0, file: file) }
    }
}

extension PicturePlace {
    var json: JSON {
        switch self {
        case .link(let link): .object(["url": link.url.json, "file_name": link.fileName?.json])
        case .inAnswer(let index): .object(["in_answer": .number(index + 1)])
        }
    }

    init?(journal node: DocumentNode) {
        if let number = node["in_answer"]?.integer {
            guard number > 0 else { return nil }
            self = .inAnswer(number - 1)
        } else if let url = node["url"]?.text {
            self = .link(PictureLink(url: url, fileName: node["file_name"]?.text))
        } else {
            return nil
        }
    }
}

extension PictureFile {
    var json: JSON {
        .object([
            "number": .number(number), "name": name.json, "bytes": .number(bytes), "type": kind.mediaType.json,
            "crc32": checksum.map { .number($0) }, "marked": mark.map { .bool($0.isThere) },
            "marked_by": mark?.whose?.json, "not_marked": mark?.why?.json,
        ])
    }

    init?(journal node: DocumentNode) {
        // A name and no path: what it is the name of is looked at, and named in result.json.
        guard let number = node["number"]?.integer, let name = node["name"]?.text,
            NameText.component(node["name"]) != nil,
            let bytes = node["bytes"]?.integer,
            let kind = PictureKind.allCases.first(where: { $0.mediaType == node["type"]?.text })
        else { return nil }
        self.init(
            number: number, name: name, bytes: Int64(bytes), kind: kind,
            checksum: node["crc32"]?.integer.flatMap { UInt32(exactly: $0) })
        mark = Mark(journal: node)
    }
}

extension PictureFile.Mark {
    private static let ours = "bananadrop"
    private static let theirs = "api"

    fileprivate var isThere: Bool { why == nil }

    fileprivate var whose: String? {
        switch self {
        case .written: Self.ours
        case .found: Self.theirs
        case .none: nil
        }
    }

    fileprivate var why: String? { if case .none(let why) = self { why } else { nil } }

    fileprivate init?(journal node: DocumentNode) {
        if let why = node["not_marked"]?.text {
            self = .none(why)
        } else {
            switch node["marked_by"]?.text {
            case Self.ours?: self = .written
            case Self.theirs?: self = .found
            default: return nil
            }
        }
    }
}

extension SharedPicture {
    var json: JSON {
        .object([
            "device": .number(device), "inode": .number(inode), "bytes": .number(bytes),
            "modified_ns": .number(modified), "link": link?.text.json,
            "sent_bytes": sentBytes.map { .number($0) },
        ])
    }

    init?(journal node: DocumentNode) {
        func number<Value: FixedWidthInteger>(_ key: String) -> Value? {
            guard case .scalar(let text, .number)? = node[key]?.content else { return nil }
            return Value(text)
        }
        guard let device: UInt64 = number("device"), let inode: UInt64 = number("inode"),
            let bytes: Int64 = number("bytes"), let modified: Int64 = number("modified_ns")
        else { return nil }
        let link = node["link"]?.text.flatMap { try? ImageLink($0) }
        self.init(
            device: device, inode: inode, bytes: bytes, modified: modified, link: link, sentBytes: number("sent_bytes"))
    }
}

extension Explanation {
    var json: JSON {
        .object([
            "code": code.json, "charged": charge.rawValue.json, "what": what.json,
            "details": details.isEmpty ? nil : .array(details.map(\.json)), "next": next.json, "who": who.rawValue.json,
            "lines": quotes.isEmpty ? nil : .array(quotes.map(\.json)),
        ])
    }

    init?(journal node: DocumentNode) {
        guard let code = node["code"]?.text, let charge = node["charged"]?.text.flatMap(Charge.init),
            let what = node["what"]?.text, let next = node["next"]?.text
        else { return nil }
        self.init(
            written: code, charge: charge, what: what, details: node["details"]?.list?.compactMap(\.text) ?? [],
            // Journals of before these words have none.
            next: next, who: node["who"]?.text.flatMap(FailureCode.Actor.init),
            quotes: node["lines"]?.list?.compactMap(Quote.init(journal:)) ?? [])
    }
}

extension Quote {
    var json: JSON {
        .object([
            "detail": .number(detail + 1), "line": .number(line), "column": .number(column), "text": text.json,
            "caret": .number(caret + 1),
        ])
    }

    init?(journal node: DocumentNode) {
        guard let detail = node["detail"]?.integer, let line = node["line"]?.integer,
            let column = node["column"]?.integer, let text = node["text"]?.text, let caret = node["caret"]?.integer,
            (1...text.count + 1).contains(caret), detail > 0
        else { return nil }
        self.init(detail: detail - 1, line: line, column: column, text: text, caret: caret - 1)
    }
}
