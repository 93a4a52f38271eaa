// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Intake
internal import Jobs
internal import NIOCore
internal import NanoBanana
internal import Requests
internal import Sharing
internal import Spending
internal import Spool
internal import SystemPackage

/// The steps, each a thin shell around a decision made elsewhere.
extension JobRunner {
    func perform(_ step: JobStep, _ live: JobRun) async throws -> Outcome {
        switch step {
        case .read:
            switch try await read(live) {
            case .success(.request(let request)): return .event(.read(request))
            case .success(.batch(let parts, let passedOver)): return try await split(parts, passedOver, live)
            case .failure(let findings):
                // Nothing was sent, and nothing will be: the result is all that is left to do.
                return try await finish(live.job.failing(Wording.explain(.invalidRequest(findings))), live)
            }
        case .takePermit(let variant): return try await takePermit(variant, live)
        case .submit(let variant): return await submit(variant, live)
        case .poll(let variant, let task, let since):
            return try await unlessStopping { .event(try await poll(variant, task, since: since, live)) }
        case .fetch(let variant, let answer, let saved):
            return try await unlessStopping { .event(try await fetch(variant, answer, saved, live)) }
        case .runParts: return try await runParts(live)
        case .gather: return try await unlessStopping { try await gather(live) }
        case .share: return try await unlessStopping { try await share(live) }
        case .finish(let outcome), .publish(let outcome):
            if live.job.parts != nil { return try await finishBatch(live) }
            if live.job.sharing != .none, case .stopped? = try await unshared(live) { return .stopped }
            return try await finish(outcome, live)
        }
    }

    /// Work that a stop may break off, since it is free to begin again.
    private func unlessStopping(_ work: () async throws -> Outcome) async throws -> Outcome {
        do {
            return try await context.stop.cancellable(work)
        } catch is CancellationError {
            return .stopped
        }
    }

    func read(_ live: JobRun) async throws -> Swift.Result<RequestContent, Findings> {
        if let content = live.content { return Self.checked(content, live) }
        let (folder, origin, reader) = (live.folder, live.job.origin, context.reader)
        let kept = folder.path.appending(origin.keptName)
        while try await context.files.run({ Kernel.isOpenForWriting(kept) }) {
            try await context.stop.wait(.seconds(1))
        }
        let defaults = try await defaults(of: origin.lane)
        return Self.checked(try await context.patiently { try folder.readContent(of: origin, reader, defaults) }, live)
    }

    /// A part is one request: many in it would be a batch in a batch.
    private static func checked(
        _ content: Swift.Result<RequestContent, Findings>, _ live: JobRun
    ) -> Swift.Result<RequestContent, Findings> {
        if live.isPart, case .success(.batch) = content { return .failure(Findings(.batch)) }
        return content
    }

    /// Waits as long as the lane's defaults cannot be used.
    private func defaults(of lane: Lane) async throws -> RequestDefaults {
        while true {
            do {
                return try await context.files.run { try context.defaults.look(at: lane) }
            } catch let trouble as LaneDefaults.Trouble {
                let hold = Hold(trouble)
                context.board.held(hold)
                try await context.holds.wait(hold) { context.stop.isRaised }
            }
        }
    }

    private func takePermit(_ variant: Int, _ live: JobRun) async throws -> Outcome {
        // The request may have waited for hours, for money or for the API.
        if let expired = expired(variant, live) { return expired }
        if variant == 0, let permit = live.permitInHand, let reservation = live.reservations[variant] {
            return .permit(variant: variant, permit, reservation)
        }
        let reservation: Budget.Reservation
        do {
            reservation = try await self.reservation(variant, live)
        } catch is CancellationError {
            return .stopped
        } catch let error as NeverFits {
            return .event(.variantFailed(variant: variant, Wording.overLimit(error.limit), response: nil))
        }
        do {
            let refusals = live.refusals[variant]
            let permit = try await context.limiter.enter(
                .claimed, as: live.requester,
                after: refusals?.rest(serviceBackoff, random: .random(in: 0...1)) ?? .zero)
            guard let expired = expired(variant, live) else { return .permit(variant: variant, permit, reservation) }
            await context.limiter.leave(permit)
            giveBack(reservation, of: variant, live)
            return expired
        } catch {
            giveBack(reservation, of: variant, live)
            return .stopped
        }
    }

    /// What was set aside within a step that comes to nothing. What was set aside before it goes with the variant's end,
    /// or the job's.
    func giveBack(_ reservation: Budget.Reservation, of variant: Int, _ live: JobRun) {
        if live.reservations[variant] == nil { context.spendingGate.giveBack(reservation) }
    }

    /// Where a picture's link has run out meanwhile, a submit would be paid for nothing.
    private func expired(_ variant: Int, _ live: JobRun) -> Outcome? {
        live.job.request?.expiredLink(at: .now).map { link in
            .event(.variantFailed(variant: variant, Wording.explain(link), response: nil))
        }
    }

    private struct NeverFits: Error {
        var limit: Limit
    }

    /// What was set aside for this submit, or is as soon as the day's limits allow it.
    private func reservation(_ variant: Int, _ live: JobRun) async throws -> Budget.Reservation {
        if let reservation = live.reservations[variant] { return reservation }
        guard let request = live.job.request else { preconditionFailure("a permit follows a request that was read") }
        while true {
            switch context.spendingGate.goOn(request, in: live.job.origin.lane, at: .now) {
            case .go(let reservation): return reservation
            case .hold(let hold):
                // Other lanes may still have money for theirs.
                live.uploadLimiter?.leave()
                context.board.held(hold)
                try await context.holds.wait(hold) { context.stop.isRaised }
            case .neverFits(let limit): throw NeverFits(limit: limit)
            case .unread(let day): try await context.readLedger(since: day)
            }
        }
    }

