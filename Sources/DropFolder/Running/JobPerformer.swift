// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import NanoBanana
internal import Requests
internal import Sharing
internal import Spending
internal import Spool
internal import SpoolState
internal import SystemPackage

/// Performs the steps that a job's state asks for, records what comes of them, and goes on with those that this makes
/// possible, until the job lies in `done/` or `failed/`, or has nothing to do but wait. Variants go side by side; their
/// events are recorded one at a time.
struct JobPerformer: Sendable {
    typealias Outcome = JobDriver.Outcome

    let context: JobContext

    /// How far a job has come.
    enum Progress: Sendable {
        /// Nothing of it is left to do in this run.
        case over
        /// Its tasks are on the poll board, and there is nothing else to do for it.
        case polling
        case parts(JobDriver.Parts)
    }

    /// Where what the poll board finds out is handed to a job that is at work.
    struct Mailbox: Sendable {
        let number: JobScheduler.Number
        /// To be called when the job's first steps are taken.
        let begins: @Sendable () -> Void
        /// `nil` where the caller is cancelled.
        let next: @Sendable () async -> Outcome?
    }

    static let folderIsGone = "The job's folder was taken out of processing/, so the job is given up"

    /// Throws where the job can go on neither here nor now; its journal says from where it can.
    ///
    /// - Parameters:
    ///   - news: what a start has found out, to be recorded first.
    ///   - steps: what to begin with; `nil` for what the job's state asks for.
    func run(
        _ driver: inout JobDriver, _ mail: Mailbox, news: [JobEvent] = [], _ steps: [JobStep]? = nil
    ) async throws -> Progress {
        try await watched(&driver) { driver, log in
            for event in news { _ = try await record(event, in: &driver, log) }
            if !driver.unbooked.isEmpty {
                try await write(&driver)
                context.store.committer.soon(driver.ownJournal)
            }
            return try await perform(steps ?? driver.job.stepsToResume, of: &driver, mail, log)
        }
    }

    /// Goes on with a job that was parked.
    func resume(_ driver: inout JobDriver, _ mail: Mailbox, with outcomes: [Outcome]) async throws -> Progress {
        try await watched(&driver) { driver, log in
            var steps: [JobStep] = []
            for outcome in outcomes { steps += try await take(outcome, in: &driver, log) }
            return try await perform(steps, of: &driver, mail, log)
        }
    }

    private func watched(
        _ driver: inout JobDriver, _ work: (inout JobDriver, Logger) async throws -> Progress
    ) async throws -> Progress {
        let log = context.log(for: driver.job)
        do {
            return try await work(&driver, log)
        } catch is JobStore.FolderGone {
            let words = driver.lastWords
            log.error(
                "\(Self.folderIsGone)",
                metadata: [
                    "charged": "\(words.charge.rawValue)", "tasks": "\(words.tasks.joined(separator: " "))",
                ])
            return .over
        } catch is CancellationError {
            log.debug("Stopped; continues at the next start")
            return .over
        } catch {
            // Lines that are in the journal are in the ledger, too; the others did not happen.
            if driver.unwritten.isEmpty { context.store.ledger.add(driver.unbooked) }
            throw error
        }
    }

    private func perform(
        _ first: [JobStep], of driver: inout JobDriver, _ mail: Mailbox, _ log: Logger
    ) async throws -> Progress {
        var steps = first
        while true {
            if driver.isNotBegun { return .over }
            steps = try await heedCancel(steps, of: &driver, log)
            let others = steps.filter { !poll($0, of: &driver, mail.number) }
            guard let step = others.first else { return driver.polled.isEmpty ? .over : .polling }
            // The usual job has one step at a time.
            guard others.count == 1, driver.polled.isEmpty else {
                guard let next = try await performTogether(others, of: &driver, mail, log) else { return .over }
                steps = next
                continue
            }
            mail.begins()
            let outcome = try await perform(step, driver)
            switch outcome {
            case .stopped: return .over
            case .parts(let parts): return .parts(parts)
            case .permit, .shared, .event, .events, .refused, .unknown, .published, .cancel:
                steps = try await take(outcome, in: &driver, log)
            }
        }
    }

    /// Records that it was cancelled, where somebody has. Returns the steps that are still to be taken.
    private func heedCancel(_ steps: [JobStep], of driver: inout JobDriver, _ log: Logger) async throws -> [JobStep] {
        let isEnding = steps.contains { step in
            switch step {
            case .finish, .publish: true
            case .read, .runParts, .gather, .share, .takePermit, .submit, .poll, .fetch: false
            }
        }
        // It comes to its end by itself.
        guard driver.isToBeCancelled, !isEnding else { return steps }
        let more = try await cancel(&driver, log)
        return steps.filter(driver.job.stillAsks) + more
    }

    /// Records that it was cancelled, once.
    func cancel(_ driver: inout JobDriver, _ log: Logger) async throws -> [JobStep] {
        guard driver.job.canBeCancelled else { return [] }
        return try await record(.cancelled(Wording.explain(.cancelled)), in: &driver, log)
    }

    private enum Come: Sendable {
        case step(Outcome)
        case mail(Outcome?)
    }

