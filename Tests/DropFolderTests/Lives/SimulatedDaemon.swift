// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import SystemPackage

@testable import Documents
@testable import DropFolder
@testable import FileIO
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// The daemon as ``DropFolderService`` puts it together, on a simulated machine: the inbox is looked through every two
/// seconds instead of being watched.
struct SimulatedDaemon: Sendable {
    let spool: Spool
    let service: ScriptedService
    var settings = DropFolderSettings()
    /// What a test breaks before anything begins, to see that somebody notices.
    var sabotage: @Sendable (JobContext) -> Void = { _ in }
    /// Who comes by while it runs, and who counts with it.
    var visitor: LifeVisitor
    var book: LimitBook
    var setClock: @Sendable (Duration) -> Void
    /// What it leaves undone, for the same reason.
    var omission: Omission?

    enum Omission: Equatable, Sendable {
        case midnight, clock, limitsOfReload, pollsOfReload, releaseByReload
        /// The `PAUSE` at the spool's root, and the end of those that have one.
        case rootPause, endsOfPauses
        case words(WordFault)
    }

    /// What may be wrong with who does what words ask for.
    enum WordFault: Equatable, Sendable {
        /// There is nobody.
        case nobody
        case noStops, noApprovals
        /// Each is taken away first, and nothing is done.
        case onlyTaken
        /// Each is taken away first.
        case takenFirst
        /// Jobs are cancelled, and not for the next start.
        case inMemory
        /// An approval is put back when it was taken.
        case approvalsAgain
    }

    /// What was left in memory when it stopped; nothing, where all is well.
    struct Remains: Equatable, Sendable {
        var places = 0
        var unanswered = 0
        var jobs = 0
        var tasks = 0
        /// Set aside for submits, and never charged nor given back.
        var setAside = 0
    }

