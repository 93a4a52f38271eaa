// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Logging
internal import Spending
internal import Spool
internal import SystemPackage

/// Takes up the jobs that an earlier run left.
///
/// Only their journals tell how many tasks are under way, and what was spent that the ledger does not have. So nothing
/// is submitted before each of them was read: a job that may need a submit waits for that, the others go on at once.
struct Recovery: Sendable {
    let context: JobContext

    private enum Found: Sendable {
        case job(JobRun, isNew: Bool)
        case damaged(JobFolder, Origin, line: Int)
        case unreadable(FilePath.Component, any Error)
    }

    /// Starts each job as a child task. Throws `CancellationError` where the daemon is asked to stop meanwhile.
    func run(in group: inout ThrowingDiscardingTaskGroup<any Error>) async throws {
        let names = try await context.patiently { [spool = context.spool] in try RecoveredJobs.names(in: spool) }
        let booked = try await readLedger(isNeeded: !names.isEmpty)
        if names.isEmpty { return }
        var waiting: [(live: JobRun, isNew: Bool)] = []
        try await context.lookThrough(names) {
            open($0, booked)
        } take: { found in
            switch found {
            case .job(var live, let isNew):
                await takeUp(&live)
                if live.mayNeedSubmit { return waiting.append((live, isNew)) }
                group.addTask { [live] in await JobStart(context: context).run(live, isNew: isNew) }
            case .damaged(let folder, let origin, let line): group.addTask { await park(folder, origin, line) }
            case .unreadable(let name, let error):
                let folder = context.spool.processing.appending(name)
                context.stranded.add(folder, error, at: .now)
                group.addTask { await takeUpLater(name, booked) }
            case nil: break
            }
        }
        for index in waiting.indices where waiting[index].live.job.parts != nil {
            do {
                try await openParts(of: &waiting[index].live, booked)
            } catch let error as CancellationError {
                throw error
            } catch {
                // Looked at anew when it is its turn.
                context.stranded.add(waiting[index].live.folder.path, error, at: .now)
            }
        }
        for (live, isNew) in waiting {
            group.addTask {
                var live = live
                if live.job.parts != nil, live.parts == nil {
                    let work = { try await openParts(of: &live, booked) }
                    guard (try? await context.untilItGoesOn(live.folder.path, work)) != nil else { return }
                }
                await JobStart(context: context).run(live, isNew: isNew)
            }
        }
        context.log.info("Jobs of an earlier run go on", metadata: ["jobs": "\(names.count)"])
    }

    /// What earlier runs have spent counts, and what they have not written down is written now.
    private func readLedger(isNeeded: Bool) async throws -> LedgerLook {
        let (ledger, spendingGate, stop) = (context.ledger, context.spendingGate, context.stop)
        let (booked, foreign) = try await context.patiently {
            let today = LocalDay(.now)
            let yesterday = today.previous
            let booked = LedgerLook(ledger, since: yesterday)
            let foreign = try spendingGate.read(
                ledger, backTo: today, isFirst: true, repairs: true, until: { stop.isRaised }
            ) { line in
                if isNeeded, line.time.day >= yesterday { booked.add(line) }
            }
            return (booked, foreign)
        }
        if stop.isRaised { throw CancellationError() }
        if foreign > 0 {
            context.log.warning(
                "The ledger was edited: today's spending may be counted too low",
                metadata: ["lines": "\(foreign)", "path": "\(ledger.folder)"])
        }
        return booked
    }

    /// A folder that could not be read when all the others were.
    private func takeUpLater(_ name: FilePath.Component, _ booked: LedgerLook) async {
        let folder = JobFolder(path: context.spool.processing.appending(name))
        let found = try? await context.untilItGoesOn(folder.path) {
            try await context.files.run { Kernel.isDirectory(folder.path) ? try look(at: name, booked) : nil }
        }
        switch found {
        case .job(var live, let isNew)?:
            await takeUp(&live)
            await JobStart(context: context).run(live, isNew: isNew)
        case .damaged(let folder, let origin, let line)?: await park(folder, origin, line)
        case .unreadable?, nil: break
        }
    }

