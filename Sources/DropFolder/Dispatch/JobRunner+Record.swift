// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Logging
internal import NanoBanana
internal import Spending
internal import Spool
internal import SystemPackage

/// Writes what happens to a job into its journal, as durably as each event asks for, and keeps the day's budget by it.
extension JobRunner {
    /// Records an event as its durability says, and returns the steps that it makes possible.
    func record(_ news: JobEvent, in live: inout JobRun, _ log: Logger) async throws -> [JobStep] {
        let event: JobEvent
        do {
            event = try await keepingAnswer(of: news, live)
        } catch {
            sayLost(news, live, error, log)
            throw error
        }
        let now = Timestamp.now
        context.reached(Checkpoint(.before, event.kind))
        live.unwritten += event.line(at: now)
        let booked = Bookkeeping.lines(for: event, of: live.job, at: now, price: context.spendingGate.price)
        live.unbooked += booked
        do {
            switch event.kind.durability {
            case .withNext: break
            case .soon:
                try await write(&live)
                context.committer.soon(event.kind == .pictureSaved ? live.ownFiles : live.ownJournal)
            case .before: try await settle(&live)
            }
        } catch {
            sayLost(event, live, error, log)
            if case .submitting(let variant) = event { await takeBack(variant, in: live) }
            throw error
        }
        context.reached(Checkpoint(.after, event.kind))
        let wasUnderWay = event.variant.map(live.isUnderWay) ?? false
        let steps = try live.job.apply(event, at: now)
        context.stranded.remove(live.folder.path)
        if let variant = event.variant, wasUnderWay, !live.isUnderWay(variant) {
            if let permit = live.permits.removeValue(forKey: variant) { await context.limiter.leave(permit) }
        }
        account(for: event, booked, at: now, in: &live)
        count(event, at: now, in: &live)
        tell(event, live.job, log)
        return steps
    }

    /// What cannot be recorded is at least said: a task id must not be lost with a full disk. Where the daemon stops
    /// while it waits for the disk, everything else is found out again at the next start.
    private func sayLost(_ event: JobEvent, _ live: JobRun, _ error: any Error, _ log: Logger) {
        guard error is CancellationError else {
            return log.error("The journal could not be written", metadata: live.lostWords(event, "\(error)"))
        }
        if live.job.isAnswered(by: event) {
            log.error(
                "The journal could not be written",
                metadata: live.lostWords(event, "stopped while the disk refuses to write"))
        } else {
            log.debug("Not recorded before the stop", metadata: ["event": "\(event.kind.rawValue)"])
        }
    }

    /// Keeps the day's budget by what has become of a submit.
    private func account(for event: JobEvent, _ booked: [LedgerLine], at now: Timestamp, in live: inout JobRun) {
        guard let variant = event.variant, let reservation = live.reservations[variant] else {
            // Of a submit of an earlier run, which set nothing aside in this one.
            return booked.forEach(context.spendingGate.seed)
        }
        switch live.job.variants[variant] {
        case .waiting where event.kind == .notAccepted, .submitting: return
        case .failed(let stopped) where stopped.why.charge == .no: context.spendingGate.giveBack(reservation)
        case .waiting, .submitted, .answered, .fetched, .failed: context.spendingGate.wasCharged(reservation, at: now)
        }
        live.reservations[variant] = nil
    }

    /// What the answer to a submit needs is set aside before the submit leaves, whatever fills the disk meanwhile.
    private static let roomForTheAnswer = 1024

    private func settle(_ live: inout JobRun) async throws {
        let journal = live.journal
        let (sealed, next) = journal.with(live.unwritten)
        try await context.settle(live.job.origin.jobName, live.changes) {
            try journal.write(sealed, room: Self.roomForTheAnswer)
        }
        live.unsynced = .nothing
        live.wasWritten(next)
    }

    func write(_ live: inout JobRun) async throws {
        let journal = live.journal
        let (sealed, next) = journal.with(live.unwritten)
        try await context.patiently(for: live.job.origin.jobName) { try journal.write(sealed) }
        live.wasWritten(next)
        // With the next round of the committer, which takes the lines of all jobs at once.
        context.ledger.add(live.unbooked)
        live.unbooked = []
    }

    /// The announcement may be on the disk though the daemon stops before the submit: say that nothing was sent, as far
    /// as the disk takes it, or the next start would have to think that something was.
    private func takeBack(_ variant: Int, in live: JobRun) async {
        let line = JobEvent.notAccepted(variant: variant, why: "stopped before it was sent").line(at: .now)
        let (journal, lines) = (live.journal, live.unwritten)
        try? await context.files.run { try journal.write(journal.with(lines + line).sealed) }
    }
}

extension JobRun {
    fileprivate mutating func wasWritten(_ next: Journal) {
        journal = next
        unwritten = []
    }

    /// What is known of a line that could not be written. The event is said apart from the lines, which may be long.
    fileprivate func lostWords(_ event: JobEvent, _ why: String) -> Logger.Metadata {
        var words: Logger.Metadata = ["event": "\(event.kind.rawValue)", "error": "\(why)"]
        if case .submitted(_, let task) = event { words["task"] = "\(task.text)" }
        words["lines"] = "\(String(decoding: unwritten, as: UTF8.self))"
        return words
    }
}
