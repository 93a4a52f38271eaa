// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Spool
internal import SystemPackage

/// What `status` shows.
extension SpoolSurvey {
    /// A line each; nothing in them moves a cursor.
    package var lines: [String] {
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
        if leftAlone.count == 0 { return [] }
        return ["left alone in the inbox: \(leftAlone.count)"]
            + leftAlone.named.map { "  \(Wording.path($0.path)): \($0.reason)" }
            + leftAlone.rest.map { "  and \($0.count) more in \(Wording.folder($0.folder)): \($0.reason)" }
            + (leftAlone.others > 0 ? ["  and \(leftAlone.others) more"] : [])
    }
}

extension Wording {
    static let inboxIsGone = "the inbox is gone"

    /// Of a job whose own files the disk refuses.
    static func refused(_ job: String, _ error: String) -> String {
        "\(job) waits, since something of its own cannot be read or written: \(error); the others go on"
    }

    /// A reload that was taken, as the daemon's page tells of it.
    static func reloaded(_ reload: DocumentNode?) -> [String] {
        func names(_ member: String) -> String {
            (reload?[member]?.list ?? []).compactMap(\.text).joined(separator: ", ")
        }
        let (changed, waiting) = (names("changed"), names("needs_restart"))
        var lines = ["The configuration was read again; changed: \(changed.isEmpty ? "nothing" : changed)."]
        if !waiting.isEmpty { lines.append("Only a restart takes up: \(waiting).") }
        if case .scalar("true", _)? = reload?["key_needs_restart"]?.content {
            lines.append("The key is that of the start; only a restart takes up another.")
        }
        return lines
    }

    static func hardlyAnyRoom(_ symptom: SpaceSymptom) -> String {
        "the disk has hardly any room: \(symptom.words.finding); make room"
    }
}
