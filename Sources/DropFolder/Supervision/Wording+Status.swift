// SPDX-License-Identifier: Apache-2.0

/// The line that a service manager shows.
extension Wording {
    /// A text as the one line of a notice. What is beyond 500 characters is left out, since a notice has to be smaller
    /// than 4096 bytes (`NOTIFY_BUFFER_MAX` of systemd) and no character is shown with more than eight.
    static func notice(_ text: String) -> String {
        line(String(String.UnicodeScalarView(text.unicodeScalars.prefix(500))))
    }

    /// What is going on, the reasons for waiting first.
    static func notice(_ page: StatusPage) -> String {
        let facts = page.facts
        var parts: [String] = []
        if let pause = facts.pause { parts.append("paused (\(pause.trouble.kind.rawValue)): \(pause.trouble.message)") }
        if let error = facts.diskTrouble { parts.append("waits for the disk: \(error)") }
        if let trouble = facts.sharingTrouble { parts.append("cannot share pictures: \(trouble)") }
        if facts.inboxIsGone { parts.append("waits for the inbox, which is gone") }
        let held = page.holds.reduce(0) { $0 + $1.files }
        let holding = held > 0 ? ", \(held) held back" : ""
        parts.append("\(page.waiting) waiting\(holding), \(facts.done) done, \(facts.failed) failed since the start")
        parts.append(
            "today \(page.spent.submits) submit\(page.spent.submits == 1 ? "" : "s"), \(page.spent.money) spent")
        return parts.joined(separator: "; ")
    }
}
