// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import Notifying
internal import Requests
internal import Sharing
internal import Spending
internal import Spool
internal import SystemPackage

/// What every job needs on its way: the store, the doors to what costs and what is far, and whom to tell.
struct JobContext: Sendable {
    let store: JobStore
    let spending: SpendingGate
    let limiter: SubmitLimiter
    let service: any ImageService
    let pictures: PictureDoor
    /// How pictures from one's own disk are shared; `nil` where they are not.
    let share: PictureShare?
    let uploadLimiter: UploadLimiter
    /// Tells those who want to know; `nil` where nobody does.
    let notifier: Notifier?
    let backlog: Backlog
    let holds: Holds
    let leftAlone: LeftAloneFiles
    let steering: SteeringWords
    let liveSettings: LiveSettings
    let stop: StopToken
    /// A stop waits no longer: submits that are still on their way are given up.
    let giveUp: StopToken
    let board: StatusBoard
    /// `nil` where nobody wants pages.
    let lanePages: LanePages?
    /// `nil` where nobody looks at a batch before it is over.
    let coming: ComingBatches?
    let counters: Counters
    let observer: ServiceObserver
    let activeJobs: ActiveJobs
    let steeredJobs = SteeredJobs()
    let stranded: StrandedJobs
    let poller: TaskPoller
    let log: Logger

    /// How many files may wait between intake and dispatch; the rest wait in the inbox, as names.
    private static let backlogLimit = 20_000

    /// - Parameters:
    ///   - disk: makes durable what is written to the spool.
    ///   - observer: hears of results.
    ///   - notifier: `nil` where nobody is told.
    ///   - reached: called at each ``Checkpoint``.
    init(
        spool: Spool, service: any ImageService, settings: DropFolderSettings, files: FilePool, disk: SpoolDisk,
        board: StatusBoard, counters: Counters, observer: ServiceObserver = .nobody, log: Logger,
        notifier: Notifier? = nil,
        reached: @escaping @Sendable (Checkpoint) -> Void
    ) {
        self.notifier = notifier
        lanePages = settings.statusPage ? LanePages() : nil
        coming = settings.resultsAsTheyCome ? ComingBatches() : nil
        let live = LiveSettings(settings)
        let backoff = Backoff(first: settings.retryInterval, limit: settings.retryLimit)
        let ledger = Ledger(in: spool.ledger)
        let committer = Committer(DurableDisk(disk, ledger)) { error in
            board.disk { refusals in
                guard let error else { return refusals.served(.committer) }
                refusals.refused(.committer, "\(error)", isEverybodys: true)
            }
        }
        let defaults = LaneDefaults(
            inbox: spool.inbox, quiet: { live.current.settle }, rules: { live.current.rules })
        stop = StopToken()
        giveUp = StopToken()
        let backlog = Backlog(limit: Self.backlogLimit) {
            defaults.priority(of: $0)
        } changed: {
            board.touch()
        }
        let holds = Holds(refill: backlog.refill, noted: { board.held($0) }) { board.touch() }
        (self.backlog, self.holds) = (backlog, holds)
        steering = SteeringWords(spool: spool) { news in
            board.steered(news)
            switch news {
            case .paused, .goesOn: holds.releasePauses()
            case .isInNoHurry(let origin): backlog.endHurry(origin)
            }
        }
        store = JobStore(
            spool: spool, files: files, committer: committer, ledger: ledger, defaults: defaults, liveSettings: live,
            board: board, stop: stop, steering: steering, reached: reached)
        limiter = SubmitLimiter(
            limit: settings.maxInFlight, backoff: backoff, service: service, pauseChanged: board.pauseChanged,
            works: board.serviceWorks)
        pictures = PictureDoor(backoff: backoff, maxInFlight: settings.maxInFlight)
        let own = LocalPictures(inbox: spool.inbox, limit: settings.pictureLimit, speaksForAll: spool.speaksForAll)
        share = settings.share.map { PictureShare($0, pictures: own, files: files) }
        uploadLimiter = UploadLimiter { live.current.maxInFlight }
        spending = SpendingGate(settings.money, at: .now, gaveBack: holds.gaveBack)
        poller = TaskPoller(
            service: service, limiter: limiter, liveSettings: live, troubles: TroubledTasks(log: log) { board.touch() },
            counters: counters, stop: stop)
        leftAlone = LeftAloneFiles(log: log) { board.touch() }
        stranded = StrandedJobs(log: log) { board.touch() }
        activeJobs = ActiveJobs { board.touch() }
        (self.service, liveSettings, self.board, self.counters, self.log) = (service, live, board, counters, log)
        self.observer = observer
    }

    var settings: DropFolderSettings { liveSettings.current }

