// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import Jobs
internal import Requests

/// A job that has come to its end, as its lane's page shows it. Pure.
package struct LaneResult: Equatable, Sendable {
    package var ended: Ended
    /// The beginning of a long one; `nil` for a batch, and for what was never read.
    package var prompt: String?
    /// What tells a person which pictures went in.
    package var inputs: [String]
    /// Pictures of one's own that came along, by their paths in the result's folder.
    package var originals: [String]
    /// `nil` for a batch, whose own page has it.
    package var cost: Bill?

    /// So many pictures of one's own are shown, and so many names.
    package static let inputLimit = 10

    package init(
        _ ended: Ended, prompt: String?, inputs: [String], originals: [String] = [], cost: Bill?
    ) {
        (self.ended, self.prompt, self.cost) = (ended, prompt.map(ResultPair.beginning), cost)
        (self.inputs, self.originals) = (inputs.prefix(Self.inputLimit).map(\.self), originals)
    }
}

/// What a lane's page shows, as the daemon keeps it beside the page.
extension LaneResult {
    private static let version = 1

    /// The file, in UTF-8.
    package static func file(of results: [LaneResult]) -> [UInt8] {
        JSON.object(["version": .number(version), "results": .array(results.map(\.json))]).line
    }

    /// Whoever may write there may have written anything: what is no result is passed over.
    package static func all(in bytes: [UInt8]) -> [LaneResult] {
        guard let page = try? JSONDocumentParser.parse(bytes), page["version"]?.integer == version else { return [] }
        return (page["results"]?.list ?? []).prefix(LanePage.limit).compactMap { LaneResult($0) }
    }

    private var json: JSON {
        .object([
            "ended": ended.json, "prompt": prompt?.json, "inputs": .array(inputs.map(\.json)),
            "originals": .array(originals.map(\.json)), "submits_charged": cost.map { .number($0.charged) },
            "submits_maybe_charged": cost.map { .number($0.maybeCharged) }, "money": cost?.money?.json,
            "money_maybe": cost?.moneyMaybe?.json,
        ])
    }

    private init?(_ node: DocumentNode) {
        guard let ended = node["ended"].flatMap({ Ended($0) }) else { return nil }
        func texts(_ key: String) -> [String] {
            (node[key]?.list ?? []).prefix(Self.inputLimit).compactMap(\.text)
        }
        let cost = node["submits_charged"]?.integer.map { charged in
            Bill(
                charged: charged, maybeCharged: node["submits_maybe_charged"]?.integer ?? 0, money: node["money"]?.text,
                moneyMaybe: node["money_maybe"]?.text)
        }
        self.init(
            ended, prompt: node["prompt"]?.text, inputs: texts("inputs"), originals: texts("originals"), cost: cost)
    }
}
