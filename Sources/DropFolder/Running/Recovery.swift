// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import Notifying
internal import Requests
internal import Spending
internal import Spool
internal import SpoolState
internal import SystemPackage

/// Takes up the jobs that an earlier run left.
///
/// Only their journals tell how many tasks are under way, and what was spent that the ledger does not have. So nothing
/// is submitted before each of them was read: a job that may need a submit waits for that, the others go on at once.
struct Recovery: Sendable {
    let context: JobContext
    let scheduler: JobScheduler
    private let reader: RecoveredJobReader

    init(context: JobContext, scheduler: JobScheduler) {
        self.context = context
        self.scheduler = scheduler
        reader = RecoveredJobReader(context: context)
    }

    private enum Found: Sendable {
        case job(JobDriver)
        case damaged(RecoveredJobReader.Damaged)
        case unreadable(FilePath.Component, any Error)
    }

    /// Starts each job; what cannot be read yet is tried again in the group. Throws `CancellationError` where the daemon is
    /// asked to stop meanwhile.
    func run(in group: inout ThrowingDiscardingTaskGroup<any Error>) async throws {
        let store = context.store
        let names = try await store.patiently { [spool = store.spool] in try RecoveredJobs.names(in: spool) }
        let booked = try await readLedger(isNeeded: !names.isEmpty)
        if names.isEmpty { return }
        var waiting: [JobDriver] = []
        var lanes: Set<Lane> = []
        try await store.lookThrough(names) {
            open($0, booked)
        } take: { found in
            switch found {
            case .job(var driver):
                takeUp(&driver)
                // What the parts of a batch have cost counts as well, where nothing more of it is begun.
                let hasParts = driver.job.parts != nil && driver.job.outcome == nil
                if driver.mayNeedSubmit || hasParts { return waiting.append(driver) }
                // A word that it has heeded already is to be taken away with its end.
                if lanes.insert(driver.job.origin.lane).inserted { try await lookAtWords(of: [driver]) }
                scheduler.start(driver)
            case .damaged(let damaged): group.addTask { [reader] in await reader.park(damaged) }
            case .unreadable(let name, let error):
                context.stranded.add(store.spool.processing.appending(name), error, at: .now)
                group.addTask { await takeUpLater(name, booked) }
            case nil: break
            }
        }
        // Somebody may have paused or cancelled them while nobody ran: before any of them may submit.
        try await lookAtWords(of: waiting)
        for index in waiting.indices where waiting[index].job.parts != nil {
            do {
                try await openParts(of: &waiting[index], booked)
            } catch let error as CancellationError {
                throw error
            } catch {
                // Looked at anew below.
                context.stranded.add(waiting[index].folder.path, error, at: .now)
            }
        }
        for driver in waiting {
            if driver.job.parts == nil || driver.parts != nil {
                scheduler.start(driver, isFirst: true)
            } else {
                group.addTask { await openLater(driver, booked) }
            }
        }
        context.log.info("Jobs of an earlier run continue", metadata: ["jobs": "\(names.count)"])
    }

    private func lookAtWords(of drivers: [JobDriver]) async throws {
        let lanes = Set(drivers.map(\.job.origin.lane))
        try await context.store.files.run { [steering = context.steering] in steering.look(at: lanes) }
    }

