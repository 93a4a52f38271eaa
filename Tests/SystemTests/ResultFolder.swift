// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder in `done/` or `failed/`, looked at as a program would that watches them.
struct ResultFolder {
    let url: URL

    /// What `result.json` says; empty where there is none.
    var summary: [String: Any] {
        let data = (try? data("result.json")) ?? Data()
        return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
    }

    var reason: [String: Any]? { summary["reason"] as? [String: Any] }

    /// How often the job admits that it was paid for, surely or maybe.
    var submitsAdmitted: Int {
        (summary["submits_charged"] as? Int ?? 0) + (summary["submits_maybe_charged"] as? Int ?? 0)
    }

    func data(_ name: String) throws -> Data {
        try Data(contentsOf: url.appendingPathComponent(name))
    }

    /// What keeps a folder in `done/` from being whole; empty where nothing does.
    func problems(_ file: DroppedFile) -> [String] {
        var problems: [String] = []
        if (try? data(file.name)) != file.bytes { problems.append("the request is another") }
        if summary["outcome"] as? String != "done" { problems.append("result.json does not say done") }
        if JournalLines(url).events.last != "done" { problems.append("the journal does not say done") }
        let answer = try? JSONSerialization.jsonObject(with: (try? data("response.json")) ?? Data())
        if answer as? [String: Any] == nil { problems.append("response.json is no answer") }
        let pictures = (summary["pictures"] as? [[String: Any]] ?? []).map { $0["name"] as? String ?? "" }
        if pictures.count != file.variants { problems.append("\(pictures.count) pictures") }
        for picture in pictures where !PNGFile.isWhole((try? data(picture)) ?? Data()) {
            problems.append("\(picture) is not whole")
        }
        return problems
    }
}
