// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import Spending
internal import Spool
internal import SpoolState
internal import Synchronization
internal import SystemPackage

/// What is going on, gathered from all stages: written to `status.json` when it changes, and said in the log once a
/// condition.
final class StatusBoard: Sendable {
    struct Facts: Equatable, Sendable {
        var startedAt: Timestamp
        var done = 0
        var failed = 0
        /// What has come to its end, the last first, what earlier runs have brought there included.
        var recent: [Ended] = []
        var pause: CircuitBreaker.Pause?
        var diskTrouble: String?
        /// Jobs whose own files the disk refuses while it takes those of others, and why.
        var refusedJobs: [String: String] = [:]
        /// Folders of lanes that results cannot be put into, and why; the results come beside them.
        var closedLanes: [FilePath: String] = [:]
        var inboxIsGone = false
        /// Why pictures from one's own disk cannot be shared, in a sentence.
        var sharingTrouble: String?
        /// What came of the last reload, and how many there were since the start.
        var reload: Reload?
        /// `nil` until it is known.
        var watching: WatchMode?
        /// Whether the whole inbox was looked through.
        var hasLooked = false
    }

    struct Reload: Equatable, Sendable {
        var outcome: ReloadOutcome
        var count: Int
    }

    enum Folder: Sendable {
        case done, failed
    }

    private let log: Logger
    /// Hears of what people may want to be told of.
    private let announce: @Sendable (Announcements.News) -> Void
    private let facts: Mutex<Facts>
    private let refusals = Mutex(DiskRefusals())
    /// What the log has heard of already.
    private let said = Mutex<Set<Hold>>([])
    private let changed = WakeSignal()

    init(startedAt: Timestamp, log: Logger, announce: @escaping @Sendable (Announcements.News) -> Void = { _ in }) {
        (self.log, self.announce) = (log, announce)
        facts = Mutex(Facts(startedAt: startedAt))
        changed.wake()
    }

    var snapshot: Facts { facts.withLock { $0 } }

    func published(_ folder: Folder) {
        facts.withLock { facts in
            switch folder {
            case .done: facts.done += 1
            case .failed: facts.failed += 1
            }
        }
        changed.wake()
    }

    /// A job that is no part of a batch lies where it belongs.
    func ended(_ job: Ended) {
        facts.withLock { facts in
            facts.recent.insert(job, at: 0)
            if facts.recent.count > SpoolState.recentLimit { facts.recent.removeLast() }
        }
        changed.wake()
    }

    /// What earlier runs have brought to its end.
    func recall(_ recent: [Ended]) {
        facts.withLock { facts in
            facts.recent = Array((facts.recent + recent).prefix(SpoolState.recentLimit))
        }
    }

    /// A pause has begun, goes on with another reason or a later probe, or has ended (`nil`). The log hears of each
    /// reason once.
    func pauseChanged(_ pause: CircuitBreaker.Pause?) {
        let earlier = facts.withLock { facts in
            defer { facts.pause = pause }
            return facts.pause
        }
        if let trouble = pause?.trouble {
            guard trouble.kind != earlier?.trouble.kind else {
                changed.wake()
                return
            }
            log.warning(
                "\(Wording.paused(trouble.kind))",
                metadata: ["why": "\(trouble.kind.rawValue)", "what": "\(Wording.sentence(trouble))"])
            announce(.service(trouble))
        } else {
            log.notice("The service works again; continuing")
            announce(.service(nil))
        }
        changed.wake()
    }

    /// The service works, as the first submit since the start has shown.
    func serviceWorks() { announce(.service(nil)) }

    /// Files have to stay in the inbox for now. The log hears of each reason once.
    ///
    /// - Parameter drop: what was dropped, where it is known.
    func held(_ hold: Hold, _ drop: Announcements.Drop? = nil) {
        let isNews = said.withLock { said in
            guard let news = hold.news else { return false }
            if said.count > 1000 { said.removeAll() }
            return said.insert(news).inserted
        }
        if isNews { log.warning("Requests are held", metadata: ["why": "\(Wording.sentence(hold))"]) }
        switch hold.reason {
        case .limit: if isNews { announce(.held(hold, nil)) }
        // The next of that name and price is another.
        case .approval: announce(.held(hold, drop))
        case .repeated, .defaults, .defaultsUnsettled, .paused: break
        }
        changed.wake()
    }