    /// Waits as long as a limit keeps everything of a lane from being submitted.
    func waitForMoney(_ lane: Lane) async throws {
        while let hold = context.spendingGate.hold(lane, at: .now) {
            context.board.held(hold)
            try await context.holds.wait(hold) { context.stop.isRaised }
        }
    }

    /// How long to wait after the service or the network fails.
    var serviceBackoff: Backoff { Backoff(first: context.settings.retryInterval, limit: context.settings.retryLimit) }

    /// Sends the request and waits for the answer, even while the daemon stops: only the answer tells what was paid
    /// for.
    private func submit(_ variant: Int, _ live: JobRun) async -> Outcome {
        guard let request = live.job.request, let permit = live.permits[variant] else {
            preconditionFailure("a submit follows a request that was read, and has its permit")
        }
        if context.stop.isRaised {
            await context.limiter.leave(permit)
            return .event(.notAccepted(variant: variant, why: "stopped before it was sent"))
        }
        do throws(SubmitError) {
            let answer = try await shielded(request.edit)
            context.counters.submitted(.taken)
            await context.limiter.sawTaken(permit)
            switch answer.content {
            case .task(let task): return .event(.submitted(variant: variant, task))
            case .pictures(let pictures):
                let response = Array(answer.body.readableBytesView)
                return .event(.answered(variant: variant, Answer(pictures: pictures, response: response)))
            }
        } catch {
            context.counters.submitted(error)
            return await outcome(of: error, variant, permit)
        }
    }

    private func shielded(_ edit: EditRequest) async throws(SubmitError) -> SubmitAnswer {
        // Not a child: what ends another variant of the job must not cut off the answer to this one. Awaited on the
        // spot.
        let submit = Task { [service = context.service, giveUp = context.giveUp] in
            await giveUp.abandonable {
                do throws(SubmitError) {
                    return Result<SubmitAnswer, SubmitError>.success(try await service.submit(edit))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try await submit.value.get()
    }

    private func outcome(of error: SubmitError, _ variant: Int, _ permit: SubmitLimiter.Permit) async -> Outcome {
        switch error {
        case .refused(let refusal):
            await context.limiter.sawFault(permit)
            let why = Wording.explain(.refused(code: refusal.code, message: refusal.message))
            return .event(.variantFailed(variant: variant, why, response: .bytes(refusal.body)))
        case .notAccepted(let refusal): return await refused(ServiceTrouble(refusal), variant, permit)
        case .notReachable(let trouble):
            return await refused(ServiceTrouble(.unreachable, trouble.message), variant, permit)
        case .unknownOutcome(var outcome):
            if context.giveUp.isRaised { outcome.message = Wording.gaveUpWaiting }
            await context.limiter.sawUnknownOutcome(
                outcome.message, isUnreadable: outcome.cause == .unreadableAnswer, permit)
            return .unknown(variant: variant, outcome)
        }
    }

    private func refused(_ trouble: ServiceTrouble, _ variant: Int, _ permit: SubmitLimiter.Permit) async -> Outcome {
        let standing = await context.limiter.sawRefusal(trouble, permit)
        return .refused(variant: variant, Refusals(of: permit.requester, trouble, standing))
    }

    /// Writes the result, records how the job ends, and publishes its folder.
    private func finish(_ outcome: JobOutcome, _ live: JobRun) async throws -> Outcome {
        let (folder, now) = (live.folder, Timestamp.now)
        return try await finish(outcome, live, at: now) { job in
            // Other parts may be about to share the same: theirs are moved with the batch.
            if outcome == .done, !live.isPart { try movePictures(of: job, to: folder) }
            try folder.writeResult(of: job, outcome, finishedAt: now)
        }
    }

    /// Writes what goes with the job, records how it ends, and publishes its folder once all of that is on the disk. A
    /// part stays where it is: it is published with its batch.
    func finish(
        _ outcome: JobOutcome, _ live: JobRun, at now: Timestamp, write: @escaping @Sendable (Job) throws -> Void
    ) async throws -> Outcome {
        let (folder, unwritten, reached) = (live.folder, live.unwritten, context.reached)
        var job = live.job
        let event: JobEvent? = job.outcome == outcome ? nil : JobEvent(outcome)
        if let event { _ = try job.apply(event, at: now) }
        let target = outcome == .done ? context.spool.done : context.spool.failed
        // In the ledger before the result is published: the same round writes it.
        context.ledger.add(live.unbooked)
        let place = try await context.settle(
            job.origin.jobName, live.changes,
            write: { [job, journal = live.journal] in
                if let event { reached(Checkpoint(.before, event.kind)) }
                try write(job)
                try journal.write(journal.with(unwritten + (event?.line(at: now) ?? [])).sealed)
            },
            then: { [job, board = context.board] in
                if let event { reached(Checkpoint(.after, event.kind)) }
                if live.isPart { return folder.path }
                reached(Checkpoint(.before, .publish))
                let place = try folder.publish(in: target, as: job.origin) { board.passedBy($0, job.origin.jobName) }
                board.published(into: place.removingLastComponent())
                reached(Checkpoint(.after, .publish))
                return place
            })
        return .published(place, outcome)
    }
}

extension JobEvent {
    fileprivate init(_ outcome: JobOutcome) {
        switch outcome {
        case .done: self = .done
        case .failed(let why): self = .failed(why)
        }
    }
}
