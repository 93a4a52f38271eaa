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

/// Opens a job: finds out whether it may begin now, sets aside what it may cost, and, where it goes on, what happened
/// while nobody ran.
struct JobOpening: Sendable {
    let context: JobContext

    enum Verdict: Sendable {
        /// First these events are recorded, then these steps taken; `nil` for those that the job's state asks for.
        case go(news: [JobEvent] = [], steps: [JobStep]? = nil)
        /// Its file is in the inbox again.
        case givenBack
        /// It is a part of a batch that was cancelled, and nothing was done for it.
        case notBegun
        /// A part of a batch may not begin now, and needs no more than its folder to wait.
        case held(Hold, era: UInt64)
    }

    func open(_ driver: inout JobDriver) async throws -> Verdict {
        while true {
            if let verdict = try await look(at: &driver) { return verdict }
        }
    }

    /// `nil` where it has waited for what kept it from beginning, and is to be looked at again.
    private func look(at driver: inout JobDriver) async throws -> Verdict? {
        if driver.isNotBegun {
            driver.letGoOfPermit()
            return .notBegun
        }
        try await settleWords(of: driver)
        // Nothing more of it may cost anything: only what is there already is brought to its end.
        if driver.isToBeCancelled || driver.job.cancellation != nil { return try await goOn(&driver) }
        if driver.isNew, driver.content == nil, driver.job.isUnread {
            // Somebody was writing on when it was claimed: what it asks for is judged all the same.
            driver.letGoOfPermit()
            let read = try await JobPerformer(context: context).read(driver)
            (driver.content, driver.judged) = (read.content, read.defaults)
        }
        let era = context.holds.era
        // One in a paused lane stays in the inbox as it is, as a file does.
        if driver.isNew, driver.job.origin.isFolder,
            let hold = context.steering.pause(of: driver.job.origin.lane, at: .now)
        {
            return try await keepOut(&driver, hold, since: era)
        }
        if let hold = try await holdOnBatch(&driver) { return try await keepOut(&driver, hold, since: era) }
        guard let request = driver.requestToBegin else { return try await goOn(&driver) }
        if context.spending.lacksPrice(request) {
            return refusal(of: &driver, Wording.explain(.noPrice(request.edit.model.usualName)))
        }
        if let hold = try await holdForApproval([request], &driver) {
            return try await keepOut(&driver, hold, since: era)
        }
        if let hold = context.steering.pause(of: driver.job.origin.lane, at: .now) {
            return try await keepOut(&driver, hold, since: era)
        }
        switch try await verdict(on: request, &driver) {
        case .go(let setAside):
            if request.locals.isEmpty {
                for (variant, money) in setAside.enumerated() { driver.setAside[variant] = money }
            } else {
                // Its pictures may take their time to arrive: until then neither a permit nor money is kept from others.
                driver.letGoOfPermit()
            }
            return .go(news: driver.takeApproval())
        case .hold(let hold): return try await keepOut(&driver, hold, since: era)
        case .neverFits(let limit): return refusal(of: &driver, Wording.overLimit(limit))
        case .unread(let day):
            try await context.readLedger(since: day)
            return nil
        }
    }

    /// What its claim has noted of words, or an earlier run, may be in memory only: they are taken away when it is on
    /// the disk, whenever they came.
    private func settleWords(of driver: JobDriver) async throws {
        let (job, origin) = (driver.job, driver.steered.origin)
        if driver.isPart || job.outcome != nil || job.cancellation == nil && job.approval == nil { return }
        try await context.store.settle(origin.jobName, driver.changes)
        let always = Timestamp(milliseconds: 0)
        if job.cancellation != nil {
            driver.steered.settle()
            context.steering.settled(origin, since: always, .stop)
        }
        if let noted = job.approvedAt { context.steering.settled(origin, since: always, .approve, cameBy: noted) }
    }

    private func verdict(on request: Request, _ driver: inout JobDriver) async throws -> SpendingGate.Verdict {
        let (origin, spending) = (driver.job.origin, context.spending)
        let asked = Asked(request, named: origin.jobName, in: origin.lane)
        if driver.isPart {
            // The rows of a batch were judged, and counted, with it; perhaps in an earlier run.
            spending.recall(asked, at: .now)
            driver.asked = asked
            return spending.goOn(request, submits: request.variants, in: origin.lane, at: .now)
        }
        let (isNew, came) = (driver.isNew, driver.came)
        var verdict = spending.begin(request, asked, in: origin.lane, consent: !isNew, came: came, at: .now)
        if isNew, case .hold(let hold) = verdict, case .repeated = hold.reason, try await isMarkedAgain(driver) {
            verdict = spending.begin(request, asked.again, in: origin.lane, consent: false, at: .now)
        }
        if case .go = verdict { driver.asked = asked }
        return verdict
    }