    /// Runs until `isOver` says so, and stops as a daemon that is asked to.
    func run(until isOver: @escaping @Sendable () -> Bool) async throws -> Remains {
        let log = Logger(label: "life") { _ in SwiftLogNoOpLogHandler() }
        let files = FilePool(threads: 4)
        let board = StatusBoard(startedAt: .now, log: log)
        let context = JobContext(
            spool: spool, service: service, settings: settings, files: files, disk: SpoolDisk(spool), board: board,
            counters: HealthEndpoints(version: "").counters, log: log, reached: { _ in })
        sabotage(context)
        book.begin(visitor.snapshot.limits) { [service] in
            service.mayBeCharged(on: $0, inLane: $1)
        } spent: { [spending = context.spending] in
            spending.spent(at: .now).submits
        }
        service.allow(polls: settings.pollsPerSecond)
        let leftAlone = LeftAloneFiles(log: log) {}
        let settleQueue = SettleQueue(
            spool: spool, files: files, backlog: context.backlog, leftAlone: leftAlone, holds: context.holds,
            quiet: .zero, holdOf: { context.hold(on: $0) },
            rules: { RequestRules() })
        let scan = InboxScan(
            spool: spool, names: .standard, backlog: context.backlog, settleQueue: settleQueue, leftAlone: leftAlone,
            holds: context.holds, steering: context.steering, defaultsChanged: { _ in }, laneGone: { _ in })
        let dispatcher = Dispatcher(
            context: context, scheduler: JobScheduler(context: context), settleQueue: settleQueue,
            leftAlone: leftAlone, unsettled: UnsettledDefaults())
        _ = try? await files.run { [steering = context.steering] in
            if omission == .rootPause { steering.look(at: [.root]) } else { steering.lookAtRoots() }
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await dispatcher.run()
                return true
            }
            group.addTask {
                await context.limiter.run()
                return false
            }
            group.addTask {
                let desk = SteeringDesk(
                    context: context, scheduler: dispatcher.scheduler, settleQueue: settleQueue, leftAlone: leftAlone)
                if case .words(let fault)? = omission { await heed(fault, desk) } else { await desk.run() }
                return false
            }
            group.addTask {
                if omission != .endsOfPauses { await context.steering.run(files) }
                return false
            }
            group.addTask {
                if omission != .midnight { await context.holds.run() }
                return false
            }
            group.addTask {
                if omission == .clock { return false }
                await ClockWatch().run { _ in
                    context.clockWasSet(settleQueue)
                    try? await files.run { try scan.run() }
                }
                return false
            }
            group.addTask {
                await visitor.run(
                    LifeVisitor.Reach(files: files, reload: { await reload($0, context, scan) }, setClock: setClock))
                return false
            }
            group.addTask {
                await context.holdIntake()
                return false
            }
            group.addTask {
                await settleQueue.run()
                return false
            }
            group.addTask {
                await look(context, scan, isOver)
                return false
            }
            while let wasDispatcher = try await group.next(), !wasDispatcher {}
            group.cancelAll()
        }
        let booked = context.spending.spent(at: .now).submits
        context.store.committer.shutDown()
        _ = try? await files.run { [ledger = context.store.ledger] in try ledger.flush() }
        files.shutDown()
        return remains(context, booked)
    }

    /// As ``DropFolderService`` does.
    private func reload(_ new: DropFolderSettings, _ context: JobContext, _ scan: InboxScan) async {
        service.allow(polls: new.pollsPerSecond)
        switch omission {
        case .limitsOfReload:
            var old = new
            old.money = context.settings.money
            context.adopt(old)
        case .pollsOfReload:
            var old = new
            old.pollsPerSecond = context.settings.pollsPerSecond
            context.adopt(old)
        case .releaseByReload:
            context.liveSettings.adopt(new)
            context.spending.adopt(new.money)
        case .midnight, .clock, .rootPause, .endsOfPauses, .words, nil: context.adopt(new)
        }
        try? await context.store.files.run { try scan.run() }
    }

    /// As the desk does, but for one fault.
    private func heed(_ fault: WordFault, _ desk: SteeringDesk) async {
        let context = desk.context
        @Sendable func takeAway(_ word: SteeringWords.Word) async {
            _ = try? await context.store.files.run { [spool] in
                let lane = try word.lane.open(below: spool.inbox)
                return try SteeringLook.remove(word.name, word.stamp, in: lane)
            }
        }
        while let words = await context.steering.next() {
            for word in words {
                let isStop = if case .stop = word.word { true } else { false }
                switch fault {
                case .nobody: break
                case .noStops: if !isStop { await desk.heed([word]) }
                case .noApprovals: if isStop { await desk.heed([word]) }
                case .onlyTaken: await takeAway(word)
                case .takenFirst:
                    await takeAway(word)
                    await desk.heed([word])
                case .inMemory:
                    let jobs = context.steeredJobs.all { word.isAbout($0.origin, since: $0.since) }
                    for (_, job) in jobs { job.cancel.raise() }
                    await takeAway(word)
                case .approvalsAgain:
                    await desk.heed([word])
                    let path = spool.inbox.pushing(word.path)
                    let isGone = (try? await context.store.files.run { try !Kernel.exists(path) }) == true
                    if isGone, !isStop { visitor.putAgain(path.string) }
                }
            }
        }
    }

    /// Looks through the inbox until it is over: then the daemon is asked to stop. Where nothing happens for long the looks
    /// become rarer, so that days may pass.
    private func look(_ context: JobContext, _ scan: InboxScan, _ isOver: @Sendable () -> Bool) async {
        var (interval, seen) = (Self.shortest, service.snapshot.polls)
        repeat {
            visitor.insist()
            // Where a call fails the next look tries again.
            try? await context.store.files.run { [steering = context.steering] in
                if omission != .rootPause { steering.lookAtSpool() }
                try scan.run()
            }
            let now = service.snapshot.polls + service.snapshot.submits.count
            interval = now == seen && visitor.isDone ? min(interval * 2, .seconds(900)) : Self.shortest
            seen = now
            let untilMidnight = LocalDay(.now).end.since(.now) - .milliseconds(1)
            try? await Sleep.wait(untilMidnight > .zero ? min(interval, untilMidnight) : .milliseconds(2))
            book.look()
        } while !Task.isCancelled && !isOver()
        context.halt()
    }

    private static let shortest = Duration.seconds(2)

    private func remains(_ context: JobContext, _ booked: Int) -> Remains {
        Remains(
            places: context.limiter.placesTaken, unanswered: context.limiter.unanswered,
            jobs: context.activeJobs.counts.jobs.values.reduce(0, +), tasks: context.poller.count, setAside: booked)
    }
}