    /// What earlier runs have spent counts, and what they have not written down is written now.
    private func readLedger(isNeeded: Bool) async throws -> LedgerLook {
        let (ledger, spending, stop) = (context.store.ledger, context.spending, context.stop)
        let (booked, foreign) = try await context.store.patiently {
            let today = LocalDay(.now)
            let yesterday = today.previous
            let booked = LedgerLook(ledger, since: yesterday)
            let foreign = try spending.read(
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
        let folder = context.store.spool.processing.appending(name)
        let found = try? await context.untilItGoesOn(folder) {
            try await context.store.files.run { Kernel.isDirectory(folder) ? try look(at: name, booked) : nil }
        }
        switch found {
        case .job(var driver)?:
            takeUp(&driver)
            scheduler.start(driver)
        case .damaged(let damaged)?: await reader.park(damaged)
        case .unreadable?, nil: break
        }
    }

    /// A batch one of whose parts could not be read when all the others were.
    private func openLater(_ driver: JobDriver, _ booked: LedgerLook) async {
        var driver = driver
        let work = { try await openParts(of: &driver, booked) }
        if (try? await context.untilItGoesOn(driver.folder.path, work)) != nil { scheduler.start(driver) }
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
        switch try reader.left.open(name, now: .now) {
        case .job(let claimed, let events): .job(try begin(claimed, events, booked))
        case .damaged(let folder, let origin, let line):
            .damaged(RecoveredJobReader.Damaged(folder: folder, origin: origin, line: line))
        case nil: nil
        }
    }

    private func begin(
        _ claimed: Claim.Claimed, _ events: [DatedEvent], _ booked: LedgerLook, isPart: Bool = false
    ) throws(Errno) -> JobDriver {
        // A power cut may have taken the line that says that it was cancelled, and not the file's way here.
        let dropped = claimed.isNew ? claimed.came.min() : nil
        var driver = JobDriver(claimed, isPart: isPart, dropped: dropped, at: Machine.now)
        driver.unbooked = try booked.missing(of: events, price: context.spending.price)
        return driver
    }

    /// What an earlier run has not written into the ledger is written by this one, and counts; tasks that are under way
    /// take their places.
    private func takeUp(_ driver: inout JobDriver) {
        driver.unbooked.forEach(context.spending.seed)
        driver.setAsideUnheard(context.spending, at: .now)
        driver.occupy(context.limiter)
    }

    private func openParts(of driver: inout JobDriver, _ booked: LedgerLook) async throws {
        var parts = try await context.store.openParts(of: BatchFolder(folder: driver.folder)) { claimed, events in
            try begin(claimed, events, booked, isPart: true)
        } missing: { [context] events in
            // The last line of its journal may be on the disk, and those for the ledger not: nobody else adds them.
            try booked.missing(of: events, price: context.spending.price)
        }
        parts.unbooked.forEach(context.spending.seed)
        context.store.ledger.add(parts.unbooked)
        for index in parts.begun.indices { takeUp(&parts.begun[index]) }
        driver.parts = parts
    }
}

/// Reads jobs anew from their folders: those of an earlier run, those of this run that could not go on, and the parts of
/// batches.
struct RecoveredJobReader: Sendable {
    let context: JobContext

    /// A job whose journal is damaged; the line, from 1.
    struct Damaged: Sendable {
        var folder: JobFolder
        var origin: Origin
        var line: Int
    }

    var left: RecoveredJobs {
        RecoveredJobs(spool: context.store.spool, reader: context.store.reader, defaults: context.store.defaults)
    }

    /// Takes up a job of this run that could not go on. `nil` where nothing of it is left to do.
    func takeUpAgain(_ driver: JobDriver) async throws -> JobDriver? {
        let folder = driver.folder
        guard let name = folder.path.lastComponent,
            try await context.store.files.run({ Kernel.isDirectory(folder.path) })
        else { throw JobStore.FolderGone() }
        var next: JobDriver
        if driver.isPart {
            guard let part = try await open(part: folder) else { return nil }
            next = JobDriver(part, isPart: true, at: Machine.now)
            next.part = driver.part
        } else {
            switch try await context.store.files.run({ [left] in try left.open(name, now: .now) }) {
            case .job(var claimed, _)?:
                // Whatever was done for it by now: its file does not go back.
                claimed.isNew = false
                next = JobDriver(claimed, at: Machine.now)
            case .damaged(let folder, let origin, let line)?:
                await park(Damaged(folder: folder, origin: origin, line: line))
                return nil
            case nil: return nil
            }
        }
        next.occupy(context.limiter)
        return next
    }

    /// A part, with what its request file says. `nil` where it was taken away, or its journal is damaged.
    func open(part folder: JobFolder) async throws -> Claim.Claimed? {
        let (reader, defaults) = (context.store.reader, context.store.defaults)
        return try await context.store.files.run {
            var claimed = try BatchFolder.open(folder)?.claimed
            if let job = claimed?.job {
                claimed?.content = try folder.readContent(of: job, reader, defaults, .standard)
            }
            return claimed
        }
    }

    /// Its id is the same at each start: that of a journal that nobody writes to any more.
    private func notification(of damaged: Damaged, _ why: Explanation) async -> (Notifier, Notification)? {
        guard let notifier = context.notifier else { return nil }
        let (folder, origin) = (damaged.folder, damaged.origin)
        let time = try? await context.store.files.run { try folder.journalTime() }
        guard let time else { return nil }
        let job = Job(claimed: origin, at: time)
        let failed = Notification(of: job, .failed(why), Bill(of: job), at: .now)
        return await context.wanted(failed, in: origin.lane).map { (notifier, $0) }
    }

    /// A damaged journal parks its job in `failed/` with everything kept, and touches nothing else.
    func park(_ damaged: Damaged) async {
        let (folder, origin, spool) = (damaged.folder, damaged.origin, context.store.spool)
        let why = Wording.explain(.journalDamaged(line: damaged.line))
        let told = await notification(of: damaged, why)
        let changes = DiskChanges.unknown.union(told.map { $0.changes($1) } ?? .nothing)
        do {
            let place = try await context.untilItGoesOn(folder.path) {
                try await context.store.settle(
                    origin.jobName, changes.union(DiskChanges(places: [.files(in: folder.path)])),
                    write: {
                        try folder.writeResult(of: Job(claimed: origin, at: .now), .failed(why), finishedAt: .now)
                        if let (notifier, notification) = told { try notifier.write(notification, of: folder) }
                    },
                    then: {
                        let place = try folder.publish(in: spool.failed, as: origin)
                        if let (notifier, notification) = told { notifier.published(notification, at: place) }
                        return place
                    })
            }
            context.board.published(.failed)
            context.board.ended(Ended(Job(claimed: origin, at: .now), .failed(why), at: place, in: spool))
            context.observer.published(place)
            context.counters.ended(.failed(why))
            context.log.error(
                "A job's journal is damaged, so the job is set aside",
                metadata: ["job": "\(origin.jobName)", "path": "\(place)", "line": "\(damaged.line)"])
        } catch {
            // Asked to stop while it cannot be done, or somebody has taken the folder away.
        }
    }
}
