// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import Requests

/// The file in which it outlasts the daemon. Whoever deletes it is told once more of what holds.
extension Announced {
    private static let version = 1

    /// What is written.
    package var line: [UInt8] {
        JSON.object([
            "version": .number(Self.version), "number": .number(number),
            "pauses": .array(
                pauses.map { pauser, mark in
                    let lane = pauser.lane.map { NameText.json($0.path) }
                    return .object(["by": pauser.word.json, "lane": lane, "mark": mark.json])
                }),
            "marks": .array(marks.map(\.description.json)),
            "pending": .array(pending.map(\.json)),
        ]).line + [UInt8(ascii: "\n")]
    }

    /// Reads what ``line`` writes; `nil` for anything else.
    package init?(reading bytes: [UInt8]) {
        guard let node = try? JSONDocumentParser.parse(bytes), node["version"]?.integer == Self.version,
            let number = node["number"]?.integer.flatMap(UInt64.init(exactly:)),
            let pauses = node["pauses"]?.list, let marks = node["marks"]?.list, let pending = node["pending"]?.list
        else { return nil }
        let told = pauses.compactMap { pause -> (Pauser, String)? in
            guard let pauser = Pauser(pause), let mark = pause["mark"]?.text else { return nil }
            return (pauser, mark)
        }
        self.init(
            pauses: Dictionary(told) { first, _ in first },
            marks: marks.compactMap { $0.text.flatMap { Fingerprint($0) } },
            number: number, pending: pending.compactMap(Notification.init(journal:)))
    }
}

extension Announced.Pauser {
    fileprivate var word: String {
        switch self {
        case .service: "service"
        case .somebody(nil): "spool"
        case .somebody(_?): "lane"
        }
    }

    fileprivate init?(_ node: DocumentNode) {
        switch node["by"]?.text {
        case "service": self = .service
        case "spool": self = .somebody(at: nil)
        case "lane":
            guard let lane = NameText.path(node["lane"]).flatMap(Lane.init(checking:)) else { return nil }
            self = .somebody(at: lane)
        default: return nil
        }
    }
}