    /// Somebody's word has begun a pause, or has ended one.
    func steered(_ news: SteeringWords.News) {
        switch news {
        case .paused(let pause):
            log.notice("Paused by somebody", metadata: ["why": "\(Wording.sentence(pause))"])
        case .goesOn(let pause):
            log.notice("No longer paused by somebody; continuing", metadata: ["was": "\(Wording.sentence(pause))"])
        case .isInNoHurry: return changed.wake()
        }
        announce(.word)
        changed.wake()
    }

    /// Whom the disk refuses has changed. The log hears of each reason once.
    func disk(_ change: (inout DiskRefusals) -> Void) {
        let (earlier, error, jobs) = refusals.withLock { refusals in
            change(&refusals)
            let (error, jobs) = (refusals.error, refusals.jobs)
            return facts.withLock { facts in
                defer { (facts.diskTrouble, facts.refusedJobs) = (error, jobs) }
                return (facts, error, jobs)
            }
        }
        if let error, error != earlier.diskTrouble {
            log.warning("The disk refuses to write; waiting and trying again", metadata: ["error": "\(error)"])
        } else if error == nil, earlier.diskTrouble != nil {
            log.notice("The disk works again; continuing")
        }
        for (job, error) in jobs where earlier.refusedJobs[job] != error {
            log.warning(
                "The disk refuses this job's files; trying again, and other jobs continue",
                metadata: ["job": "\(job)", "error": "\(error)"])
        }
        changed.wake()
    }

    /// A result has come beside the folder of its lane. The log hears of each folder and reason once.
    func passedBy(_ one: ResultLane.PassedBy, _ job: String) {
        let why = Wording.sentence(one)
        let isNews = facts.withLock { facts in
            if facts.closedLanes.count >= Self.closedLanesLimit, facts.closedLanes[one.folder] == nil { return false }
            return facts.closedLanes.updateValue(why, forKey: one.folder) != why
        }
        guard isNews else { return }
        log.warning(
            "A result goes beside its lane's folder, not into it",
            metadata: ["job": "\(job)", "folder": "\(one.folder)", "why": "\(why)"])
        changed.wake()
    }

    private static let closedLanesLimit = 20

    /// A result has come into a folder, which takes them again.
    func published(into folder: FilePath) {
        let isChange = facts.withLock { facts in
            !facts.closedLanes.isEmpty && facts.closedLanes.removeValue(forKey: folder) != nil
        }
        if isChange { changed.wake() }
    }

    /// - Parameter sentence: `nil` where sharing works.
    func sharing(troubledBy sentence: String?) {
        let isNews = facts.withLock { facts in
            defer { facts.sharingTrouble = sentence }
            return facts.sharingTrouble != sentence
        }
        guard isNews else { return }
        if let sentence {
            log.warning("Pictures cannot be published; waiting and trying again", metadata: ["why": "\(sentence)"])
        } else {
            log.notice("Pictures can be published again; continuing")
        }
        changed.wake()
    }

    func inboxIsGone(_ gone: Bool) {
        facts.withLock { $0.inboxIsGone = gone }
        changed.wake()
    }

    /// The page has it at once: whoever asked for the reload waits for that.
    func reloaded(_ outcome: ReloadOutcome) {
        facts.withLock { $0.reload = Reload(outcome: outcome, count: ($0.reload?.count ?? 0) + 1) }
        changed.wake()
    }

    /// How the inbox is watched is known, or has changed. The log hears of each reason to poll once in a row.
    func watching(_ mode: WatchMode) {
        let earlier = facts.withLock { facts in
            defer { facts.watching = mode }
            return facts.watching
        }
        if case .polling(let reason) = mode, mode != earlier {
            log.notice("The inbox is checked every 2 s", metadata: ["why": "\(Wording.sentence(reason))"])
        } else if mode == .events, case .polling? = earlier {
            log.notice("The kernel reports new files in the inbox again")
        }
        changed.wake()
    }

    /// The whole inbox was looked through.
    func hasLooked() {
        facts.withLock { $0.hasLooked = true }
        changed.wake()
    }

    /// What the facts do not hold has changed, such as how many files wait, or are left alone.
    func touch() {
        changed.wake()
    }

    /// Has a page written whenever something has changed, at most once a second, and once a minute while there is
    /// anything to do, until cancelled.
    ///
    /// - Parameter write: writes it, and says whether there is.
    func run(write: (Facts) async -> Bool) async {
        var isBusy = true
        while !Task.isCancelled {
            await changed.wait(atMost: isBusy ? SpoolState.heartbeat : nil)
            if Task.isCancelled { return }
            isBusy = await write(snapshot)
            try? await Sleep.wait(.seconds(1))
        }
    }
}
