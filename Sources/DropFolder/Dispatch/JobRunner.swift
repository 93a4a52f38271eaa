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

    func tell(_ event: JobEvent, _ job: Job, _ log: Logger) {
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
    /// What is known of a job whose folder is lost: the task ids exist nowhere else.
    fileprivate var lastWords: Logger.Metadata {
        let tasks = job.variants.compactMap { $0.task?.text }
        return ["charged": "\(job.charge.rawValue)", "tasks": "\(tasks.joined(separator: " "))"]
    }
}
