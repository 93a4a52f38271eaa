// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import SystemPackage

/// Starts a job for each file that waits, as soon as a submit may leave, and before that the jobs that an earlier run
/// left. Every job is a child task.
struct Dispatcher: Sendable {
    let shop: Workshop
    let backlog: Backlog
    let foreign: ForeignFiles

    private var reader: RequestReader { RequestReader(rules: shop.settings.rules) }
    private var claim: Claim { Claim(spool: shop.spool, reader: reader, litter: shop.litter, reached: shop.reached) }

    /// Runs until the daemon is asked to stop and every job has come to a place from which the next start goes on.
    func run() async throws {
        let leftJobs = LeftJobs(spool: shop.spool, reader: reader)
        let (left, booked): ([FilePath.Component], BookedLines)
        do {
            left = try await shop.patiently { [spool = shop.spool] in try LeftJobs.names(in: spool) }
            booked = try await readLedger(isNeeded: !left.isEmpty)
        } catch is CancellationError {
            // Asked to stop while the disk refuses.
            return
        }
        await withDiscardingTaskGroup { group in
            for name in left { await resume(name, of: leftJobs, booked, in: &group) }
            if !left.isEmpty { shop.log.info("Jobs of an earlier run go on", metadata: ["jobs": "\(left.count)"]) }
            while let origin = await backlog.next() {
                if RequestFileName(origin.file) == nil {
                    // A job that goes on may need no submit at all: it waits for nothing here.
                    group.addTask { await start(origin, nil) }
                } else {
                    // Fails only when the daemon stops.
                    guard let turn = try? await shop.admission.enter(.fresh) else { return }
                    group.addTask { await start(origin, turn) }
                }
            }
        }
    }

    /// What earlier runs have spent counts, and what they have not written down is written now.
    private func readLedger(isNeeded: Bool) async throws -> BookedLines {
        let (ledger, purse) = (shop.ledger, shop.purse)
        let (booked, foreign) = try await shop.patiently {
            var booked = BookedLines()
            let foreign = try ledger.read(at: .now, repairs: true) { line in
                purse.seed(line)
                if isNeeded { booked.add(line) }
            }
            return (booked, foreign)
        }
        if foreign > 0 {
            shop.log.warning(
                "The ledger was edited: today's spending may be counted too low",
                metadata: ["lines": "\(foreign)", "path": "\(ledger.folder)"])
        }
        return booked
    }

    private func start(_ origin: Origin, _ turn: Admission.Turn?) async {
        if turn != nil, let hold = shop.purse.hold(origin.lane, at: .now) {
            shop.hold(origin, hold, nil)
        } else if let claimed = await claim(origin) {
            let live = LiveJob(claimed, turnInHand: turn)
            await occupy(live)
            return await begin(live, isNew: claimed.isNew)
        }
        if let turn { await shop.admission.giveBack(turn) }
    }

    private func claim(_ origin: Origin) async -> Claim.Claimed? {
        do {
            switch try await shop.patiently({ [claim] in try claim.take(origin, at: .now) }) {
            case .claimed(let claimed): return claimed
            case .vanished: return nil
            case .leftAlone(let why):
                foreign.say(origin.path, why)
                return nil
            }
        } catch {
            // The daemon stops while the disk refuses: the file is still in the inbox, or its journal says where to go
            // on.
            return nil
        }
    }

    /// Tasks that are under way already take their places, whatever the limit.
    private func occupy(_ live: LiveJob) async {
        for index in live.job.variants.indices where live.isUnderWay(index) { await shop.admission.occupy() }
    }

    private func begin(_ claimed: LiveJob, isNew: Bool) async {
        var live = claimed
        do {
            try await begin(&live, isNew: isNew)
        } catch {
            if let turn = live.turnInHand { await shop.admission.giveBack(turn) }
            if !(error is CancellationError) {
                let job = live.job.origin.jobName
                shop.log.error(
                    "The job cannot go on before the next start", metadata: ["job": "\(job)", "error": "\(error)"])
            }
        }
    }

