// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a job's journal says, as far as its lines are whole.
struct JournalLines {
    let events: [String]

    init(_ folder: URL) {
        let data = (try? Data(contentsOf: folder.appendingPathComponent("journal.jsonl"))) ?? Data()
        let whole = data.prefix(upTo: (data.lastIndex(of: UInt8(ascii: "\n")) ?? data.startIndex - 1) + 1)
        events = whole.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            return object?["event"] as? String
        }
    }

    /// How many submits the journals of a spool announce.
    static func announced(in spool: TestSpool) -> Int {
        let journals = SpoolWalk(spool).places(of: "journal.jsonl")
        return journals.reduce(0) { sum, path in
            let folder = spool.root.appendingPathComponent(path).deletingLastPathComponent()
            return sum + JournalLines(folder).events.count { $0 == "submitting" }
        }
    }
}