    private func holdOnBatch(_ driver: inout JobDriver) async throws -> Hold? {
        let (origin, folder, isNew) = (driver.job.origin, driver.folder, driver.isNew)
        var parts: [BatchPart]
        if !driver.isPart, case .success(.batch(let found, _))? = driver.content { parts = found } else { parts = [] }
        guard !parts.isEmpty || driver.job.parts != nil else { return nil }
        // Where it cannot be read any more, its parts go on all the same.
        if let hold = try await holdForApproval(parts.compactMap { try? $0.request.get() }, &driver) { return hold }
        if origin.isFolder, !parts.isEmpty {
            // Ten thousand pictures are read: until then others may submit.
            driver.letGoOfPermit()
            parts = try await readAll(parts, driver)
        }
        let known = try await context.store.files.run { try? folder.fingerprint(of: origin) }
        guard let content = origin.isFolder && !parts.isEmpty ? parts.content : known else { return nil }
        let batch = Asked(content: content, name: origin.jobName)
        driver.asked = batch
        let rows = parts.enumerated().compactMap { index, part -> Asked? in
            guard case .success(let request) = part.request else { return nil }
            let name = ResultNames.part(index + 1, of: parts.count, called: part.name)
            return Asked(request, named: origin.jobName + "/" + String(decoding: name), in: origin.lane)
        }
        let spending = context.spending
        guard let hold = spending.begin(batch: batch, rows: rows, consent: !isNew, came: driver.came, at: .now)
        else { return nil }
        guard try await isMarkedAgain(driver) else { return hold }
        return spending.begin(batch: batch.again, rows: rows.map(\.again), consent: false, at: .now)
    }

    /// What keeps the file from beginning until somebody lets it cost what it costs; `nil` where that is little, or was
    /// said. It is noted before anything relies on it, and the word holds for what was in the file when it was put there.
    private func holdForApproval(_ requests: [Request], _ driver: inout JobDriver) async throws -> Hold? {
        driver.approval = nil
        guard !driver.isPart, let (cost, limit) = context.spending.needsApproval(requests),
            !cost.isCovered(by: driver.job.approval)
        else { return nil }
        let origin = driver.job.origin
        let folder = driver.folder
        // After it was read: whoever writes to it since then has written something else.
        let written = try await context.store.patiently { [names = context.store.spool.names] in
            folder.written(origin, names)
        }
        if context.steering.useApproval(of: origin, since: driver.steered.since, written: written) {
            driver.approval = cost.approval
            return nil
        }
        return Hold(reason: .approval(name: origin.jobName, cost: cost, limit))
    }

    private func isMarkedAgain(_ driver: JobDriver) async throws -> Bool {
        let (folder, origin) = (driver.folder, driver.job.origin)
        return try await context.store.patiently { folder.isMarkedAgain(origin) }
    }

    /// Keeps the job from beginning for now: its file goes back into the inbox, or else it waits where it is (`nil` then).
    private func keepOut(_ driver: inout JobDriver, _ hold: Hold, since era: UInt64) async throws -> Verdict? {
        driver.letGoOfPermit()
        driver.asked = nil
        if driver.isPart { return .held(hold, era: era) }
        if driver.isToBeCancelled { return try await goOn(&driver) }
        // What is approved waits here for time to pass: back in the inbox it would seem to have come after the word.
        let waitsHere = driver.approval != nil && hold.isLetGoAtOnce
        if driver.isNew, !waitsHere, try await giveBack(driver, hold, since: era) { return .givenBack }
        if driver.isToBeCancelled { return try await goOn(&driver) }
        switch hold.reason {
        case .limit, .defaults, .defaultsUnsettled, .paused, .approval:
            try await context.wait(for: hold, driver.steered)
            return nil
        case .repeated(let why): return refusal(of: &driver, Wording.explain(why))
        }
    }

    /// Ends the job before anything of it is sent.
    private func refusal(of driver: inout JobDriver, _ why: Explanation) -> Verdict {
        driver.letGoOfPermit()
        let refusal = driver.job.refusal(why)
        return .go(news: refusal.news, steps: refusal.steps)
    }

    /// Returns whether the file is in the inbox again.
    private func giveBack(_ driver: JobDriver, _ hold: Hold, since era: UInt64) async throws -> Bool {
        let (origin, folder, claim) = (driver.job.origin, driver.folder, context.store.claim)
        let text = driver.job.text
        let isBack = try await context.store.patiently { [context, steered = driver.steered] in
            // The disk may refuse for long, and what comes into the inbox after a word is not meant by it.
            if steered.cancel.isRaised { return false }
            return try claim.giveBack(folder, origin, with: text) { identity in
                context.hold(origin, hold, identity, Readiness(identity: identity, at: .now), since: era)
            }
        }
        if isBack {
            // One that came meanwhile has found nothing that waits for it.
            context.steering.lookAgain(in: origin.lane)
            context.log(for: driver.job).info(
                "Put back into the inbox for now", metadata: ["why": "\(Wording.sentence(hold))"])
        } else if context.holds.mayContain(origin) {
            // Another file lies there by now, of which nobody has to hear.
            context.holds.forget([origin.file], in: origin.lane)
            context.backlog.pushName(origin)
        }
        return isBack
    }

    /// Goes on from where the journal ends, after what happened while nobody ran, such as a submit whose answer nobody
    /// heard.
    private func goOn(_ driver: inout JobDriver) async throws -> Verdict {
        let (folder, job) = (driver.folder, driver.job)
        if driver.asked == nil, job.charge == .no, let request = job.request {
            // What has cost something is in the ledger.
            let asked = Asked(request, named: job.origin.jobName, in: job.origin.lane)
            context.spending.recall(asked, at: .now)
            driver.asked = asked
        }
        // It may need no submit at all, or several: it takes its permits itself.
        driver.letGoOfPermit()
        let whole = try await context.store.patiently {
            try folder.removeStrayPictures(of: job)
            return job.variants.map { folder.has($0.pictures) }
        }
        let news = job.eventsToResume(
            picturesAreWhole: { whole[$0] }, unknown: context.settings.unknownOutcome,
            why: Wording.explain(.interruptedSubmit))
        return .go(news: driver.takeApproval() + news)
    }
}
