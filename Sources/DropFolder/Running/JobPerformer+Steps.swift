// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Intake
internal import Jobs
internal import NIOCore
internal import NanoBanana
internal import Notifying
internal import Requests
internal import Sharing
internal import Spending
internal import Spool
internal import SystemPackage

/// The steps, each a thin shell around a decision made elsewhere.
extension JobPerformer {
    func perform(_ step: JobStep, _ driver: JobDriver) async throws -> Outcome {
        switch step {
        case .read:
            let content: Swift.Result<RequestContent, Findings>
            var defaults = RequestDefaults.none
            do {
                let found = try await read(driver)
                if case .success(.batch) = found.content {
                    defaults = try await self.defaults(of: driver.job.origin.lane, driver)
                }
                content = Self.stillAsked(found.content, of: driver.job.origin, defaults)
                // What it costs was judged by these.
                if let judged = found.defaults { defaults = judged }
            } catch is Cancelled {
                return .cancel
            }
            switch content {
            case .success(.request(let request)): return .event(.read(request))
            case .success(.batch(let parts, let passedOver)):
                return try await split(parts, passedOver, defaults, driver)
            case .failure(let findings):
                // Nothing was sent, and nothing will be: the result is all that is left to do.
                let (folder, origin) = (driver.folder, driver.job.origin)
                let why = try await context.store.files.run { folder.explain(findings, of: origin) }
                return try await finish(driver.job.failing(why), driver)
            }
        case .takePermit(let variant):
            return try await unlessCancelled(driver) { try await takePermit(variant, driver) }
        case .submit(let variant): return await submit(variant, driver)
        case .poll: preconditionFailure("the poll board does that")
        case .fetch(let variant, let answer, let saved):
            return try await unlessStopping { .event(try await fetch(variant, answer, saved, driver)) }
        case .runParts: return .parts(try await openParts(of: driver))
        case .gather: return try await unlessStopping { try await gather(driver) }
        case .share: return try await unlessStopping { try await share(driver) }
        case .finish(let outcome), .publish(let outcome):
            if driver.job.parts != nil { return try await finishBatch(driver) }
            if driver.job.sharing != .none, case .stopped? = try await unshared(driver) { return .stopped }
            return try await finish(outcome, driver)
        }
    }

