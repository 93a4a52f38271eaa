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

    enum Omission: Sendable {
        case midnight, clock, limitsOfReload, pollsOfReload, releaseByReload
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
                await SteeringDesk(
                    context: context, scheduler: dispatcher.scheduler, settleQueue: settleQueue, leftAlone: leftAlone
                ).run()
                return false
            }
            group.addTask {
                await context.steering.run(files)
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
        case .midnight, .clock, nil: context.adopt(new)
        }
        try? await context.store.files.run { try scan.run() }
    }

    /// Looks through the inbox until it is over: then the daemon is asked to stop. Where nothing happens for long the looks
    /// become rarer, so that days may pass.
    private func look(_ context: JobContext, _ scan: InboxScan, _ isOver: @Sendable () -> Bool) async {
        var (interval, seen) = (Self.shortest, service.snapshot.polls)
        repeat {
            // Where a call fails the next look tries again.
            try? await context.store.files.run { try scan.run() }
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
