// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import Spending
package import Spool
package import SpoolState
internal import SystemPackage

/// The state of a spool for whoever is not its daemon: by the daemon's own word, as long as that is fresh, or of what lies
/// on the disk. Blocking.
package struct SpoolSurvey: Sendable {
    let spool: Spool
    let names: IgnoredNames

    /// - Parameter names: what is no request by its name.
    package init(_ spool: Spool, names: IgnoredNames) {
        (self.spool, self.names) = (spool, names)
    }

    /// Throws `Errno` where the spool's folders cannot be read.
    package func state() throws -> SpoolState {
        let (daemon, page, now) = (SpoolLock.holder(of: spool), StatusFile(of: spool), Timestamp.now)
        var state = try daemon.flatMap { page?.state(of: $0, on: spool, at: now) } ?? look(at: now, page?.state)
        state.pid = daemon
        // A page that cannot be written says nothing of it.
        if !Kernel.isDirectory(spool.inbox) { state.troubles.inboxIsGone = true }
        if daemon != nil { state.troubles.room = Self.trouble(ofRoom: try? Kernel.room(at: spool.processing)) }
        return state
    }

    /// A page is written once a second at most: so long after it nothing has changed that it does not say.
    private static let rhythm = Duration.milliseconds(1_200)

    /// The state as it is at the moment of the question. Throws `Errno` where the spool's folders cannot be read.
    package func current() async throws -> SpoolState {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        let first = try await files.run { try state() }
        let age = Timestamp.now.since(first.at)
        guard first.pid != nil, age >= .zero, age < Self.rhythm else { return first }
        try await Sleep.wait(Self.rhythm - age)
        return try await files.run { try state() }
    }

    /// What there is to say of a disk that is full, or will be in a moment, by the rule of `doctor`.
    static func trouble(ofRoom room: DiskRoom?) -> String? {
        guard let symptom = room.map(SpaceSymptom.init), symptom.level == .fail else { return nil }
        return Wording.hardlyAnyRoom(symptom)
    }

    /// - Parameter last: what some daemon wrote last.
    private func look(at now: Timestamp, _ last: SpoolState?) throws -> SpoolState {
        var state = SpoolState(at: now)
        (state.stoppedAt, state.recent) = (last?.stoppedAt, last?.recent ?? [])
        state.underWay = try JobsSurvey.look(at: spool)
        if let inbox = try inbox() {
            state.queue = inbox.queue
            state.filesInInbox = inbox.queue.count
            state.leftAlone = inbox.leftAlone
        }
        state.today = Self.today(LocalDay(now), in: spool)
        return state
    }

    /// `nil` where there is no inbox, in what is a spool otherwise.
    private func inbox() throws(Errno) -> InboxSurvey? {
        do throws(Errno) {
            return try InboxSurvey(spool.inbox, names)
        } catch {
            if Kernel.isDirectory(spool.inbox) || !error.isNoFolder { throw error }
            return nil
        }
    }

    private static func today(_ day: LocalDay, in spool: Spool) -> SpoolState.Today {
        var budget = Budget(DailyLimits(), on: day)
        // A ledger that cannot be read says nothing; the daemon's log tells why.
        _ = try? Ledger(in: spool.ledger).read(since: day) { _ = budget.seed($0) }
        let overview = budget.overview(on: day, most: SpoolState.laneLimit)
        var today = SpoolState.Today()
        (today.day, today.spent) = (day, overview.spent)
        today.lanes = overview.lanes.map { SpoolState.Today.Lane(name: $0.name, spent: $0.spent) }
        return today
    }

    /// What was spent today, submits on their way included where a daemon tells of them.
    static func spentToday(in spool: Spool) -> Budget.Spent {
        let now = Timestamp.now
        let day = LocalDay(now)
        let daemon = SpoolLock.holder(of: spool)
        let told = daemon.flatMap { StatusFile(of: spool)?.state(of: $0, on: spool, at: now) }
        return told.flatMap { $0.today.day == day ? $0.today.spent : nil } ?? today(day, in: spool).spent
    }

    /// Reads the spool again and again and tells of it, until cancelled. Throws `Errno` where its folders cannot be read.
    ///
    /// - Parameter wait: returns when it is time for the next look, or for the same once more; not before this time has
    ///   passed, in the first case.
    package func watch(
        _ wait: (Duration) async throws -> Void, tell: (SpoolState) -> Void
    ) async throws {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        while true {
            let began = ContinuousClock.now
            tell(try await files.run { try state() })
            // Where there is much to look at, it is not looked at all the time.
            try await wait(max(.seconds(1), began.duration(to: .now) * 10))
        }
    }
}

extension Wording {
    static func hardlyAnyRoom(_ symptom: SpaceSymptom) -> String {
        "the disk is almost full: \(symptom.words.finding); free space"
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
}