    /// Takes up a job of this run that could not go on. `nil` where nothing of it is left to do.
    func takeUpAgain(_ live: JobRun) async throws -> (live: JobRun, isNew: Bool)? {
        let folder = live.folder
        guard let name = folder.path.lastComponent,
            try await context.files.run({ Kernel.isDirectory(folder.path) })
        else { throw JobContext.FolderGone() }
        var next: JobRun
        if live.isPart {
            guard let part = try await open(part: folder) else { return nil }
            next = JobRun(part, isPart: true)
        } else {
            switch try await context.files.run({ [left] in try left.open(name, now: .now) }) {
            case .job(let claimed, _)?: next = JobRun(claimed)
            case .damaged(let folder, let origin, let line)?:
                await park(folder, origin, line)
                return nil
            case nil: return nil
            }
        }
        await JobRunner(context: context).occupy(&next)
        return (next, false)
    }

    /// A part, with what its request file says. `nil` where it was taken away, or its journal is damaged.
    func open(part folder: JobFolder) async throws -> Claim.Claimed? {
        let (reader, defaults) = (context.reader, context.defaults)
        return try await context.files.run {
            var claimed = try BatchFolder.open(folder)?.claimed
            if let job = claimed?.job { claimed?.content = try folder.readContent(of: job, reader, defaults) }
            return claimed
        }
    }

    private var left: RecoveredJobs {
        RecoveredJobs(spool: context.spool, reader: context.reader, defaults: context.defaults)
    }

    /// Blocking.
    private func open(_ name: FilePath.Component, _ booked: LedgerLook) -> Found? {
        do {
            return try look(at: name, booked)
        } catch {
            // Not waited for: a folder that cannot be read must not keep the others from going on.
            return .unreadable(name, error)
        }
    }

    /// Blocking.
    private func look(at name: FilePath.Component, _ booked: LedgerLook) throws(Errno) -> Found? {
        switch try left.open(name, now: .now) {
        case .job(let claimed, let events): .job(try begin(claimed, events, booked), isNew: claimed.isNew)
        case .damaged(let folder, let origin, let line): .damaged(folder, origin, line: line)
        case nil: nil
        }
    }

    private func begin(
        _ claimed: Claim.Claimed, _ events: [DatedEvent], _ booked: LedgerLook, isPart: Bool = false
    ) throws(Errno) -> JobRun {
        var live = JobRun(claimed, isPart: isPart)
        live.unbooked = try booked.missing(of: events, price: context.spendingGate.price)
        return live
    }

    /// What an earlier run has not written into the ledger is written by this one, and counts; tasks that are under way
    /// take their places.
    private func takeUp(_ live: inout JobRun) async {
        live.unbooked.forEach(context.spendingGate.seed)
        await JobRunner(context: context).occupy(&live)
    }

    private func openParts(of live: inout JobRun, _ booked: LedgerLook) async throws {
        var parts = try await context.openParts(of: BatchFolder(folder: live.folder)) { claimed, events in
            try begin(claimed, events, booked, isPart: true)
        }
        for index in parts.begun.indices { await takeUp(&parts.begun[index]) }
        live.parts = parts
    }

    /// A damaged journal parks its job in `failed/` with everything kept, and touches nothing else.
    private func park(_ folder: JobFolder, _ origin: Origin, _ line: Int) async {
        let why = Wording.explain(.journalDamaged(line: line))
        let spool = context.spool
        do {
            let place = try await context.untilItGoesOn(folder.path) {
                try await context.settle(
                    origin.jobName, .unknown,
                    write: {
                        try folder.writeResult(of: Job(claimed: origin, at: .now), .failed(why), finishedAt: .now)
                    }, then: { try folder.publish(in: spool.failed, as: origin) })
            }
            context.board.published(.failed)
            context.counters.ended(.failed(why))
            context.log.error(
                "A damaged journal: the job is set aside",
                metadata: ["job": "\(origin.jobName)", "path": "\(place)", "line": "\(line)"])
        } catch {
            // Asked to stop while it cannot be done, or somebody has taken the folder away.
        }
    }
}
