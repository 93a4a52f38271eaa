// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Requests
package import Spending
package import Spool
internal import SystemPackage

/// What a check found, for people and for programs.
extension RequestCheck {
    /// For people and editors: each mistake as `file:line:column: message`, then what would be sent.
    package var lines: [String] {
        let notes = applied.map { applied in
            "\(name): \(applied.keys.joined(separator: ", ")) from \(Wording.path(applied.file))"
        }
        let alone = isTextAlone ? ["\(name): \(Wording.sentence(LeftAloneReason.textAlone))"] : []
        return mistakeLines + notes + alone + sent
    }

    /// What it would cost, and what is left today, where prices are set; `nil` where nothing would be sent.
    ///
    /// - Parameter spool: in which it would be spent; `nil` where that is not known.
    package func costLine(_ money: MoneySettings, in spool: Spool?) -> String? {
        let requests: [Request] =
            switch content {
            case .request(let request): [request]
            case .batch(let parts, _): parts.compactMap { try? $0.request.get() }
            case .defaults, nil: []
            }
        if money.prices.isEmpty || requests.isEmpty || isHeld { return nil }
        let cost = money.prices.cost(of: requests)
        let left = spool.flatMap { Wording.left(money.limits, after: SpoolSurvey.spentToday(in: $0)) }
        let waits = money.approval.isExceeded(by: cost) ? "; waits for `approve`" : ""
        return "\(name): would cost \(Wording.price(of: cost))" + (left.map { "; \($0)" } ?? "") + waits
    }

    /// Each mistake as `file:line:column: message`.
    package var mistakeLines: [String] { mistakes.map(Self.line) }

    private var name: String { Wording.path(file) }

    private static func line(_ mistake: Mistake) -> String {
        let place = mistake.finding.place.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(Wording.path(mistake.file))\(place): \(Wording.sentence(mistake.finding.problem))"
    }

    private var sent: [String] {
        if isHeld { return [] }
        return switch content {
        case .request(let request): pictures(request, at: name) + [Self.printable(request.json.page.dropLast())]
        case .batch(let parts, let passedOver):
            parts.flatMap(lines) + (Wording.sentence(passedOver).map { ["\(name): \($0)"] } ?? []) + [summary(parts)]
        case .defaults(let defaults): ["\(name): supplies \(Self.words(defaults))"]
        case nil: []
        }
    }

    private func lines(_ part: BatchPart) -> [String] {
        guard case .success(let request) = part.request else { return [] }
        let place = part.dropped.map { Wording.path(file.appending($0.picture)) } ?? "\(name):\(part.line):1"
        let called = part.dropped == nil ? part.name.map { Wording.quoted($0) + " " } ?? "" : ""
        return pictures(request, at: place) + [
            "\(place): \(called)would send \(Self.printable(request.json.line[...]))"
        ]
    }

    private func pictures(_ request: Request, at place: String) -> [String] {
        request.locals.map { picture in
            let there = isThere(picture) ? "is there" : "is not there; the request waits for it for a while, then fails"
            return "\(place): the picture \(Wording.quoted(String(decoding: picture.file))) \(there)"
        }
    }

    private func summary(_ parts: [BatchPart]) -> String {
        let requests = parts.compactMap { try? $0.request.get() }
        let wrong = parts.count - requests.count
        let submits = requests.reduce(0) { $0 + $1.variants }
        return "\(name): \(Wording.count(parts.count, "request")), \(wrong) with mistakes; "
            + "\(Wording.count(submits, "submit")) to pay for"
    }

