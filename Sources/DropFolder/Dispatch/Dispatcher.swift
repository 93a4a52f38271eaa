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

/// Takes what waits, in turn, as soon as a submit may leave, and before that the jobs that an earlier run left.
struct Dispatcher: Sendable {
    let context: JobContext
    let scheduler: JobScheduler
    let settleQueue: SettleQueue
    let leftAlone: LeftAloneFiles
    let unsettled: UnsettledDefaults

    /// Runs until the daemon is asked to stop and every job has come to a place from which the next start goes on.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await scheduler.run() }
            defer { scheduler.close() }
            do {
                try await Recovery(context: context, scheduler: scheduler).run(in: &group)
                scheduler.hasTakenUpAll()
            } catch is CancellationError {
                // Asked to stop meanwhile.
                return
            }
            group.addTask { await takeFree() }
            await scheduler.waitForTheFirst()
            while let next = await context.backlog.next() {
                // Fails only when the daemon stops.
                guard let leave = try? await leave(for: next), let item = item(for: leave, next) else { return }
                context.backlog.begun()
                group.addTask {
                    switch (item, leave) {
                    case (.file(let origin, let readiness), .submit(let permit)): await take(origin, readiness, permit)
                    case (.file(let origin, let readiness), .claim): await take(origin, readiness, nil)
                    case (.part(let part), .submit(let permit)): await begin(part, permit)
                    case (.part, .claim): preconditionFailure("a part is nothing but a submit")
                    }
                }
            }
        }
    }

    /// What the next one may do.
    private enum Leave: Sendable {
        case submit(SubmitLimiter.Permit)
        /// It needs no submit.
        case claim
    }

    /// What has leave: somebody may have hurried another since.
    private func item(for leave: Leave, _ next: Waiting) -> Waiting? {
        switch leave {
        case .submit: context.backlog.inTurn()
        case .claim: next
        }
    }

    private func leave(for next: Waiting) async throws -> Leave {
        if let permit = context.limiter.enterAtOnce() { return .submit(permit) }
        return try await withThrowingTaskGroup(of: Leave.self) { group in
            defer { group.cancelAll() }
            group.addTask { .submit(try await context.limiter.enter(.fresh)) }
            group.addTask {
                try await Scout(context: context).look(instead: next)
                return .claim
            }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    // MARK: Files

    /// What may need no submit at all waits for nobody's permit.
    private func takeFree() async {
        await withDiscardingTaskGroup { group in
            for await (origin, readiness) in context.backlog.free {
                group.addTask { await take(origin, readiness, nil) }
            }
        }
    }

    private func take(_ origin: Origin, _ readiness: Readiness, _ permit: SubmitLimiter.Permit?) async {
        let claimed = await claim(origin, readiness, mayCost: permit != nil)
        // Only when the job is known, or will not be: a word may look for it.
        defer {
            if context.backlog.settled(origin) { settleQueue.look(at: origin) }
            context.steering.lookAgain(in: origin.lane)
        }
        guard let claimed else { return }
        if context.store.defaults.takePriorityChange() { context.backlog.prioritise() }
        var driver = JobDriver(claimed, permitInHand: permit, at: Machine.now)
        if claimed.isNew {
            driver.droppedAt = readiness.dropped
            driver.unsynced = context.store.claim.changes(by: origin)
        }
        tell(claimed, origin)
        driver.occupy(context.limiter)
        scheduler.start(driver)
    }

    private func tell(_ claimed: Claim.Claimed, _ origin: Origin) {
        let words: Logger.Metadata = ["job": "\(claimed.job.origin.jobName)", "file": "\(origin.path)"]
        if claimed.isNew {
            context.log.info("Claimed", metadata: words)
        } else {
            context.log.notice("\(Wording.putBack(claimed.job))", metadata: words)
        }
    }

    private func claim(_ origin: Origin, _ readiness: Readiness, mayCost: Bool) async -> Claim.Claimed? {
        let era = context.holds.era
        if mayCost, let hold = context.hold(on: origin.lane) {
            context.hold(origin, hold, nil, readiness, since: era)
            return nil
        }
        do {
            let claim = context.store.claim
            var outcome = try await context.store.patiently { try claim.take(origin, readiness, at: .now) }
            if case .putBack(let adoption) = outcome {
                outcome = try await context.store.patiently { try claim.adopt(adoption, at: .now) }
            }
            return claimed(outcome, origin, readiness)
        } catch {
            // The daemon stops while the disk refuses: the file is still in the inbox, or its journal says where to go
            // on.
            return nil
        }
    }

    private func claimed(_ outcome: Claim.Outcome, _ origin: Origin, _ readiness: Readiness) -> Claim.Claimed? {
        switch outcome {
        case .claimed(let claimed): return claimed
        case .vanished, .putBack: break
        case .leftAlone(let why):
            leftAlone.say(origin.path, why)
            // What is taken when nothing more comes: no event tells of that.
            if case .arriving(let missing) = why, missing.mayPass { settleQueue.look(at: origin, after: .seconds(5)) }
        case .held(let trouble):
            let hold = Hold(trouble)
            // What is being written is whole in a moment, for all who wait for it; anything else waits for somebody.
            if case .defaultsUnsettled = hold.reason {
                let until = Timestamp(milliseconds: Timestamp.now.milliseconds + 30_000)
                context.hold(origin, Hold(reason: hold.reason, until: until), nil, readiness)
                unsettled.note(origin.lane, max(context.settings.settle, .milliseconds(100)))
            } else {
                context.hold(origin, hold, nil, readiness)
            }
        case .changed: settleQueue.look(at: origin)
        }
        return nil
    }

    // MARK: Parts of batches

    private func begin(_ part: WaitingPart, _ permit: SubmitLimiter.Permit) async {
        if context.steeredJobs.isCancelled(batchOf: part.folder.path) {
            permit.leave()
            return part.ended()
        }
        let era = context.holds.era
        if let hold = context.hold(on: part.lane) {
            permit.leave()
            return context.hold(part, hold, since: era)
        }
        let reader = RecoveredJobReader(context: context)
        var inHand: SubmitLimiter.Permit? = permit
        let opened: Claim.Claimed?
        do {
            opened = try await reader.open(part: part.folder)
        } catch {
            // It may take long: the permit is for others meanwhile.
            permit.leave()
            inHand = nil
            let later = try? await context.untilItGoesOn(part.folder.path) { try await reader.open(part: part.folder) }
            opened = later ?? nil
        }
        guard let opened else { return part.ended() }
        var driver = JobDriver(opened, permitInHand: inHand, isPart: true, at: Machine.now)
        driver.part = part
        scheduler.start(driver)
    }
}
