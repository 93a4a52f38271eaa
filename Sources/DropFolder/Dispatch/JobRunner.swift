// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Logging
internal import NanoBanana
internal import Sharing
internal import Spending
internal import Spool
internal import SystemPackage

/// Takes one job from where it stands to its place in `done/` or `failed/`: performs the steps that ``Job`` asks for,
/// records what comes of them, and asks again. Variants go side by side; their events are recorded one at a time.
struct JobRunner: Sendable {
    let context: JobContext

    static let folderIsGone = "The job's folder was taken out of processing/; the job is given up"

    /// What a step has come to.
    enum Outcome: Sendable {
        case permit(variant: Int, SubmitLimiter.Permit, Budget.Reservation)
        /// Pictures of one's own are where the API can fetch them.
        case shared([FileStatus.Identity], UploadLimiter.Place)
        case event(JobEvent)
        case events([JobEvent])
        /// A submit was not accepted, by no fault of the request as it seems.
        case refused(variant: Int, Refusals)
        /// No answer tells what became of a submit.
        case unknown(variant: Int, UnknownOutcome)
        case published(FilePath, JobOutcome)
        /// The daemon stops; the journal says where to go on.
        case stopped
    }

    /// Runs a job until it is published, or until the daemon stops. Throws where the job can go on neither here nor now;
    /// its journal says from where it can.
    ///
    /// - Parameters:
    ///   - news: what a start has found out, to be recorded first.
    ///   - steps: what to begin with; `nil` for what the job's state asks for.
    func run(_ start: JobRun, news: [JobEvent] = [], _ steps: [JobStep]? = nil) async throws {
        var live = start
        let log = logger(for: live)
        do {
            for event in news { _ = try await record(event, in: &live, log) }
            if !live.unbooked.isEmpty {
                try await write(&live)
                context.committer.soon(live.ownJournal)
            }
            try await perform(steps ?? live.job.stepsToResume, of: &live, log)
        } catch is JobContext.FolderGone {
            log.error("\(Self.folderIsGone)", metadata: live.lastWords)
        } catch is CancellationError {
            log.debug("Stopped; goes on at the next start")
        } catch {
            await letGo(of: live)
            // Lines that are in the journal are in the ledger, too; the others did not happen.
            if live.unwritten.isEmpty { context.ledger.add(live.unbooked) }
            throw error
        }
        await letGo(of: live)
    }

    /// Where a job ends before its tasks do, their places must not stay taken, nor what was set aside for them.
    private func letGo(of live: JobRun) async {
        live.uploadLimiter?.leave()
        if let permit = live.permitInHand { await context.limiter.leave(permit) }
        for permit in live.permits.values { await context.limiter.leave(permit) }
        for reservation in live.reservations.values { context.spendingGate.giveBack(reservation) }
    }

    /// Says the job's name with every line, so that a job's life is found with one search.
    func logger(for live: JobRun) -> Logger {
        var log = context.log
        log[metadataKey: "job"] = "\(live.job.origin.jobName)"
        return log
    }

    /// The usual job has one step at a time.
    private func perform(_ first: [JobStep], of live: inout JobRun, _ log: Logger) async throws {
        var steps = first
        while let step = steps.first, steps.count == 1 {
            let outcome = try await perform(step, live)
            if case .stopped = outcome { return }
            steps = try await take(outcome, in: &live, log)
        }
        if !steps.isEmpty { try await performTogether(steps, of: &live, log) }
    }