    /// Sets aside what the request may cost, or holds it where it may not be submitted now.
    private func begin(_ live: inout LiveJob, isNew: Bool) async throws {
        guard case .success(let request)? = live.content else { return try await goOn(&live) }
        switch shop.purse.begin(request, in: live.job.origin.lane, at: .now) {
        case .go(let reservation):
            for variant in 0..<request.variants { live.reservations[variant] = reservation }
            await hand(&live)
        case .hold(let hold):
            await giveBackTurn(of: &live)
            if isNew, try await giveBack(live, hold) { return }
            shop.board.held(hold)
            live.notBefore = hold.until
            await hand(&live)
        case .neverFits(let limit):
            await giveBackTurn(of: &live)
            await hand(&live, [.finish(live.job.failing(Wording.overLimit(limit)))])
        }
    }

    /// From here on the runner answers for the turn.
    private func hand(_ live: inout LiveJob, news: [JobEvent] = [], _ steps: [JobStep]? = nil) async {
        let start = live
        live.turnInHand = nil
        await JobRunner(shop: shop).run(start, news: news, steps)
    }

    /// Returns whether the file is in the inbox again.
    private func giveBack(_ live: LiveJob, _ hold: Hold) async throws -> Bool {
        let (origin, folder) = (live.job.origin, live.folder)
        return try await shop.patiently { [claim, shop] in
            try claim.giveBack(folder, origin) { shop.hold(origin, hold, $0) }
        }
    }

    /// A job that goes on may need no submit at all, or several: it takes its turns itself.
    private func giveBackTurn(of live: inout LiveJob) async {
        guard let turn = live.turnInHand else { return }
        live.turnInHand = nil
        await shop.admission.giveBack(turn)
    }

    /// Goes on from where the journal ends, after what happened while nobody ran, such as a submit whose answer nobody
    /// heard.
    private func goOn(_ live: inout LiveJob) async throws {
        let (folder, job) = (live.folder, live.job)
        if job.request != nil || job.outcome != nil { await giveBackTurn(of: &live) }
        let whole = try await shop.patiently {
            try folder.removeStrayPictures(of: job.origin.stem, keeping: job.pictures)
            return job.variants.map { folder.has($0.pictures) }
        }
        let news = job.eventsToResume(
            picturesAreWhole: { whole[$0] }, unknown: shop.settings.unknownOutcome,
            why: Wording.explain(.interruptedSubmit))
        await hand(&live, news: news)
    }

    private func resume(
        _ name: FilePath.Component, of leftJobs: LeftJobs, _ booked: BookedLines, in group: inout DiscardingTaskGroup
    ) async {
        do {
            // Not waited for: a folder that cannot be read must not keep the others from going on.
            switch try await shop.files.run({ try leftJobs.open(name, now: .now) }) {
            case .job(let claimed, let events):
                var live = LiveJob(claimed)
                live.unbooked = booked.missing(of: events, price: shop.purse.price)
                live.unbooked.forEach(shop.purse.seed)
                await occupy(live)
                group.addTask { [live] in await begin(live, isNew: claimed.isNew) }
            case .damaged(let folder, let origin, let line): try await park(folder, origin, line)
            case nil: break
            }
        } catch {
            shop.log.error("A job cannot be resumed", metadata: ["folder": "\(name)", "error": "\(error)"])
        }
    }

    /// A damaged journal parks its job in `failed/` with everything kept, and touches nothing else.
    private func park(_ folder: JobFolder, _ origin: Origin, _ line: Int) async throws {
        let why = Wording.explain(.journalDamaged(line: line))
        let spool = shop.spool
        let place = try await shop.settle(
            write: { try folder.writeResult(of: Job(claimed: origin, at: .now), .failed(why), finishedAt: .now) },
            then: { try folder.publish(in: spool.failed, as: origin) })
        shop.board.published(.failed)
        shop.log.error("A damaged journal: the job is set aside", metadata: ["path": "\(place)", "line": "\(line)"])
    }
}
