// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import Requests
internal import Spending
internal import Spool
internal import SystemPackage

/// Starts a job for each file that waits, as soon as a submit may leave, and before that the jobs that an earlier run
/// left. Every job is a child task.
struct Dispatcher: Sendable {
    let context: JobContext
    let settleQueue: SettleQueue
    let leftAlone: LeftAloneFiles

    /// Runs until the daemon is asked to stop and every job has come to a place from which the next start goes on.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            do {
                try await Recovery(context: context).run(in: &group)
            } catch is CancellationError {
                // Asked to stop meanwhile.
                return
            }
            while let next = await context.backlog.next() {
                if case .file(let origin, let readiness) = next, RequestFileName(origin.file) == nil {
                    context.backlog.begun()
                    // A job that goes on may need no submit at all: it waits for nothing here.
                    group.addTask { await start(origin, readiness, nil) }
                    continue
                }
                // Fails only when the daemon stops.
                guard let permit = try? await context.limiter.enter(.fresh) else { return }
                context.backlog.begun()
                group.addTask {
                    switch next {
                    case .file(let origin, let readiness): await start(origin, readiness, permit)
                    case .part(let part): await start(part, permit)
                    }
                }
            }
        }
    }

    private func start(_ origin: Origin, _ readiness: Readiness, _ permit: SubmitLimiter.Permit?) async {
        let claimed = await take(origin, readiness, permit)
        if context.backlog.settled(origin) { settleQueue.look(at: origin) }
        if let claimed {
            if context.defaults.takePriorityChange() { context.backlog.prioritise() }
            var live = JobRun(claimed, permitInHand: permit)
            if claimed.isNew {
                live.droppedAt = readiness.dropped
                live.unsynced = context.claim.changes(by: origin)
            }
            tell(claimed, origin)
            await JobRunner(context: context).occupy(&live)
            await JobStart(context: context).run(live, isNew: claimed.isNew)
            return
        }
        if let permit { await context.limiter.leave(permit) }
    }

    private func take(
        _ origin: Origin, _ readiness: Readiness, _ permit: SubmitLimiter.Permit?
    ) async -> Claim.Claimed? {
        if permit != nil, let hold = context.spendingGate.hold(origin.lane, at: .now) {
            context.hold(origin, hold, nil, readiness)
            return nil
        }
        return await claim(origin, readiness)
    }

    private func tell(_ claimed: Claim.Claimed, _ origin: Origin) {
        let words: Logger.Metadata = ["job": "\(claimed.job.origin.jobName)", "file": "\(origin.path)"]
        if claimed.isNew {
            context.log.info("Claimed", metadata: words)
        } else {
            context.log.notice("\(Wording.putBack(claimed.job))", metadata: words)
        }
    }

    private func claim(_ origin: Origin, _ readiness: Readiness) async -> Claim.Claimed? {
        do {
            let claim = context.claim
            var outcome = try await context.patiently { try claim.take(origin, readiness, at: .now) }
            if case .putBack(let adoption) = outcome {
                outcome = try await context.patiently { try claim.adopt(adoption, at: .now) }
            }
            switch outcome {
            case .claimed(let claimed): return claimed
            case .vanished, .putBack: return nil
            case .leftAlone(let why):
                leftAlone.say(origin.path, why)
                // What is taken when nothing more comes: no event tells of that.
                if case .arriving(let missing) = why, missing.mayPass {
                    settleQueue.look(at: origin, after: .seconds(5))
                }
                return nil
            case .held(let trouble):
                let hold = Hold(trouble)
                // What is being written is whole in a moment, for all who wait for it; anything else waits for somebody.
                if case .defaultsUnsettled = hold.reason {
                    let until = Timestamp(milliseconds: Timestamp.now.milliseconds + 30_000)
                    context.hold(origin, Hold(reason: hold.reason, until: until), nil, readiness)
                    context.unsettled.note(origin.lane, max(context.settings.settle, .milliseconds(100)))
                } else {
                    context.hold(origin, hold, nil, readiness)
                }
                return nil
            case .changed:
                settleQueue.look(at: origin)
                return nil
            }
        } catch {
            // The daemon stops while the disk refuses: the file is still in the inbox, or its journal says where to go
            // on.
            return nil
        }
    }

    private func start(_ part: WaitingPart, _ permit: SubmitLimiter.Permit) async {
        if let hold = context.spendingGate.hold(part.lane, at: .now) {
            await context.limiter.leave(permit)
            return keep(part, hold)
        }
        if let hold = await begin(part, permit) { keep(part, hold) } else { part.ended() }
    }

    /// As a folder that waits, and no job in memory.
    private func keep(_ part: WaitingPart, _ hold: Hold) {
        context.holds.add(part, hold)
        context.board.held(hold)
    }

    private func begin(_ part: WaitingPart, _ permit: SubmitLimiter.Permit) async -> Hold? {
        let recovery = Recovery(context: context)
        do {
            if let opened = try await recovery.open(part: part.folder) {
                return await JobStart(context: context).run(JobRun(opened, permitInHand: permit, isPart: true))
            }
            await context.limiter.leave(permit)
        } catch {
            // It may take long: the permit is for others meanwhile.
            await context.limiter.leave(permit)
            let opened = try? await context.untilItGoesOn(part.folder.path) {
                try await recovery.open(part: part.folder)
            }
            if let opened { return await JobStart(context: context).run(JobRun(opened, isPart: true)) }
        }
        return nil
    }
}