    /// A wait that somebody's word breaks off. In a task of its own: what it cancels is nothing else.
    private func unlessCancelled(
        _ driver: JobDriver, _ work: @escaping @Sendable () async throws -> Outcome
    ) async throws -> Outcome {
        if driver.hasAllInHand { return try await work() }
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask {
                do {
                    let outcome = try await driver.steered.cancel.cancellable(work)
                    if case .stopped = outcome, driver.isCancelWanted(context.stop) { return .cancel }
                    return outcome
                } catch is CancellationError where driver.isCancelWanted(context.stop) {
                    return .cancel
                }
            }
            guard let outcome = try await group.next() else { throw CancellationError() }
            return outcome
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

    /// Somebody has cancelled the job while it waited for what is not needed then.
    struct Cancelled: Error {}

    /// - Returns: what the file says, and, of a folder of pictures, the defaults with which it was read.
    func read(
        _ driver: JobDriver
    ) async throws -> (content: Swift.Result<RequestContent, Findings>, defaults: RequestDefaults?) {
        if let content = driver.content { return (Self.checked(content, driver), driver.judged) }
        let (folder, origin, reader) = (driver.folder, driver.job.origin, context.store.reader)
        let names = context.store.spool.names
        while try await context.store.files.run({ folder.isBeingWritten(origin, names) }) {
            if driver.steered.cancel.isRaised { throw Cancelled() }
            context.activeJobs.awaitsWriter(driver.number, of: String(decoding: origin.file))
            try await context.stop.wait(.seconds(1))
        }
        context.activeJobs.update(driver.number, driver.job)
        let defaults = try await defaults(of: origin.lane, driver)
        let content = try await context.store.patiently {
            try folder.readContent(of: origin, reader, defaults, names)
        }
        return (Self.checked(content, driver), origin.isFolder ? defaults : nil)
    }

    /// A folder is read anew as it is split: its lane may make no batch of it any more.
    private static func stillAsked(
        _ content: Swift.Result<RequestContent, Findings>, of origin: Origin, _ defaults: RequestDefaults
    ) -> Swift.Result<RequestContent, Findings> {
        if case .success(.batch) = content, origin.isFolder, !defaults.takesFolders {
            return .failure(Findings(.folderAlone))
        }
        return content
    }

    /// A part is one request: many in it would be a batch in a batch.
    private static func checked(
        _ content: Swift.Result<RequestContent, Findings>, _ driver: JobDriver
    ) -> Swift.Result<RequestContent, Findings> {
        if driver.isPart, case .success(.batch) = content { return .failure(Findings(.batch)) }
        // Put back into a lane whose defaults have none, it would be paid for as one of words alone.
        if driver.job.hadPictures, case .success(.request(let request)) = content, request.isOfWordsAlone {
            return .failure(Findings(.missing(RequestKey.images.rawValue)))
        }
        return content
    }

    /// Waits as long as the lane's defaults cannot be used.
    func defaults(of lane: Lane, _ driver: JobDriver) async throws -> RequestDefaults {
        while true {
            if driver.steered.cancel.isRaised { throw Cancelled() }
            do {
                return try await context.store.files.run { try context.store.defaults.look(at: lane) }
            } catch let trouble as LaneDefaults.Trouble {
                try await context.wait(for: Hold(trouble))
            }
        }
    }

    private func takePermit(_ variant: Int, _ driver: JobDriver) async throws -> Outcome {
        // The request may have waited for hours, for money or for the API.
        if let expired = expired(variant, driver) { return expired }
        let lane = driver.job.origin.lane
        if variant == 0, let permit = driver.permitInHand, let money = driver.setAside[variant],
            context.steering.pause(of: lane, at: .now) == nil, driver.hasGoodLinks(at: .now)
        {
            return .permit(variant: variant, permit, money)
        }
        do {
            while true {
                try await waitForPause(driver)
                if let ended = try await renewLinks(variant, driver) { return ended }
                let money = try await money(for: variant, driver)
                let rest = driver.refusals[variant]?.rest(serviceBackoff, random: Machine.jitter) ?? .zero
                let permit = try await context.limiter.enter(.claimed, as: driver.requester, after: rest)
                if context.steering.pause(of: lane, at: .now) != nil || !driver.hasGoodLinks(at: .now) { continue }
                return expired(variant, driver) ?? .permit(variant: variant, permit, money)
            }
        } catch is CancellationError {
            return .stopped
        } catch let error as NeverFits {
            return .event(.variantFailed(variant: variant, Wording.overLimit(error.limit), response: nil))
        }
    }

    /// Where a picture's link has run out meanwhile, a submit would be paid for nothing.
    private func expired(_ variant: Int, _ driver: JobDriver) -> Outcome? {
        driver.job.request?.expiredLink(at: .now).map { link in
            .event(.variantFailed(variant: variant, Wording.explain(link), response: nil))
        }
    }

    private struct NeverFits: Error {
        var limit: Limit
    }

    /// What was set aside for this submit, or is as soon as the day's limits allow it.
    private func money(for variant: Int, _ driver: JobDriver) async throws -> SpendingGate.SetAside {
        if let money = driver.setAside[variant] { return money }
        guard let request = driver.job.request else { preconditionFailure("a permit follows a request that was read") }
        while true {
            switch context.spending.goOn(request, in: driver.job.origin.lane, at: .now) {
            case .go(let setAside):
                guard let money = setAside.first else { preconditionFailure("one was asked for") }
                return money
            case .hold(let hold):
                // Other lanes may still have money for theirs.
                driver.letGoOfUploadPlace()
                try await context.wait(for: hold)
            case .neverFits(let limit): throw NeverFits(limit: limit)
            case .unread(let day): try await context.readLedger(since: day)
            }
        }
    }

    /// Waits as long as a limit, or a pause, keeps everything of a lane from being submitted.
    func waitForLane(_ lane: Lane) async throws {
        while let hold = context.hold(on: lane) { try await context.wait(for: hold) }
    }

    /// The same of a pause alone; what others could have meanwhile is let go.
    private func waitForPause(_ driver: JobDriver) async throws {
        while let hold = context.steering.pause(of: driver.job.origin.lane, at: .now) {
            driver.permitInHand?.leave()
            driver.letGoOfUploadPlace()
            try await context.wait(for: hold)
        }
    }

    /// How long to wait after the service or the network fails.
    var serviceBackoff: Backoff { Backoff(first: context.settings.retryInterval, limit: context.settings.retryLimit) }

    /// Sends the request and waits for the answer, even while the daemon stops: only the answer tells what was paid
    /// for.
    private func submit(_ variant: Int, _ driver: JobDriver) async -> Outcome {
        guard let request = driver.requestToSend, let permit = driver.permits[variant] else {
            preconditionFailure("a submit follows a request that was read, and has its permit")
        }
        do throws(SubmitError) {
            let answer: SubmitAnswer
            switch await shielded(request.edit(of: variant), driver) {
            case .answered(let result): answer = try result.get()
            case .notSent(let why):
                permit.leave()
                return .event(.notAccepted(variant: variant, why: why))
            }
            context.counters.submitted(.taken)
            context.limiter.sawTaken(permit)
            switch answer.content {
            case .task(let task): return .event(.submitted(variant: variant, task))
            case .pictures(let pictures):
                let response = Array(answer.body.readableBytesView)
                return .event(.answered(variant: variant, Answer(pictures: pictures, response: response)))
            }
        } catch {
            context.counters.submitted(error)
            return outcome(of: error, variant, permit)
        }
    }

    /// What has come between the announcement of a submit and its start; `nil` where nothing has.
    private func reasonNotToSend(_ driver: JobDriver) -> String? {
        if context.stop.isRaised { return "stopped before it was sent" }
        if driver.steered.cancel.isRaised { return "cancelled before it was sent" }
        let isPaused = context.steering.pause(of: driver.job.origin.lane, at: .now) != nil
        return isPaused ? "paused before it was sent" : nil
    }

    private enum Sent: Sendable {
        case answered(Swift.Result<SubmitAnswer, SubmitError>)
        case notSent(String)
    }

    private func shielded(_ edit: EditRequest, _ driver: JobDriver) async -> Sent {
        // Not a child: what ends another variant of the job must not cut off the answer to this one. Awaited on the
        // spot.
        let (service, giveUp) = (context.service, context.giveUp)
        let submit = Task(executorPreference: Machine.taskExecutor) {
            await giveUp.abandonable {
                // In the last moment: a word may have been taken since it was announced.
                if let why = reasonNotToSend(driver) { return Sent.notSent(why) }
                do throws(SubmitError) {
                    return .answered(.success(try await service.submit(edit)))
                } catch {
                    return .answered(.failure(error))
                }
            }
        }
        return await submit.value
    }

    private func outcome(of error: SubmitError, _ variant: Int, _ permit: SubmitLimiter.Permit) -> Outcome {
        switch error {
        case .refused(let refusal):
            context.limiter.sawFault(permit)
            let why = Wording.explain(.refused(code: refusal.code, message: refusal.message))
            return .event(.variantFailed(variant: variant, why, response: .bytes(refusal.body)))
        case .notAccepted(let refusal): return refused(ServiceTrouble(refusal), variant, permit)
        case .notReachable(let trouble):
            return refused(ServiceTrouble(.unreachable, trouble.message), variant, permit)
        case .unknownOutcome(var outcome):
            if context.giveUp.isRaised { outcome.message = Wording.gaveUpWaiting }
            context.limiter.sawUnknownOutcome(
                outcome.message, isUnreadable: outcome.cause == .unreadableAnswer, permit)
            return .unknown(variant: variant, outcome)
        }
    }

    private func refused(_ trouble: ServiceTrouble, _ variant: Int, _ permit: SubmitLimiter.Permit) -> Outcome {
        let standing = context.limiter.sawRefusal(trouble, permit)
        return .refused(variant: variant, Refusals(of: permit.requester, trouble, standing))
    }

    /// Writes the result, records how the job ends, and publishes its folder.
    private func finish(_ outcome: JobOutcome, _ driver: JobDriver) async throws -> Outcome {
        let (folder, isPart, now) = (driver.folder, driver.isPart, Timestamp.now)
        let bill = Bill(of: driver.job, price: context.spending.price)
        // A part is told of with its batch.
        let notification =
            isPart
            ? nil
            : await context.wanted(Notification(of: driver.job, outcome, bill, at: now), in: driver.job.origin.lane)
        return try await finish(outcome, driver, at: now, telling: notification) { job in
            // Other parts may be about to share the same: theirs are moved with the batch.
            if outcome == .done, !isPart { try movePictures(of: job, to: folder) }
            try folder.writeResult(of: job, outcome, finishedAt: now, bill: bill)
        }
    }

    /// Writes what goes with the job, records how it ends, and publishes its folder once all of that is on the disk. A
    /// part stays where it is: it is published with its batch.
    ///
    /// - Parameters:
    ///   - notification: `nil` where nobody wants to hear of it.
    ///   - move: what is moved in its folder before it is published, and may be moved again.
    func finish(
        _ outcome: JobOutcome, _ driver: JobDriver, at now: Timestamp, pictures: [String]? = nil,
        telling notification: Notification?, moving move: (@Sendable () throws -> Void)? = nil,
        write: @escaping @Sendable (Job) throws -> Void
    ) async throws -> Outcome {
        let (folder, unwritten, reached) = (driver.folder, driver.unwritten, context.store.reached)
        var job = driver.job
        let event: JobEvent? = job.outcome == outcome ? nil : JobEvent(outcome)
        if let event { _ = try job.apply(event, at: now) }
        let target = outcome == .done ? context.store.spool.done : context.store.spool.failed
        // In the ledger before the result is published: the same round writes it.
        context.store.ledger.add(driver.unbooked)
        let told = context.notifier.flatMap { notifier in notification.map { (notifier, $0) } }
        let changes = driver.changes.union(told.map { $0.changes($1) } ?? .nothing)
        let writeAll: @Sendable () throws -> Void = { [job, journal = driver.journal] in
            if let event { reached(Checkpoint(.before, event.kind)) }
            try write(job)
            try journal.write(journal.with(unwritten + (event?.line(at: now) ?? [])).sealed)
            if let (notifier, notification) = told { try notifier.write(notification, of: folder) }
        }
        let isWritten: @Sendable () -> Void = { if let event { reached(Checkpoint(.after, event.kind)) } }
        let publish: @Sendable () throws -> FilePath = { [job, board = context.board] in
            if driver.isPart { return folder.path }
            reached(Checkpoint(.before, .publish))
            let place = try folder.publish(in: target, as: job.origin) { board.passedBy($0, job.origin.jobName) }
            board.published(into: place.removingLastComponent())
            reached(Checkpoint(.after, .publish))
            if let (notifier, notification) = told { notifier.published(notification, at: place) }
            return place
        }
        let name = job.origin.jobName
        let place: FilePath
        if let move {
            // What is moved is not found where it was: only when it is on the disk that nothing but this is left to do.
            try await context.store.settle(name, changes, write: writeAll)
            isWritten()
            place = try await context.store.settle(name, .unknown, write: move, then: publish)
        } else {
            place = try await context.store.settle(name, changes, write: writeAll) {
                isWritten()
                return try publish()
            }
        }
        return .published(place, outcome, pictures: pictures ?? job.pictures.map(\.name))
    }
}

extension JobDriver {
    /// Whether nothing is left to wait for before its first submit.
    fileprivate var hasAllInHand: Bool { permitInHand != nil && setAside[0] != nil }

    /// Whether a wait was broken off by somebody's word, and not by the daemon's end.
    fileprivate func isCancelWanted(_ stop: StopToken) -> Bool { steered.cancel.isRaised && !stop.isRaised }
}

extension JobEvent {
    fileprivate init(_ outcome: JobOutcome) {
        switch outcome {
        case .done: self = .done
        case .failed(let why): self = .failed(why)
        }
    }
}
