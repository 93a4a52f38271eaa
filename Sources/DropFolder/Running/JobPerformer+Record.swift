// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import NanoBanana
internal import Requests
internal import Spending
internal import Spool
internal import SystemPackage

/// Writes what happens to a job into its journal, as durably as each event asks for, and keeps the day's budget by it.
extension JobPerformer {
    /// Records an event as its durability says, and returns the steps that it makes possible.
    func record(_ news: JobEvent, in driver: inout JobDriver, _ log: Logger) async throws -> [JobStep] {
        let event: JobEvent
        do {
            event = try await keepingAnswer(of: news, driver)
        } catch {
            sayLost(news, driver, error, log)
            throw error
        }
        let now = Timestamp.now
        context.store.reached(Checkpoint(.before, event.kind))
        let booked = driver.note(event, at: now, price: context.spending.price)
        do {
            switch event.kind.durability {
            case .withNext: break
            case .soon:
                try await write(&driver)
                context.store.committer.soon(event.kind == .pictureSaved ? driver.ownFiles : driver.ownJournal)
            case .before: try await settle(&driver, isSubmit: event.kind == .submitting)
            }
        } catch {
            sayLost(event, driver, error, log)
            driver.wasPerhapsCharged(by: event, at: now)
            if case .submitting(let variant) = event { await takeBack(variant, in: driver) }
            throw error
        }
        context.store.reached(Checkpoint(.after, event.kind))
        count(event, at: now, driver)
        // What an earlier run has submitted was not set aside in this one: it counts from here on.
        if !driver.isSetAside(for: event) { booked.forEach(context.spending.seed) }
        let steps = try driver.apply(event, at: now)
        context.stranded.remove(driver.folder.path)
        context.activeJobs.update(driver.number, driver.job)
        if !driver.job.canBeCancelled { driver.steered.settle() }
        if event.kind == .submitting, !driver.isPart, driver.steered.send() {
            context.steering.settled(driver.steered.origin, since: driver.steered.since, .hurry)
        }
        if event.kind == .approved {
            context.steering.settled(driver.steered.origin, since: driver.steered.since, .approve)
        }
        if case .cancelled = event, !driver.isPart {
            context.steering.settled(driver.steered.origin, since: driver.steered.since, .stop)
        }
        tell(event, driver.job, log)
        return steps
    }

    private func count(_ event: JobEvent, at now: Timestamp, _ driver: JobDriver) {
        guard event.kind == .submitted || event.kind == .answered, let dropped = driver.droppedAt else { return }
        context.counters.taken(after: now.since(dropped))
    }

    private func tell(_ event: JobEvent, _ job: Job, _ log: Logger) {
        switch event {
        case .submitted(let variant, let task):
            log.info("Submitted", metadata: ["variant": "\(variant + 1)", "task": "\(task.text)"])
        case .notAccepted(_, let why): log.info("Not accepted; waiting to be sent again", metadata: ["why": "\(why)"])
        case .outcomeUnknown(_, let why):
            log.warning("Sent again although its outcome is unknown, as configured", metadata: ["why": "\(why)"])
        case .split(let parts, _): log.info("A batch: its parts start", metadata: ["parts": "\(parts)"])
        case .answered(let variant, _) where job.variants[variant].task == nil:
            log.info("Submitted and answered at once", metadata: ["variant": "\(variant + 1)"])
        case .approved: log.notice("Approved by somebody; it may cost what it costs")
        case .cancelled: log.notice("Cancelled by somebody; nothing more of it is sent")
        case .answered, .pictureSaved, .fetched, .claimed, .retried, .read, .sharing, .shared, .submitting,
            .picturesLost, .variantFailed, .done, .failed:
            log.debug("Recorded", metadata: ["event": "\(event.kind.rawValue)"])
        }
    }

    /// What cannot be recorded is at least said: a task id must not be lost with a full disk. Where the daemon stops
    /// while it waits for the disk, everything else is found out again at the next start.
    private func sayLost(_ event: JobEvent, _ driver: JobDriver, _ error: any Error, _ log: Logger) {
        guard error is CancellationError else {
            return log.error("The journal could not be written", metadata: driver.lostWords(event, "\(error)"))
        }
        if driver.job.isAnswered(by: event) {
            log.error(
                "The journal could not be written",
                metadata: driver.lostWords(event, "stopped while the disk refuses to write"))
        } else {
            log.debug("Not recorded before the stop", metadata: ["event": "\(event.kind.rawValue)"])
        }
    }

    /// What the answer to a submit needs is set aside before the submit leaves, whatever fills the disk meanwhile.
    private static let roomForTheAnswer = 1024

    private func settle(_ driver: inout JobDriver, isSubmit: Bool) async throws {
        let (journal, folder, isPart) = (driver.journal, driver.folder, driver.isPart)
        let (sealed, next) = journal.with(driver.unwritten)
        try await context.store.settle(driver.job.origin.jobName, driver.changes) {
            try journal.write(sealed, room: Self.roomForTheAnswer)
        } then: {
            // Whoever has taken the folder away meanwhile wants no more of it, and would not find what is paid for.
            if isSubmit { try folder.mustStand(asPart: isPart) }
        }
        driver.unsynced = .nothing
        driver.wasWritten(next)
    }

    func write(_ driver: inout JobDriver) async throws {
        let journal = driver.journal
        let (sealed, next) = journal.with(driver.unwritten)
        try await context.store.patiently(for: driver.job.origin.jobName) { try journal.write(sealed) }
        driver.wasWritten(next)
        // With the next round of the committer, which takes the lines of all jobs at once.
        context.store.ledger.add(driver.unbooked)
        driver.unbooked = []
    }

    /// The announcement may be on the disk though the daemon stops before the submit: say that nothing was sent, as far
    /// as the disk takes it, or the next start would have to think that something was.
    private func takeBack(_ variant: Int, in driver: JobDriver) async {
        let line = JobEvent.notAccepted(variant: variant, why: "stopped before it was sent").line(at: .now)
        let (journal, lines) = (driver.journal, driver.unwritten)
        try? await context.store.files.run { try journal.write(journal.with(lines + line).sealed) }
    }
}

extension JobDriver {
    /// What is known of a line that could not be written. The event is said apart from the lines, which may be long.
    fileprivate func lostWords(_ event: JobEvent, _ why: String) -> Logger.Metadata {
        var words: Logger.Metadata = ["event": "\(event.kind.rawValue)", "error": "\(why)"]
        if case .submitted(_, let task) = event { words["task"] = "\(task.text)" }
        words["lines"] = "\(String(decoding: unwritten, as: UTF8.self))"
        return words
    }
}