    /// What holds things up, and how many each, files that were not even looked at included.
    var held: [Hold.Count] { holds.summary(at: .now, found: backlog.feed.count(in:)) }

    /// Files that wait for their turn, looked at or not.
    var waiting: Int {
        // Three looks: what comes between them must not make it less than nothing.
        max(0, backlog.count + backlog.feed.count - holds.files(found: backlog.feed.count(in:)))
    }

    /// The same by lane, and parts of batches.
    var queue: QueueOverview {
        var overview = backlog.overview
        for (lane, count) in backlog.feed.counts where !holds.isHeld(lane) { overview.add(count, in: lane) }
        return overview
    }

    /// How long a stop waits for the answers to submits that are on their way.
    private static let submitPatience = Duration.seconds(20)

    /// The daemon stops: nothing new is begun, and whoever waits learns of it.
    func halt() {
        backlog.close()
        stop.raise()
        giveUp.raise(after: Self.submitPatience)
        limiter.close()
        holds.wakeAll()
    }

    /// No more is paid for while pictures do not come. Until cancelled.
    func holdIntake() async {
        for await trouble in pictures.troubles { limiter.pictures(troubledBy: trouble) }
    }

    /// Why nothing of a lane may be submitted now, whatever it is.
    func hold(on lane: Lane) -> Hold? {
        let now = Timestamp.now
        return steering.pause(of: lane, at: now) ?? spending.hold(lane, at: now)
    }

    /// A file has to stay in the inbox for now.
    func hold(
        _ origin: Origin, _ hold: Hold, _ identity: FileStatus.Identity?, _ readiness: Readiness,
        since era: UInt64? = nil
    ) {
        holds.add(origin, hold, identity, readiness, since: era)
        // A listing may have met it. Where it was let go meanwhile nobody else would look for it.
        backlog.feed.forget(origin)
        if !holds.mayContain(origin) { backlog.pushName(origin) }
        let sign = identity.map { "\($0.inode)-\($0.size)-\($0.modified)" }
        board.held(hold, Announcements.Drop(lane: origin.lane, sign: sign ?? ""))
    }

    /// A part of a batch has to wait for now.
    func hold(_ part: WaitingPart, _ hold: Hold, since era: UInt64) {
        holds.add(part, hold, since: era)
        board.held(hold)
    }

    /// Waits until the hold may be over. Throws `CancellationError` when the daemon stops.
    ///
    /// - Parameter job: which waits, where the hold is its own.
    func wait(for hold: Hold, _ job: SteeredJob? = nil) async throws {
        board.held(hold, job.map { Announcements.Drop(lane: $0.origin.lane, sign: "\($0.since.milliseconds)") })
        try await holds.wait(hold) { [stop] in stop.isRaised }
    }

    /// A day about which nothing is known, since the clock was wrong before: what was spent on it is read.
    func readLedger(since day: LocalDay) async throws {
        let (ledger, spending) = (store.ledger, spending)
        _ = try await store.patiently { try spending.read(ledger, backTo: day) }
    }

    /// Tries again at growing intervals whatever stands in the way of the job that lies there.
    ///
    /// Throws ``JobStore/FolderGone``, or `CancellationError` when the daemon stops meanwhile.
    func untilItGoesOn<Value>(_ folder: FilePath, _ work: () async throws -> Value) async throws -> Value {
        var attempt = 0
        defer { stranded.remove(folder) }
        while true {
            do {
                return try await work()
            } catch let error where error is CancellationError || error is JobStore.FolderGone {
                throw error
            } catch {
                attempt += 1
                stranded.add(folder, error, at: .now)
                try await store.rest(attempt)
            }
        }
    }

    /// The same notification of something in a lane, where anybody wants to hear of it.
    func wanted(_ notification: Notification, in lane: Lane) async -> Notification? {
        guard let notifier else { return nil }
        return notifier.wanted(notification, by: await choices(of: [lane])[lane])
    }

    /// What lanes have chosen to have told, where they may. While their defaults cannot be read, the setting holds.
    func choices(of lanes: Set<Lane>) async -> [Lane: Set<Notification.Event>] {
        if lanes.isEmpty || !settings.rules.lanesMayNotify { return [:] }
        let chosen = try? await store.files.run { [defaults = store.defaults] in
            lanes.compactMap { lane in (try? defaults.look(at: lane))?.notify.map { (lane, $0) } }
        }
        return Dictionary(chosen ?? []) { first, _ in first }
    }

    /// Says the job's name with every line, so that a job's life is found with one search.
    func log(for job: Job) -> Logger {
        var log = log
        log[metadataKey: "job"] = "\(job.origin.jobName)"
        return log
    }
}
