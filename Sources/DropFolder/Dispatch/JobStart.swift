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

/// Begins one job, or goes on with it: sets aside what it may cost, holds it where it may not be submitted now, finds
/// out what happened while nobody ran, and hands it to the ``JobRunner``.
struct JobStart: Sendable {
    let context: JobContext

    /// Runs the job until it is published, or until the daemon stops. Where it cannot go on it is taken up again from
    /// its journal, as often as it takes. Returns what holds it instead, where it is a part of a batch for which nothing
    /// was done: it needs no more than its folder to wait.
    ///
    /// - Parameter isNew: whether nothing has happened to it but the claim, so that its file may go back into the
    ///   inbox.
    @discardableResult
    func run(_ claimed: JobRun, isNew: Bool = false) async -> Hold? {
        var first: (live: JobRun, isNew: Bool)? = (claimed, isNew)
        do {
            return try await context.untilItGoesOn(claimed.folder.path) {
                if let next = first {
                    first = nil
                    return try await run(next)
                }
                guard let again = try await Recovery(context: context).takeUpAgain(claimed) else { return nil }
                return try await run(again)
            }
        } catch is JobContext.FolderGone {
            context.log.error(
                "\(JobRunner.folderIsGone)", metadata: ["job": "\(claimed.job.origin.jobName)"])
        } catch {
            // The daemon stops.
        }
        return nil
    }

    private func run(_ next: (live: JobRun, isNew: Bool)) async throws -> Hold? {
        var live = next.live
        let place = context.activeJobs.enter(live.job)
        defer { context.activeJobs.leave(place) }
        live.place = place
        do {
            return try await begin(&live, next.isNew)
        } catch {
            if let permit = live.permitInHand { await context.limiter.leave(permit) }
            throw error
        }
    }

    private func begin(_ live: inout JobRun, _ isNew: Bool) async throws -> Hold? {
        if isNew, live.content == nil, live.job.isUnread {
            // Somebody was writing on when it was claimed: what it asks for is judged all the same.
            await giveBackPermit(of: &live)
            live.content = try await JobRunner(context: context).read(live)
        }
        if let hold = try await holdOnBatch(&live, isNew) { return try await keepOut(&live, hold, isNew) }
        guard let request = live.requestToBegin else {
            try await goOn(&live)
            return nil
        }
        switch try await verdict(on: request, &live, isNew) {
        case .go(let reservation) where !request.locals.isEmpty:
            // Its pictures may take their time to arrive: until then neither a permit nor money is kept from others.
            for _ in 0..<reservation.submits { context.spendingGate.giveBack(reservation) }
            await giveBackPermit(of: &live)
            try await hand(&live)
        case .go(let reservation):
            for variant in 0..<reservation.submits { live.reservations[variant] = reservation }
            try await hand(&live)
        case .hold(let hold): return try await keepOut(&live, hold, isNew)
        case .neverFits(let limit): try await refuse(&live, Wording.overLimit(limit))
        case .unread(let day):
            try await context.readLedger(since: day)
            return try await begin(&live, isNew)
        }
        return nil
    }

    private func verdict(
        on request: Request, _ live: inout JobRun, _ isNew: Bool
    ) async throws -> SpendingGate.Verdict {
        let (origin, spendingGate) = (live.job.origin, context.spendingGate)
        let asked = Asked(request, named: origin.jobName, in: origin.lane)
        if live.isPart {
            // The rows of a batch were judged, and counted, with it; perhaps in an earlier run.
            spendingGate.recall(asked, at: .now)
            live.asked = asked
            return spendingGate.goOn(request, submits: request.variants, in: origin.lane, at: .now)
        }
        var verdict = spendingGate.begin(request, asked, in: origin.lane, consent: !isNew, came: live.came, at: .now)
        if isNew, case .hold(let hold) = verdict, case .repeated = hold.reason, try await isMarkedAgain(live) {
            verdict = spendingGate.begin(request, asked.again, in: origin.lane, consent: false, at: .now)
        }
        if case .go = verdict { live.asked = asked }
        return verdict
    }

