// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Jobs
internal import Requests
package import Spending

package import struct SystemPackage.FilePath

/// How a spool is, in a word. Pure.
package enum Condition: Equatable, Sendable {
    case notRunning
    /// Nothing is submitted, for a reason that is nobody's request.
    case paused
    /// Some wait for something, or for somebody.
    case held
    case working, idle
}

extension SpoolState {
    package var condition: Condition {
        if pid == nil || stoppedAt != nil { return .notRunning }
        let standsStill =
            paused != nil || pausedBy.contains { $0.lane == nil } || troubles.disk != nil || troubles.inboxIsGone
            || troubles.sharing != nil
            || troubles.room != nil
        if standsStill { return .paused }
        if heldCount > 0 || !pausedBy.isEmpty { return .held }
        return isBusy ? .working : .idle
    }

    /// What holds things up, a sentence each, the important first.
    package var troubleLines: [String] { troubled.map(\.line) }

    /// The same, and what is held by it, where it is that.
    var troubled: [(line: String, held: Held?)] {
        pauseLines.map { ($0, nil) }
            + holds.map { (Wording.held(files: $0.files, jobs: $0.jobs, why: $0.why), $0) }
            + otherLines.map { ($0, nil) }
    }

    private var pauseLines: [String] {
        var lines: [String] = []
        if let paused { lines.append(Wording.sentence(paused)) }
        // What waits for it says so below.
        lines += pausedBy.map(\.why).filter { why in !holds.contains { $0.why == why } }
        if let disk = troubles.disk { lines.append("the disk refuses to write: \(disk)") }
        if troubles.inboxIsGone { lines.append(Wording.inboxIsGone) }
        if let room = troubles.room { lines.append(room) }
        if let sharing = troubles.sharing { lines.append("pictures cannot be published: \(sharing)") }
        return lines
    }

    private var otherLines: [String] {
        var lines: [String] = []
        let others = heldCount - holds.reduce(0) { $0 + $1.files + $1.jobs }
        if others > 0 { lines.append("held: \(Wording.count(others, "file")) for other reasons") }
        lines += troubles.refusedJobs.map { Wording.refused($0.name, $0.why) }
        lines += troubles.closedLanes.map { "results cannot be put into \(Wording.shownPath($0.folder)): \($0.why)" }
        lines += troubles.tasks.map(\.why) + troubles.stranded.map(\.why) + troubles.idleLimits
        // Of the daemon it is no trouble: it goes on as before.
        if let why = troubles.reload?.refused { lines.append(Wording.notTaken(why)) }
        return lines
    }
}

/// The words of all faces.
extension Wording {
    package static let inboxIsGone = "the inbox is gone"

    package static func word(_ condition: Condition) -> String {
        switch condition {
        case .notRunning: "not running"
        case .paused: "paused"
        case .held: "something is held"
        case .working: "working"
        case .idle: "idle"
        }
    }

    /// A path as it may be shown, in whole, whatever bytes it has.
    package static func shownPath(_ path: FilePath) -> String { line(String(decoding: path)) }

    /// One whose turn is next.
    static func words(_ next: SpoolState.Queue.Next) -> String {
        line(next.name) + (next.isHurried ? " (\(hurried))" : "")
    }

    static let hurried = "hurried"
    static let awaitingText = "waits for the text that may come beside it"

    /// A lane; the inbox itself has no name.
    package static func lane(_ name: String) -> String { name.isEmpty ? "the inbox itself" : line(name) }

    package static func sentence(_ pause: SpoolState.Pause) -> String {
        let next = pause.nextTry.map { "; next try at \(clock($0))" } ?? ""
        return "paused since \(clock(pause.since)): \(pause.why): \(pause.message)\(next)"
    }

    /// Of a job whose own files the disk refuses.
    package static func refused(_ job: String, _ error: String) -> String {
        "\(job) waits because its files cannot be read or written: \(error); other jobs continue"
    }

    /// The last reload was refused, and why.
    package static func notTaken(_ why: String) -> String {
        "the configuration was refused, and the old one stays in force: \(why)"
    }

    /// A moment by the machine's own clock, to the second.
    package static func clock(_ moment: Timestamp) -> String { LocalTime(moment).description }

    /// The same without the day, where that is the day of another moment.
    package static func clock(_ moment: Timestamp, near other: Timestamp) -> String {
        let (time, now) = (LocalTime(moment), LocalTime(other))
        return time.day == now.day ? String(time.description.dropFirst(11)) : time.description
    }

    /// How far a job is.
    package static func words(_ job: JobLine) -> String {
        switch job.stage {
        case .claimed where job.awaits.isEmpty: "its request is being read"
        case .claimed: "waits until the program that writes \(list(job.awaits, of: job.awaits.count)) has closed it"
        case .sharing where job.awaits.isEmpty: "its own pictures are being published"
        case .sharing: "waits for its own pictures: \(list(job.awaits, of: job.awaits.count))"
        case .waiting: "waits for its turn"
        case .submitting: "is being sent"
        case .submitted: "the service works on it"
        case .fetching: "its pictures are being fetched"
        case .batch: job.progress.map { "\($0.done) of \(count($0.of, "part"))" } ?? "its parts begin"
        case .publishing: "is about to come back"
        }
    }

    /// The first names of so many.
    package static func list(_ names: [String], of count: Int) -> String {
        let shown = names.prefix(SpoolState.namesLimit).map(line)
        let more = count - shown.count
        if shown.isEmpty { return self.count(count, "file") }
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    /// What was spent: `6 submits, 0.84 spent, 1 without a known price`.
    package static func words(_ spent: Budget.Spent) -> String {
        let unpriced = spent.submitsWithoutPrice > 0 ? ", \(spent.submitsWithoutPrice) without a known price" : ""
        return "\(count(spent.submits, "submit")), \(money(spent.money)) spent\(unpriced)"
    }

    /// An amount with two digits behind its point, or as many as it has.
    package static func money(_ amount: Amount) -> String {
        let text = "\(amount)"
        guard let point = text.firstIndex(of: ".") else { return text + ".00" }
        return text.distance(from: point, to: text.endIndex) < 3 ? text + "0" : text
    }

    /// `daily-money`, `lane-daily-submits of acme`.
    package static func name(_ limit: LimitLeft) -> String {
        limit.name + (limit.lane.map { " of \(line($0))" } ?? "")
    }

    /// `14.88 of 15.00 left`, `3 of 30 submits left`.
    package static func left(_ limit: LimitLeft) -> String {
        switch (limit.left, limit.size) {
        case (.money(let left), .money(let size)): "\(money(left)) of \(money(size)) left"
        case (.submits(let left), .submits(let size)): "\(left) of \(count(size, "submit")) left"
        case (.money, .submits), (.submits, .money): "\(limit.left) of \(limit.size) left"
        }
    }

    /// What became of a job: `2 pictures`, `12 parts`, or why it failed.
    package static func words(_ ended: Ended) -> String {
        if let failure = ended.failure { return line(failure.what) }
        if let parts = ended.parts { return count(parts, "part") }
        return count(ended.pictureCount, "picture")
    }

    /// Whether it cost money.
    package static func charged(_ charge: Explanation.Charge) -> String {
        switch charge {
        case .no: "not charged"
        case .yes: "charged"
        case .maybe: "may have been charged"
        }
    }
}
