// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import Spending
internal import Spool
internal import SpoolState
internal import SystemPackage

/// The line that a service manager shows.
extension Wording {
    /// A text as the one line of a notice. What is beyond 500 characters is left out, since a notice has to be smaller
    /// than 4096 bytes (`NOTIFY_BUFFER_MAX` of systemd) and no character is shown with more than eight.
    static func notice(_ text: String) -> String {
        line(String(String.UnicodeScalarView(text.unicodeScalars.prefix(500))))
    }

    /// A pause has begun.
    static func paused(_ kind: ServiceTrouble.Kind) -> String {
        switch kind {
        case .key, .blocked, .balance, .tooFast, .service, .unreachable:
            "Paused: requests stay in the inbox until the service takes them again"
        case .unreadable: "Paused: requests stay in the inbox until somebody has looked at the answers"
        case .pictures: "Paused: requests stay in the inbox until pictures can be fetched again"
        }
    }

    /// Why nothing is submitted; without its full stop.
    static func sentence(_ trouble: ServiceTrouble) -> String {
        switch trouble.kind {
        case .key, .blocked, .balance, .tooFast, .service, .unreachable, .pictures: trouble.message
        case .unreadable:
            "the API's answers to submits cannot be read, so no more are sent, since each may be paid for "
                + "(\(trouble.message)). Read the answers in error.txt of the jobs in failed/, and ask the "
                + "provider, or update bananadrop. Then reload (SIGHUP) or restart it to continue"
        }
    }

    /// Tasks that meet the same.
    static func sentence(_ group: TroubledTasks.Group) -> String {
        let names = group.tasks.map { "\($0.task) of \($0.job)" }.joined(separator: ", ")
        let more = group.count > group.tasks.count ? " and \(group.count - group.tasks.count) more" : ""
        let tasks = (group.count == 1 ? "task " : "\(group.count) tasks, ") + names + more
        let words = group.words.isEmpty ? "" : ": \(group.words)"
        switch group.kind {
        case .troubled: return "no usable answer since \(clock(group.since)) for \(tasks)\(words)"
        case .late: return "slow since \(clock(group.since)): \(tasks)\(words)"
        }
    }

    static func sentence(_ entry: StrandedJobs.Entry) -> String {
        "stuck since \(clock(entry.since)), trying again: \(String(decoding: entry.folder)): \(entry.words)"
    }

    /// What is going on, the reasons for waiting first.
    static func notice(_ state: SpoolState) -> String {
        var parts: [String] = []
        if let pause = state.paused { parts.append("paused (\(pause.why)): \(pause.message)") }
        parts += state.pausedBy.map(\.why)
        if let error = state.troubles.disk { parts.append("waiting for the disk: \(error)") }
        if let trouble = state.troubles.sharing { parts.append("cannot publish pictures: \(trouble)") }
        if state.troubles.inboxIsGone { parts.append("waiting for the inbox, which is gone") }
        if let why = state.troubles.reload?.refused { parts.append(notTaken(why)) }
        let holding = state.heldCount > 0 ? ", \(state.heldCount) held" : ""
        let working = state.underWay.map { $0.count > 0 ? ", \($0.count) under way" : "" } ?? ""
        parts.append(
            "\(state.queue.count) waiting\(holding)\(working), \(state.doneSinceStart) done, "
                + "\(state.failedSinceStart) failed since the start")
        parts.append("today \(words(state.today.spent))")
        return parts.joined(separator: "; ")
    }
}
