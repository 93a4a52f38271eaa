// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NanoBanana
internal import SystemPackage

/// Takes one job from where it stands to its place in `done/` or `failed/`: performs the steps that ``Job`` asks for,
/// records what comes of them, and asks again. Variants go side by side; their events are recorded one at a time.
struct JobRunner: Sendable {
    let shop: Workshop

    /// What a step has come to.
    enum Outcome: Sendable {
        case turn(variant: Int, Admission.Turn)
        case event(JobEvent)
        /// The result's files are written.
        case written(JobOutcome)
        case published(FilePath)
        /// Something that no step waits for has come to its end.
        case aside
        /// The daemon stops; the journal says where to go on.
        case stopped
    }

    /// Runs a job until it is published, or until the daemon stops.
    func run(_ start: LiveJob, _ steps: [JobStep]) async {
        var live = start
        let log = logger(for: live)
        do {
            try await loop(steps, of: &live, log)
        } catch is Workshop.FolderGone {
            log.warning("The job's folder was taken out of processing/; the job is given up")
        } catch is CancellationError {
            log.debug("Stopped; goes on at the next start")
        } catch {
            log.error("The job cannot go on before the next start", metadata: ["error": "\(error)"])
        }
        if let turn = live.turnInHand { await shop.admission.giveBack(turn) }
        // Where a job ends before its tasks do, their places must not stay taken.
        for variant in live.job.variants.indices where live.isUnderWay(variant) {
            await shop.admission.giveBack(live.turns[variant] ?? Admission.Turn(isProbe: false))
        }
    }

    /// Says the job's name with every line, so that a job's life is found with one search.
    func logger(for live: LiveJob) -> Logger {
        var log = shop.log
        log[metadataKey: "job"] = "\(live.job.origin.jobName)"
        return log
    }

    private func loop(_ first: [JobStep], of live: inout LiveJob, _ log: Logger) async throws {
        var steps = first
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var running = 0
            var stopping = false
            while true {
                let outcome: Outcome
                if let only = steps.first, steps.count == 1, running == 0, !stopping {
                    // The usual job has one step at a time; a child task for it would cost and give nothing.
                    outcome = try await perform(only, live)
                } else {
                    if !stopping {
                        running += steps.count
                        for step in steps { group.addTask { [live] in try await perform(step, live) } }
                    }
                    guard let next = try await group.next() else { return }
                    outcome = next
                    if case .aside = outcome {} else { running -= 1 }
                }
                steps = []
                switch outcome {
                case .turn(let variant, let turn):
                    if variant == 0 { live.turnInHand = nil }
                    if stopping {
                        await shop.admission.giveBack(turn)
                    } else {
                        live.turns[variant] = turn
                        steps = try await record(.submitting(variant: variant), in: &live, &group, log)
                    }
                case .event(let event): steps = try await record(event, in: &live, &group, log)
                case .written(let outcome): steps = try await seal(outcome, in: &live, &group, log)
                case .published(let place): announce(place, live, log)
                case .aside: break
                case .stopped: stopping = true
                }
                if case .published = outcome { return }
            }
        }
    }

    /// Records an event as its ``JobEvent/Durability`` says, and returns the steps that it makes possible.
    private func record(
        _ event: JobEvent, in live: inout LiveJob, _ group: inout ThrowingTaskGroup<Outcome, any Error>, _ log: Logger
    ) async throws -> [JobStep] {
        let now = Timestamp.now
        shop.reached(Checkpoint(.before, event.name))
        live.unwritten += event.line(at: now)
        do {
            if event.durability != .withNext { try await write(&live) }
            if event.durability == .before { try await shop.commit() }
        } catch {
            // What cannot be recorded is at least said: a task id must not be lost with a full disk.
            let lines = String(decoding: live.unwritten, as: UTF8.self)
            log.error("The journal could not be written", metadata: ["lines": "\(lines)", "error": "\(error)"])
            if case .submitting(let variant) = event { await takeBack(variant, in: live) }
            throw error
        }
        if event.durability == .soon {
            group.addTask { [shop] in
                try await shop.commit()
                return .aside
            }
        }
        shop.reached(Checkpoint(.after, event.name))
        let wasUnderWay = event.variant.map(live.isUnderWay) ?? false
        let steps = try live.job.apply(event, at: now)
        if let variant = event.variant, wasUnderWay, !live.isUnderWay(variant) {
            live.turns[variant] = nil
            await shop.admission.leave()
        }
        tell(event, log)
        return steps
    }

    /// The announcement may be on the disk though the daemon stops before the submit: say that nothing was sent, as far as
    /// the disk takes it, or the next start would have to think that something was.
    private func takeBack(_ variant: Int, in live: LiveJob) async {
        let line = JobEvent.notAccepted(variant: variant, why: "stopped before it was sent").line(at: .now)
        let (journal, isWritten) = (live.journal, live.unwritten.isEmpty)
        guard isWritten else { return }
        try? await shop.files.run {
            var journal = journal
            try journal.append(line)
        }
    }

    private func write(_ live: inout LiveJob) async throws {
        let lines = live.unwritten
        let journal = live.journal
        live.journal = try await shop.patiently {
            var journal = journal
            try journal.append(lines)
            return journal
        }
        live.unwritten = []
    }

    /// The result's files are written: record how the job ends, or, where an earlier run has done so, make sure that the
    /// files are on the disk.
    private func seal(
        _ outcome: JobOutcome, in live: inout LiveJob, _ group: inout ThrowingTaskGroup<Outcome, any Error>,
        _ log: Logger
    ) async throws -> [JobStep] {
        if live.job.outcome == outcome {
            try await shop.commit()
            return [.publish(outcome)]
        }
        switch outcome {
        case .done: return try await record(.done, in: &live, &group, log)
        case .failed(let explanation): return try await record(.failed(explanation), in: &live, &group, log)
        }
    }

    private func tell(_ event: JobEvent, _ log: Logger) {
        switch event {
        case .submitted(let variant, let task):
            log.info("Submitted", metadata: ["variant": "\(variant + 1)", "task": "\(task.text)"])
        case .notAccepted(_, let why): log.info("Not accepted, waits for its turn", metadata: ["why": "\(why)"])
        case .answered, .fetched, .claimed, .read, .submitting, .picturesLost, .variantFailed, .done, .failed:
            log.debug("Recorded", metadata: ["event": "\(event.name)"])
        }
    }

    private func announce(_ place: FilePath, _ live: LiveJob, _ log: Logger) {
        switch live.job.outcome {
        case .done:
            shop.board.published(.done)
            log.info("Done", metadata: ["path": "\(place)", "pictures": "\(live.job.pictures.count)"])
        case .failed(let why):
            shop.board.published(.failed)
            log.warning(
                "Failed",
                metadata: [
                    "path": "\(place)", "reason": "\(why.code)", "charged": "\(why.charge.rawValue)",
                    "message": "\(([why.what] + why.details).joined(separator: " "))",
                ])
        case nil: break
        }
    }
}