    /// The variants' steps go side by side, to their end.
    private func performTogether(_ first: [JobStep], of live: inout JobRun, _ log: Logger) async throws {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var steps = first
            var failure: (any Error)?
            var isEnding = false
            while true {
                for step in steps where !isEnding { group.addTask { [live] in try await perform(step, live) } }
                steps = []
                do {
                    guard let outcome = try await group.next() else { break }
                    if case .stopped = outcome { isEnding = true }
                    if case .permit(let variant, let permit, let reservation) = outcome, isEnding {
                        await context.limiter.leave(permit)
                        giveBack(reservation, of: variant, live)
                    } else {
                        steps = try await take(outcome, in: &live, log)
                    }
                } catch {
                    // The others are ended, but for submits: their answers are still taken, and at least said.
                    failure = failure ?? error
                    isEnding = true
                    group.cancelAll()
                }
            }
            if let failure { throw failure }
        }
    }

    /// Takes what a step has come to, and returns the steps that it makes possible.
    private func take(_ outcome: Outcome, in live: inout JobRun, _ log: Logger) async throws -> [JobStep] {
        switch outcome {
        case .permit(let variant, let permit, let reservation):
            if variant == 0 { live.permitInHand = nil }
            live.uploadLimiter?.leave()
            live.permits[variant] = permit
            live.reservations[variant] = reservation
            return try await record(.submitting(variant: variant), in: &live, log)
        case .shared(let pictures, let place):
            live.uploadLimiter = place
            return try await record(.shared(pictures.map(SharedPicture.init)), in: &live, log)
        case .refused(let variant, let refusal):
            return try await record(live.wasRefused(variant, refusal).event(of: variant), in: &live, log)
        case .unknown(let variant, let outcome):
            return try await record(event(for: outcome, variant, live.job), in: &live, log)
        case .event(let event):
            // Each part has it in its own folder by now.
            if event.kind == .split {
                live.content = nil
                live.unsynced = .unknown
            }
            return try await record(event, in: &live, log)
        case .events(let events):
            var steps: [JobStep] = []
            for event in events { steps = try await record(event, in: &live, log) }
            return steps
        case .published(let place, let outcome):
            if case .failed(let why) = outcome, why.charge == .no, let asked = live.asked {
                context.spendingGate.wasFree(asked)
            }
            announce(outcome, at: place, live, log)
            return []
        case .stopped: return []
        }
    }

    private func event(for outcome: UnknownOutcome, _ variant: Int, _ job: Job) -> JobEvent {
        if context.settings.unknownOutcome.allowsAnother(after: job.unheard) {
            return .outcomeUnknown(variant: variant, why: outcome.message)
        }
        let why = Wording.explain(.unknownOutcome(outcome.message))
        return .variantFailed(variant: variant, why, response: outcome.body.map(KeptAnswer.bytes))
    }

    /// Records an event as its durability says, and returns the steps that it makes possible.
    private func record(_ news: JobEvent, in live: inout JobRun, _ log: Logger) async throws -> [JobStep] {
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

    private func write(_ live: inout JobRun) async throws {
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

    private func tell(_ event: JobEvent, _ job: Job, _ log: Logger) {
        switch event {
        case .submitted(let variant, let task):
            log.info("Submitted", metadata: ["variant": "\(variant + 1)", "task": "\(task.text)"])
        case .notAccepted(_, let why): log.info("Not accepted, waits for its permit", metadata: ["why": "\(why)"])
        case .outcomeUnknown(_, let why):
            log.warning("Sent again though its outcome is unknown, as configured", metadata: ["why": "\(why)"])
        case .split(let parts): log.info("A batch: its parts go on their way", metadata: ["parts": "\(parts)"])
        case .answered(let variant, _) where job.variants[variant].task == nil:
            log.info("Submitted and answered at once", metadata: ["variant": "\(variant + 1)"])
        case .answered, .pictureSaved, .fetched, .claimed, .retried, .read, .sharing, .shared, .submitting,
            .picturesLost,
            .variantFailed, .done,
            .failed:
            log.debug("Recorded", metadata: ["event": "\(event.kind.rawValue)"])
        }
    }

    private func announce(_ outcome: JobOutcome, at place: FilePath, _ live: JobRun, _ log: Logger) {
        var log = log
        // A part comes to its place with its batch.
        if !live.isPart { log[metadataKey: "path"] = "\(place)" }
        count(outcome, live)
        switch outcome {
        case .done where live.job.parts != nil: log.info("Done")
        case .done: log.info("Done", metadata: ["pictures": "\(live.job.pictures.count)"])
        case .failed(let why):
            log.warning(
                "Failed",
                metadata: [
                    "reason": "\(why.code)", "charged": "\(why.charge.rawValue)",
                    "what": "\(([why.what] + why.details).joined(separator: " "))",
                ])
        }
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

    /// What is known of a job whose folder is lost: the task ids exist nowhere else.
    fileprivate var lastWords: Logger.Metadata {
        let tasks = job.variants.compactMap { $0.task?.text }
        return ["charged": "\(job.charge.rawValue)", "tasks": "\(tasks.joined(separator: " "))"]
    }
}