    private static func words(_ defaults: RequestDefaults) -> String {
        let keys = defaults.keys.map(\.rawValue).sorted()
        let priority = defaults.priority.map { ["the priority \($0)"] } ?? []
        let notify = defaults.notify.map { events in
            let words = NotificationEvent.allCases.filter(events.contains).map(\.rawValue)
            return ["what is told (\(words.isEmpty ? "none" : words.joined(separator: ", ")))"]
        }
        let pictures: [String] =
            switch defaults.pictures {
            case .each?: ["a request for each picture"]
            case .leftAlone?: ["that pictures are left alone"]
            case nil: []
            }
        let delivery: [String] =
            switch defaults.deliver {
            case .flat?: ["one folder for a batch's pictures"]
            case .parts?: ["a folder for each part of a batch"]
            case nil: []
            }
        let folders: [String] =
            switch defaults.folders {
            case .batch?: ["a batch for each folder of pictures"]
            case .lanes?: ["that folders are lanes"]
            case nil: []
            }
        let wait = defaults.textWait.map { _ in ["how long a picture waits for its text"] } ?? []
        let added = defaults.with.map { added in
            ["\(added.isEmpty ? "no pictures" : Wording.count(added.count, "picture")) beside each"]
        }
        let all = [keys, priority, notify ?? [], pictures, folders, delivery, wait, added ?? []].flatMap(\.self)
        return all.isEmpty ? "nothing" : all.joined(separator: ", ")
    }

    /// What moves a cursor or turns the direction of text is written as an escape, which means the same to JSON.
    private static func printable(_ json: ArraySlice<UInt8>) -> String {
        String(decoding: json, as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar.value {
            case 0x80..<0xA0, 0x202A...0x202E, 0x2066...0x2069:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension RequestCheck {
    /// One JSON document about all files, with a newline at its end.
    package static func page(_ checks: [RequestCheck]) -> String {
        let page = JSON.object(["version": .number(1), "files": .array(checks.map(\.json))]).page
        return printable(page[...])
    }

    private var json: JSON {
        .object([
            "file": String(decoding: file).json, "ok": .bool(isRight), "kind": kind?.json,
            "findings": .array(mistakes.map(json)),
            "defaults": .array(
                applied.map { applied in
                    .object(["file": String(decoding: applied.file).json, "keys": .array(applied.keys.map(\.json))])
                }),
            "requests": .array(requests), "rows_passed_over": rowsPassedOver.map { .number($0) },
        ])
    }

    private var rowsPassedOver: Int? {
        guard case .batch(_, let passedOver)? = content, passedOver.count > 0 else { return nil }
        return passedOver.count
    }

    private var kind: String? {
        switch content {
        case .request: "request"
        case .batch: "batch"
        case .defaults: "defaults"
        case nil: nil
        }
    }

    private func json(_ mistake: Mistake) -> JSON {
        .object([
            "file": mistake.file == file ? nil : String(decoding: mistake.file).json,
            "line": mistake.finding.place.map { .number($0.line) },
            "column": mistake.finding.place.map { .number($0.column) },
            "message": Wording.sentence(mistake.finding.problem).json, "part": mistake.part.map { .number($0) },
        ])
    }

    private var requests: [JSON] {
        if isHeld { return [] }
        return switch content {
        case .request(let request): [json(request, nil, 0)]
        case .batch(let parts, _):
            parts.enumerated().compactMap { index, part in
                (try? part.request.get()).map { json($0, part, index + 1) }
            }
        case .defaults, nil: []
        }
    }

    private func json(_ request: Request, _ part: BatchPart?, _ number: Int) -> JSON {
        guard case .object(let members) = request.json else { return request.json }
        let about = JSON.object([
            "part": part.map { _ in .number(number) },
            "line": part.flatMap { part -> JSON? in part.dropped == nil ? .number(part.line) : nil },
            "picture": part?.dropped.map { NameText.json($0.picture) }, "name": part?.name?.json,
        ])
        guard case .object(let first) = about else { return about }
        let pictures = request.locals.map { picture in
            JSON.object(["file": NameText.json(picture.file), "is_there": .bool(isThere(picture))])
        }
        return .object(
            first + members.filter { $0.key != "local" }
                + (pictures.isEmpty ? [] : [JSON.Member(key: "local", value: .array(pictures))]))
    }
}
