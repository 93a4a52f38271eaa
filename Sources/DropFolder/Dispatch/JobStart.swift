// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import SystemPackage

/// Begins one job, or goes on with it: sets aside what it may cost, holds it where it may not be submitted now, finds
/// out what happened while nobody ran, and hands it to the ``JobRunner``.
struct JobStart: Sendable {
    let shop: Workshop

    /// Runs the job until it is published, or until the daemon stops. Where it cannot go on it is taken up again from
    /// its journal, as often as it takes.
    ///
    /// - Parameter isNew: whether nothing has happened to it but the claim, so that its file may go back into the
    ///   inbox.
    func run(_ claimed: LiveJob, isNew: Bool = false) async {
        var first: (live: LiveJob, isNew: Bool)? = (claimed, isNew)
        do {
            try await shop.untilItGoesOn(claimed.folder.path) {
                if let next = first {
                    first = nil
                    try await run(next)
                } else if let again = try await Resumption(shop: shop).takeUpAgain(claimed) {
                    try await run(again)
                }
            }
        } catch is Workshop.FolderGone {
            shop.log.error(
                "\(JobRunner.folderIsGone)", metadata: ["job": "\(claimed.job.origin.jobName)"])
        } catch {
            // The daemon stops.
        }
    }

    private func run(_ next: (live: LiveJob, isNew: Bool)) async throws {
        var live = next.live
        let place = shop.census.enter(live.job)
        defer { shop.census.leave(place) }
        live.place = place
        do {
            try await begin(&live, next.isNew)
        } catch {
            if let turn = live.turnInHand { await shop.admission.leave(turn) }
            throw error
        }
    }

    private func begin(_ live: inout LiveJob, _ isNew: Bool) async throws {
        if isNew, let hold = holdOnBatch(live) {
            await giveBackTurn(of: &live)
            if try await giveBack(live, hold) { return }
            live.notBefore = hold.until
        }
        guard let request = live.requestToBegin else { return try await goOn(&live) }
        let lane = live.job.origin.lane
        // Rows that ask for the same are meant: the batch as a whole is what may come in a loop.
        let verdict =
            live.isPart
            ? shop.purse.goOn(request, in: lane, at: .now) : shop.purse.begin(request, in: lane, at: .now)
        switch verdict {
        case .go(let reservation) where !request.locals.isEmpty:
            // Its pictures may take their time to arrive: until then neither a turn nor money is kept from others.
            for _ in 0..<reservation.submits { shop.purse.giveBack(reservation) }
            await giveBackTurn(of: &live)
            try await hand(&live)
        case .go(let reservation):
            for variant in 0..<reservation.submits { live.reservations[variant] = reservation }
            try await hand(&live)
        case .hold(let hold):
            await giveBackTurn(of: &live)
            if isNew, try await giveBack(live, hold) { return }
            shop.board.held(hold)
            live.notBefore = hold.until
            try await hand(&live)
        case .neverFits(let limit):
            await giveBackTurn(of: &live)
            try await hand(&live, [.finish(live.job.failing(Wording.overLimit(limit)))])
        }
    }

    private func holdOnBatch(_ live: LiveJob) -> Hold? {
        guard case .success(.batch(let parts, _))? = live.content else { return nil }
        return shop.purse.begin(batch: Fingerprint(of: parts.flatMap(\.source)), at: .now)
    }

    /// From here on the runner answers for the turn.
    private func hand(_ live: inout LiveJob, news: [JobEvent] = [], _ steps: [JobStep]? = nil) async throws {
        let start = live
        live.turnInHand = nil
        try await JobRunner(shop: shop).run(start, news: news, steps)
    }

    /// Returns whether the file is in the inbox again.
    private func giveBack(_ live: LiveJob, _ hold: Hold) async throws -> Bool {
        let (origin, folder, claim) = (live.job.origin, live.folder, shop.claim)
        let isBack = try await shop.patiently { [shop] in
            try claim.giveBack(folder, origin) { shop.hold(origin, hold, $0) }
        }
        if isBack {
            shop.log.info(
                "Goes back into the inbox for now",
                metadata: ["job": "\(origin.jobName)", "why": "\(Wording.sentence(hold))"])
        }
        return isBack
    }

    /// A job that goes on may need no submit at all, or several: it takes its turns itself.
    private func giveBackTurn(of live: inout LiveJob) async {
        guard let turn = live.turnInHand else { return }
        live.turnInHand = nil
        await shop.admission.leave(turn)
    }

    /// Goes on from where the journal ends, after what happened while nobody ran, such as a submit whose answer nobody
    /// heard.
    private func goOn(_ live: inout LiveJob) async throws {
        let (folder, job) = (live.folder, live.job)
        await giveBackTurn(of: &live)
        let whole = try await shop.patiently {
            try folder.removeStrayPictures(of: job.origin.stem, keeping: job.pictures)
            return job.variants.map { folder.has($0.pictures) }
        }
        let news = job.eventsToResume(
            picturesAreWhole: { whole[$0] }, unknown: shop.settings.unknownOutcome,
            why: Wording.explain(.interruptedSubmit))
        try await hand(&live, news: news)
    }
}

extension LiveJob {
    /// The request of a job that is about to be submitted for the first time.
    fileprivate var requestToBegin: Request? {
        if case .success(.request(let request))? = content { return request }
        return isPart && job.isUntouched ? job.request : nil
    }
}
