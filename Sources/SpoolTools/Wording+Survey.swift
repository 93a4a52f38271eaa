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
        let polling = polling.map { ["the inbox is checked every 2 s: \($0)"] } ?? []
        let counts = [
            "today: \(Wording.count(submitsToday, "submit")), \(spentToday) spent\(unpriced)",
            "waiting in the inbox: \(waiting)",
        ]
        let all: [String] = first + trouble + polling + counts + leftAloneLines + jobLines
        return all.map { Wording.line($0) }
    }

    private var jobLines: [String] {
        guard let jobs else { return ["under way: only root and the daemon's user can see that"] }
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
        "\(job) waits because its files cannot be read or written: \(error); other jobs continue"
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
        "the disk is almost full: \(symptom.words.finding); free space"
    }
}
