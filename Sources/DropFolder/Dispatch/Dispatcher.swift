// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import SystemPackage

/// Starts a job for each file that waits, as soon as a submit may leave, and before that the jobs that an earlier run
/// left. Every job is a child task.
struct Dispatcher: Sendable {
    let shop: Workshop
    let desk: SettleDesk
    let foreign: ForeignFiles

    /// Runs until the daemon is asked to stop and every job has come to a place from which the next start goes on.
    func run() async throws {
        let leftJobs = LeftJobs(spool: shop.spool, reader: shop.reader, defaults: shop.defaults)
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
            while let next = await shop.backlog.next() {
                if case .file(let origin, let readiness) = next, RequestFileName(origin.file) == nil {
                    // A job that goes on may need no submit at all: it waits for nothing here.
                    group.addTask { await start(origin, readiness, nil) }
                    continue
                }
                // Fails only when the daemon stops.
                guard let turn = try? await shop.admission.enter(.fresh) else { return }
                group.addTask {
                    switch next {
                    case .file(let origin, let readiness): await start(origin, readiness, turn)
                    case .part(let part): await start(part, turn)
                    }
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

    private func start(_ origin: Origin, _ readiness: Readiness, _ turn: Admission.Turn?) async {
        if turn != nil, let hold = shop.purse.hold(origin.lane, at: .now) {
            shop.hold(origin, hold, nil)
        } else if let claimed = await claim(origin, readiness) {
            if shop.defaults.takePriorityChange() { shop.backlog.prioritise() }
            let live = LiveJob(claimed, turnInHand: turn)
            await JobRunner(shop: shop).occupy(live)
            return await JobStart(shop: shop).run(live, isNew: claimed.isNew)
        }
        if let turn { await shop.admission.giveBack(turn) }
    }

    private func claim(_ origin: Origin, _ readiness: Readiness) async -> Claim.Claimed? {
        do {
            switch try await shop.patiently({ [claim = shop.claim] in try claim.take(origin, readiness, at: .now) }) {
            case .claimed(let claimed): return claimed
            case .vanished: return nil
            case .leftAlone(let why):
                foreign.say(origin.path, why)
                return nil
            case .held(let hold):
                // What is being written is whole in a moment; anything else waits for somebody.
                if case .defaultsUnsettled = hold.reason {
                    desk.look(at: origin, after: max(shop.settings.settle, .milliseconds(100)))
                } else {
                    shop.hold(origin, hold, nil)
                }
                return nil
            case .changed:
                desk.look(at: origin)
                return nil
            }
        } catch {
            // The daemon stops while the disk refuses: the file is still in the inbox, or its journal says where to go
            // on.
            return nil
        }
    }

    private func start(_ part: WaitingPart, _ turn: Admission.Turn) async {
        defer { part.countdown.count() }
        do {
            let (folder, reader, defaults) = (part.folder, shop.reader, shop.defaults)
            let opened = try await shop.patiently {
                var claimed = try BatchFolder.open(folder)?.claimed
                if let job = claimed?.job { claimed?.content = try folder.readContent(of: job, reader, defaults) }
                return claimed
            }
            if let opened {
                return await JobStart(shop: shop).run(LiveJob(opened, turnInHand: turn, isPart: true))
            }
        } catch {
            shop.log.error(
                "A part cannot go on before the next start",
                metadata: ["path": "\(part.folder.path)", "error": "\(error)"])
        }
        await shop.admission.giveBack(turn)
    }

    private func resume(
        _ name: FilePath.Component, of leftJobs: LeftJobs, _ booked: BookedLines, in group: inout DiscardingTaskGroup
    ) async {
        do {
            // Not waited for: a folder that cannot be read must not keep the others from going on.
            switch try await shop.files.run({ try leftJobs.open(name, now: .now) }) {
            case .job(let claimed, let events):
                var live = await takeUp(claimed, events, booked)
                if claimed.job.parts != nil, claimed.job.outcome == nil {
                    let open = try await shop.files.run { try BatchFolder(folder: claimed.folder).openParts() }
                    var parts = LiveJob.Parts(begun: [], fresh: open.fresh)
                    for (part, events) in open.begun {
                        parts.begun.append(await takeUp(part, events, booked, isPart: true))
                    }
                    live.parts = parts
                }
                group.addTask { [live] in await JobStart(shop: shop).run(live, isNew: claimed.isNew) }
            case .damaged(let folder, let origin, let line): try await park(folder, origin, line)
            case nil: break
            }
        } catch {
            shop.log.error("A job cannot be resumed", metadata: ["folder": "\(name)", "error": "\(error)"])
        }
    }

    /// What an earlier run has not written into the ledger is written by this one, and counts; tasks that are under way
    /// take their places.
    private func takeUp(
        _ claimed: Claim.Claimed, _ events: [DatedEvent], _ booked: BookedLines, isPart: Bool = false
    ) async -> LiveJob {
        var live = LiveJob(claimed, isPart: isPart)
        live.unbooked = booked.missing(of: events, price: shop.purse.price)
        live.unbooked.forEach(shop.purse.seed)
        await JobRunner(shop: shop).occupy(live)
        return live
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
