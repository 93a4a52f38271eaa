// SPDX-License-Identifier: Apache-2.0

/// What `status` shows.
extension SpoolSurvey {
    /// A line each; nothing in them moves a cursor.
    public var lines: [String] {
        let unpriced = submitsWithoutPrice > 0 ? ", \(submitsWithoutPrice) without a known price" : ""
        let first = [daemon.map { "running: process \($0)" } ?? "running: no"]
        let polling = polling.map { ["the inbox is looked at every 2 s: \($0)"] } ?? []
        let counts = [
            "today: \(submitsToday) submits, \(spentToday) spent\(unpriced)", "waiting in the inbox: \(waiting)",
        ]
        let all: [String] = first + trouble + polling + counts + leftAloneLines + jobLines
        return all.map { Wording.line($0) }
    }

    private var jobLines: [String] {
        guard let jobs else { return ["under way: the daemon's user may see that, and root"] }
        return ["under way: \(jobs.count)"] + jobs.map { "  \($0.name)  \($0.stage)  since \($0.claimedAt)" }
    }

    private var leftAloneLines: [String] {
        if leftAloneCount == 0 { return [] }
        let more = leftAloneCount - leftAlone.count
        return ["left alone in the inbox: \(leftAloneCount)"] + leftAlone.map { "  \($0.file): \($0.why)" }
            + (more > 0 ? ["  and \(more) more"] : [])
    }
}

extension Wording {
    static let inboxIsGone = "the inbox is gone"

    static func hardlyAnyRoom(_ symptom: SpaceSymptom) -> String {
        "the disk has hardly any room: \(symptom.words.finding); make room"
    }
}