    /// The variants' steps go side by side, to their end. Returns what they have made possible in the end; `nil` where the
    /// daemon stops.
    private func performTogether(
        _ first: [JobStep], of driver: inout JobDriver, _ mail: Mailbox, _ log: Logger
    ) async throws -> [JobStep]? {
        try await withThrowingTaskGroup(of: Come.self) { group in
            var (steps, working, listens) = (first, 0, false)
            var failure: (any Error)?
            var isEnding = false
            // Nothing is left to wait for but what has come already: what that makes possible is for the caller, since
            // whatever is added to a group that was cancelled is cancelled at once.
            var isOver = false
            while true {
                for step in steps
                where !isEnding && !isOver && driver.job.stillAsks(for: step) && !poll(step, of: &driver, mail.number) {
                    working += 1
                    group.addTask { [driver] in .step(try await perform(step, driver)) }
                }
                mail.begins()
                if !isEnding, !isOver { steps = [] }
                if working == 0, !isOver {
                    isOver = true
                    group.cancelAll()
                }
                if !listens, working > 0, !isEnding, !driver.polled.isEmpty {
                    listens = true
                    group.addTask { .mail(await mail.next()) }
                }
                do {
                    guard let come = try await group.next() else { break }
                    switch come {
                    case .mail(let outcome):
                        // Without one it was cancelled, and would be again.
                        listens = outcome == nil
                        if let outcome { steps += try await take(outcome, in: &driver, log) }
                    case .step(let outcome):
                        working -= 1
                        if case .stopped = outcome { isEnding = true }
                        if case .cancel = outcome, driver.isNotBegun {
                            isEnding = true
                            group.cancelAll()
                            continue
                        }
                        // A permit that comes now goes back with its lease: nothing is announced any more.
                        if case .permit = outcome, isEnding { continue }
                        steps += try await take(outcome, in: &driver, log)
                    }
                } catch {
                    // The others are ended, but for submits: their answers are still taken, and at least said.
                    failure = failure ?? error
                    isEnding = true
                    group.cancelAll()
                }
            }
            if let failure { throw failure }
            return isEnding ? nil : steps
        }
    }

    /// Takes what a step has come to, and returns the steps that it makes possible.
    private func take(_ outcome: Outcome, in driver: inout JobDriver, _ log: Logger) async throws -> [JobStep] {
        if case .published(let place, let end, let pictures) = outcome {
            if case .failed(let why) = end, why.charge == .no, let asked = driver.asked {
                context.spending.wasFree(asked)
            }
            announce(end, at: place, driver, log)
            if driver.isPart {
                context.coming?.ended(driver, end)
            } else {
                if driver.job.parts != nil { context.coming?.over(driver.folder.path, .published(place)) }
                let ended = Ended(driver.job, end, at: place, in: context.store.spool, pictures: pictures)
                context.board.ended(ended)
                context.lanePages?.came(
                    .init(ended, of: driver.job, price: context.spending.price), into: ended.lanesFolder)
                context.observer.published(place)
                context.steering.settled(driver.steered.origin, since: driver.steered.since)
            }
        }
        if case .cancel = outcome { return try await cancel(&driver, log) }
        if driver.job.cancellation != nil, outcome.isNoMoreWanted { return [] }
        var steps: [JobStep] = []
        for event in driver.take(outcome, context.settings.unknownOutcome) {
            steps = try await record(event, in: &driver, log)
        }
        return steps
    }

    /// Puts the task on the poll board, where that is what the step asks for.
    private func poll(_ step: JobStep, of driver: inout JobDriver, _ number: JobScheduler.Number) -> Bool {
        guard case .poll(let variant, let task, let since) = step else { return false }
        driver.polled.insert(variant)
        context.poller.add(
            TaskPoller.Ticket(
                job: number, jobName: driver.job.origin.jobName, variant: variant, task: task, since: since,
                asked: driver.editToRead(of: variant), permit: driver.permits[variant],
                isResumed: driver.isResumed))
        return true
    }

    private func announce(_ outcome: JobOutcome, at place: FilePath, _ driver: JobDriver, _ log: Logger) {
        var log = log
        // A part comes to its place with its batch.
        if !driver.isPart { log[metadataKey: "path"] = "\(place)" }
        count(outcome, driver)
        switch outcome {
        case .done where driver.job.parts != nil: log.info("Done")
        case .done: log.info("Done", metadata: ["pictures": "\(driver.job.pictures.count)"])
        case .failed(let why):
            log.warning(
                "Failed",
                metadata: [
                    "reason": "\(why.code)", "charged": "\(why.charge.rawValue)",
                    "what": "\(([why.what] + why.details).joined(separator: " "))",
                ])
        }
    }

    /// A job that was published. A batch is no more than its parts, which were counted.
    private func count(_ outcome: JobOutcome, _ driver: JobDriver) {
        if driver.job.parts != nil { return }
        context.board.published(outcome == .done ? .done : .failed)
        context.counters.ended(outcome)
        if outcome == .done, let taken = driver.takenAt { context.counters.done(after: Timestamp.now.since(taken)) }
    }
}
