// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Inotify
internal import Intake
package import Jobs
package import Logging
package import NanoBanana
internal import Notifying
internal import Requests
internal import ServiceLifecycle
internal import Sharing
internal import Spending
package import Spool
internal import SpoolState
internal import SystemPackage

/// The pipeline of one spool, from the inbox to `done/` and `failed/`, as a service.
///
/// A graceful shutdown stops claiming, lets submits that are on their way get their answers, and returns; everything
/// else goes on from its journal at the next start.
package struct DropFolderService: Service {
    private let spool: Spool
    private let service: any ImageService
    private let settings: DropFolderSettings
    private let log: Logger
    private let manager: ServiceManager
    private let changes: AsyncStream<SettingsChange>
    private let healthEndpoints: HealthEndpoints
    private let observer: ServiceObserver
    private let post: WebPost?
    private let reached: @Sendable (Checkpoint) -> Void
    private let ready: @Sendable () -> Void

    private static let fileThreads = 8

    /// - Parameters:
    ///   - spool: made and checked, and locked for this process.
    ///   - service: the API.
    ///   - settings: see there.
    ///   - log: where to say what happens.
    ///   - manager: hears when the inbox is watched and its first scan is done, what goes on, and that all parts
    ///     answer.
    ///   - changes: of the settings, while it runs; not to be finished before its end.
    ///   - healthEndpoints: shows how it is to whoever asks.
    ///   - observer: hears of what is to be seen elsewhere.
    ///   - post: sends notifications that are posted; `nil` where nobody is told.
    ///   - reached: called at each ``Checkpoint``, for tests that end the process there.
    ///   - ready: called when the inbox is watched and its first scan is done.
    package init(
        spool: Spool, service: any ImageService, settings: DropFolderSettings, log: Logger,
        manager: ServiceManager = .none, healthEndpoints: HealthEndpoints = HealthEndpoints(version: ""),
        observer: ServiceObserver = .nobody, changes: AsyncStream<SettingsChange> = .init { _ in },
        post: WebPost? = nil,
        reached: @escaping @Sendable (Checkpoint) -> Void = { _ in }, ready: @escaping @Sendable () -> Void = {}
    ) {
        self.spool = spool.with(settings.names)
        self.service = service
        self.settings = settings
        self.log = log
        self.manager = manager
        self.changes = changes
        self.healthEndpoints = healthEndpoints
        self.observer = observer
        self.post = post
        self.reached = reached
        self.ready = ready
    }

    /// Runs until a graceful shutdown, or until cancelled. Throws where the inbox cannot be watched.
    package func run() async throws {
        let files = FilePool(threads: Self.fileThreads)
        defer { files.shutDown() }
        let notifier = settings.notify.flatMap { settings in
            post.map { Notifier(settings, spool: spool, post: $0, files: files, log: log, reached: reached) }
        }
        let announcements = Announcements(notifier, log: log)
        let board = StatusBoard(startedAt: .now, log: log, announce: announcements.add)
        let disk = try await files.run { [spool] in SpoolDisk(spool) }
        let context = JobContext(
            spool: spool, service: service, settings: settings, files: files, disk: disk, board: board,
            counters: healthEndpoints.counters, observer: observer, log: log, notifier: notifier, reached: reached)
        defer {
            notifier?.shutDown()
            context.giveUp.callOff()
            context.store.committer.shutDown()
            context.share?.shutDown()
        }
        let leftAlone = context.leftAlone
        let (clock, unsettled) = (ClockWatch(), UnsettledDefaults())
        let takesPictures: @Sendable (Lane) -> Bool = { lane in
            let rule = context.store.defaults.pictures(in: lane)
            // When they have settled the lane is looked through again.
            if rule == .unsettled { unsettled.note(lane, max(context.settings.settle, .milliseconds(100))) }
            return rule == .each
        }
        let settleQueue = SettleQueue(
            spool: spool, files: files, backlog: context.backlog, leftAlone: leftAlone, holds: context.holds,
            quiet: context.settings.settle, holdOf: { context.hold(on: $0) },
            rules: { [live = context.liveSettings] in live.current.rules }, takesPictures: takesPictures,
            textWait: { [defaults = context.store.defaults] in defaults.textWait(in: $0) })
        let watcher = watcher(context, settleQueue, takesPictures, clock, unsettled)
        // Before any job: a daemon that cannot watch must not begin to pay.
        let inotify = try await watcher.start()
        let dispatcher = Dispatcher(
            context: context, scheduler: JobScheduler(context: context), settleQueue: settleQueue,
            leftAlone: leftAlone, unsettled: unsettled)
        let healthChecks: [HealthCheck] = [
            .files(files), .inotify(inotify, files), .committer(context.store.committer), .tasks,
        ]
        await warnOfIdleLimits(context)
        let status = StatusFiles(spool: spool, hasPage: settings.statusPage)
        let coming = ComingDisplay(context: context, hasPage: settings.statusPage)
        let maker = StateMaker(context: context, settleQueue: settleQueue)
        // Before any job goes on: it may be paused.
        _ = try? await files.run { [steering = context.steering] in steering.lookAtRoots() }
        board.recall((try? await files.run { status.last?.recent }) ?? [])
        healthEndpoints.begins(
            HealthEndpoints.Sources(context: context, leftAlone: leftAlone, healthChecks: healthChecks))
        defer { healthEndpoints.ended() }
        let desk = SteeringDesk(
            context: context, scheduler: dispatcher.scheduler, settleQueue: settleQueue, leftAlone: leftAlone)
        try await runTogether(
            context, announcements, dispatcher, desk, watcher, inotify, leftAlone, healthChecks, clock
        ) {
            status.removeUnwanted()
            async let pages: Void = context.lanePages?.run { await write($0, $1, context) } ?? ()
            async let shown: Void = coming.run()
            await publish(status, maker)
            await pages
            await shown
        }
        await context.lanePages?.flush { await write($0, $1, context) }
        // The last word: whoever sees only the folder learns that nobody works on it.
        var last = await maker.state(board.snapshot)
        (last.stoppedAt, last.isIdle) = (last.at, false)
        _ = try? await files.run { [last] in try status.write(last) }
        // What the last jobs have added; where the disk refuses, the next start finds it in their journals.
        _ = try? await files.run { [ledger = context.store.ledger] in try ledger.flush() }
        await coming.flush()
    }

    private func runTogether(
        _ context: JobContext, _ announcements: Announcements, _ dispatcher: Dispatcher, _ desk: SteeringDesk,
        _ watcher: InboxWatcher, _ inotify: Inotify, _ leftAlone: LeftAloneFiles, _ healthChecks: [HealthCheck],
        _ clock: ClockWatch, publishing: @escaping @Sendable () async -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { await Self.side { await context.limiter.run() } }
            group.addTask { await Self.side { await context.holds.run() } }
            group.addTask { await Self.side { await context.steering.run(context.store.files) } }
            group.addTask { await Self.side { await desk.run() } }
            group.addTask { await Self.side { await watcher.run(inotify) { watching(context.board) } } }
            group.addTask { await Self.side { await context.holdIntake() } }
            if let watchdog = Watchdog(manager, healthChecks, log: log) {
                group.addTask { await Self.side { await watchdog.run() } }
            }
            group.addTask { await Self.side { await publishing() } }
            group.addTask { await Self.side { await leftAlone.saySums() } }
            if let notifier = context.notifier {
                group.addTask { await Self.side { await notifier.run() } }
                group.addTask { await Self.side { await announcements.run(context) } }
            }
            group.addTask { await Self.side { await follow(changes, context, watcher) } }
            group.addTask {
                await Self.side { await clock.run { await clockWasSet(by: $0, context, watcher) } }
            }
            group.addTask {
                try await withTaskCancellationOrGracefulShutdownHandler {
                    try await dispatcher.run()
                } onCancelOrGracefulShutdown: {
                    halt(context)
                }
                return true
            }
            // Whatever ends, the rest ends with it, calmly: a daemon without its watcher must not look alive, and a
            // submit that is on its way is to get its answer.
            while let wasDispatcher = try await group.next(), !wasDispatcher { halt(context) }
            group.cancelAll()
        }
    }

    private func halt(_ context: JobContext) {
        healthEndpoints.stops()
        context.halt()
        manager.tell(.stopping, log: log)
    }

    private func watching(_ board: StatusBoard) {
        manager.tell(.ready, log: log)
        board.hasLooked()
        healthEndpoints.serves()
        ready()
    }

    /// How long memory is kept for the next job: to give it back, and to have it again, takes its time, too.
    private static let memoryPause = Duration.seconds(10)

    /// Writes the status files as long as it is not cancelled. The service manager hears of it before: it may be the disk
    /// that holds up the writing.
    private func publish(_ status: StatusFiles, _ maker: StateMaker) async {
        var (told, wasBusy) = ("", false)
        var gaveBack: ContinuousClock.Instant?
        await maker.context.board.run { facts in
            let state = await maker.state(facts)
            observer.stateChanged(state)
            let line = Wording.notice(state)
            if line != told {
                told = line
                manager.tell(.status(line), log: log)
            }
            // A page that cannot be written now is written with the next change; the log tells of the disk.
            _ = try? await maker.context.store.files.run { try status.write(state) }
            if wasBusy, !state.isBusy, gaveBack.map({ $0.duration(to: Machine.now) > Self.memoryPause }) ?? true {
                gaveBack = Machine.now
                try? await maker.context.store.files.run { Machine.giveBackMemory() }
            }
            wasBusy = state.isBusy
            return state.isBusy
        }
    }

    /// Writes a lane's page, as far as the disk takes it: otherwise it is written with what comes next.
    private func write(_ news: [LanePages.News], _ folder: FilePath, _ context: JobContext) async -> Bool {
        let files = LanePageFiles(spool: spool)
        return (try? await context.store.files.run { try files.write(news, folder) }) ?? false
    }

    /// Takes over what changes, until cancelled.
    private func follow(_ changes: AsyncStream<SettingsChange>, _ context: JobContext, _ watcher: InboxWatcher) async {
        for await change in changes {
            switch change {
            case .settings(let new):
                context.adopt(new)
                observer.pricesChanged(new.money.prices)
                await warnOfIdleLimits(context)
                await watcher.scan()
            case .goOn:
                context.limiter.goOn()
                context.pictures.goOn()
            case .reloaded(let outcome): context.board.reloaded(outcome)
            case .key: context.limiter.probeNow()
            }
        }
    }

    /// What waits for a moment by the wall clock asks anew.
    private func clockWasSet(by time: Duration, _ context: JobContext, _ watcher: InboxWatcher) async {
        log.notice("The clock was set; daily limits are checked again", metadata: ["by": "\(time)"])
        context.clockWasSet(watcher.settleQueue)
        await watcher.scan()
    }

    private func warnOfIdleLimits(_ context: JobContext) async {
        let (limits, inbox) = (context.settings.money.limits, spool.inbox)
        let idle = try? await context.store.files.run { IdleLimit.all(limits, in: inbox) }
        for limit in idle ?? [] {
            log.warning("A limit has no effect", metadata: ["why": "\(Wording.sentence(limit))"])
        }
    }

    private static func side(_ work: () async -> Void) async -> Bool {
        await work()
        return false
    }

    private func watcher(
        _ context: JobContext, _ settleQueue: SettleQueue, _ takesPictures: @escaping @Sendable (Lane) -> Bool,
        _ clock: ClockWatch, _ unsettled: UnsettledDefaults
    ) -> InboxWatcher {
        let defaultsChanged: @Sendable (Lane) -> Void = { lane in
            // What is wrong with them is found again, and said, by the next file of the lane.
            _ = try? context.store.defaults.look(at: lane)
            context.backlog.prioritise()
            context.holds.releaseDefaults(below: lane)
        }
        let takesFolders: @Sendable (Lane) -> Bool = { lane in
            let rule = context.store.defaults.folders(in: lane)
            if rule == .unsettled { unsettled.note(lane, max(context.settings.settle, .milliseconds(100))) }
            return rule == .batch
        }
        let scanner = InboxScan(
            spool: spool, names: settings.names, backlog: context.backlog, settleQueue: settleQueue,
            leftAlone: context.leftAlone,
            holds: context.holds, steering: context.steering, takesPictures: takesPictures,
            takesFolders: takesFolders,
            pictureFolderAround: { [spool] in context.store.defaults.pictureFolder(enclosing: $0, in: spool.inbox) },
            defaultsChanged: defaultsChanged,
            laneGone: context.store.defaults.forget(below:))
        let keeper = WatchKeeper(
            spool: spool, files: context.store.files, settleQueue: settleQueue, watch: settings.watch,
            rescanInterval: settings.rescanInterval, log: log, watching: context.board.watching,
            isGone: context.board.inboxIsGone)
        return InboxWatcher(
            spool: spool, files: context.store.files, backlog: context.backlog, settleQueue: settleQueue,
            leftAlone: context.leftAlone,
            holds: context.holds, steering: context.steering,
            names: settings.names, scanner: scanner, keeper: keeper, clock: clock,
            defaultsChanged: defaultsChanged, unsettled: unsettled,
            areDefaultsSettled: context.store.defaults.areSettled, log: log)
    }
}