    private func holdOnBatch(_ live: inout JobRun, _ isNew: Bool) async throws -> Hold? {
        let (origin, folder) = (live.job.origin, live.folder)
        let parts: [BatchPart]
        if !live.isPart, case .success(.batch(let found, _))? = live.content { parts = found } else { parts = [] }
        guard !parts.isEmpty || live.job.parts != nil else { return nil }
        // Where it cannot be read any more, its parts go on all the same.
        let content = try await context.files.run { try? folder.fingerprint(of: origin) }
        guard let content else { return nil }
        let batch = Asked(content: content, name: origin.jobName)
        live.asked = batch
        let rows = parts.enumerated().compactMap { index, part -> Asked? in
            guard case .success(let request) = part.request else { return nil }
            let name = ResultNames.part(index + 1, of: parts.count, called: part.name)
            return Asked(request, named: origin.jobName + "/" + String(decoding: name), in: origin.lane)
        }
        guard
            let hold = context.spendingGate.begin(batch: batch, rows: rows, consent: !isNew, came: live.came, at: .now)
        else { return nil }
        guard try await isMarkedAgain(live) else { return hold }
        return context.spendingGate.begin(batch: batch.again, rows: rows.map(\.again), consent: false, at: .now)
    }

    private func isMarkedAgain(_ live: JobRun) async throws -> Bool {
        let (folder, origin) = (live.folder, live.job.origin)
        return try await context.patiently { folder.isMarkedAgain(origin) }
    }

    /// Keeps the job from beginning for now: its file goes back into the inbox, or else it waits where it is.
    private func keepOut(_ live: inout JobRun, _ hold: Hold, _ isNew: Bool) async throws -> Hold? {
        await giveBackPermit(of: &live)
        live.asked = nil
        if live.isPart { return hold }
        if isNew, try await giveBack(live, hold) { return nil }
        switch hold.reason {
        case .limit, .defaults, .defaultsUnsettled:
            context.board.held(hold)
            try await context.holds.wait(hold) { context.stop.isRaised }
            return try await begin(&live, isNew)
        case .repeated(let why):
            try await refuse(&live, Wording.explain(why))
            return nil
        }
    }

    /// Ends the job before anything of it is sent.
    private func refuse(_ live: inout JobRun, _ why: Explanation) async throws {
        await giveBackPermit(of: &live)
        let refusal = live.job.refusal(why)
        try await hand(&live, news: refusal.news, refusal.steps)
    }

    /// From here on the runner answers for the permit.
    private func hand(_ live: inout JobRun, news: [JobEvent] = [], _ steps: [JobStep]? = nil) async throws {
        let start = live
        live.permitInHand = nil
        try await JobRunner(context: context).run(start, news: news, steps)
    }

    /// Returns whether the file is in the inbox again.
    private func giveBack(_ live: JobRun, _ hold: Hold) async throws -> Bool {
        let (origin, folder, claim) = (live.job.origin, live.folder, context.claim)
        let isBack = try await context.patiently { [context] in
            try claim.giveBack(folder, origin) { identity in
                context.hold(origin, hold, identity, Readiness(identity: identity, at: .now))
            }
        }
        if isBack {
            context.log.info(
                "Goes back into the inbox for now",
                metadata: ["job": "\(origin.jobName)", "why": "\(Wording.sentence(hold))"])
        }
        return isBack
    }

    /// A job that goes on may need no submit at all, or several: it takes its turns itself.
    private func giveBackPermit(of live: inout JobRun) async {
        guard let permit = live.permitInHand else { return }
        live.permitInHand = nil
        await context.limiter.leave(permit)
    }

    /// Goes on from where the journal ends, after what happened while nobody ran, such as a submit whose answer nobody
    /// heard.
    private func goOn(_ live: inout JobRun) async throws {
        let (folder, job) = (live.folder, live.job)
        if live.asked == nil, job.charge == .no, let request = job.request {
            // What has cost something is in the ledger.
            let asked = Asked(request, named: job.origin.jobName, in: job.origin.lane)
            context.spendingGate.recall(asked, at: .now)
            live.asked = asked
        }
        await giveBackPermit(of: &live)
        let whole = try await context.patiently {
            try folder.removeStrayPictures(of: job.origin.stem, keeping: job.pictures)
            return job.variants.map { folder.has($0.pictures) }
        }
        let news = job.eventsToResume(
            picturesAreWhole: { whole[$0] }, unknown: context.settings.unknownOutcome,
            why: Wording.explain(.interruptedSubmit))
        try await hand(&live, news: news)
    }
}

extension JobRun {
    /// The request of a job that is about to be submitted for the first time.
    fileprivate var requestToBegin: Request? {
        if case .success(.request(let request))? = content { return request }
        return isPart && job.isUntouched ? job.request : nil
    }
}
