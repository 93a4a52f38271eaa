// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Documents
package import FileIO
package import Jobs
package import Requests
package import Spending
package import Spool
internal import Synchronization
internal import SystemPackage

/// Looks at files until they are ready: those of which an event has told, those that were found when there is room for
/// them, and those that are not ready yet again when it is time. Sleeps while there are none.
package final class SettleQueue: Sendable {
    struct State {
        var settling: Settling
        var due = DueLooks()
        /// Those of which a look takes its time: they are looked at beside the others.
        var slow: Set<Origin> = []
        /// Those for which there was no room beside them.
        var slowLater: Deque<Origin> = []
        /// Pictures that wait for the text that may come beside them.
        var awaitText: Set<Origin> = []
        /// Folders as they were when they were taken for whole: those that stayed all the same stay as long as they look
        /// so.
        private(set) var pushedFolders: [Origin: FileStatus.Identity] = [:]
        /// Bounds the memory: one that is not in mind is looked at once more.
        private static let foldersInMind = 10_000

        mutating func pushed(folder: Origin, _ identity: FileStatus.Identity) {
            if pushedFolders.count >= Self.foldersInMind { pushedFolders.removeAll() }
            pushedFolders[folder] = identity
        }

        /// Where the inbox lies; `nil` where nobody knows.
        var kind: FileSystemKind?
        /// Until then nothing is believed of how old a file is: a clock is set soon after a boot, and files may have come
        /// before that.
        var doubtsTimes = Machine.now.advanced(by: Machine.isYoung ? Settling.oldAge : .zero)
    }

    let spool: Spool
    let backlog: Backlog
    let leftAlone: LeftAloneFiles
    let holds: Holds
    let rules: @Sendable () -> RequestRules
    let takesPictures: @Sendable (Lane) -> Bool
    let textWait: @Sendable (Lane) -> Duration
    let state: Mutex<State>
    private let files: FilePool
    private let holdOf: @Sendable (Lane) -> Hold?

    /// At most so many looks at once, and so long but for the first of them: an event that comes meanwhile waits for
    /// no more.
    private static let portion = 64
    private static let portionTime = Duration.milliseconds(5)
    /// So many files of a lane may be unready before no more of it is looked at.
    private static let unready = 1_000
    /// So many slow looks at once.
    private static let slowAtOnce = 3

    /// - Parameters:
    ///   - quiet: for how long size and time of a file must stay unchanged.
    ///   - holdOf: why nothing of a lane could begin now; `nil` where something could. Files of such a lane are not even
    ///     looked at.
    ///   - rules: what requests may ask for, at the moment.
    ///   - takesPictures: whether the pictures of a lane are requests. Blocking.
    ///   - textWait: how long the pictures of a lane wait for the text beside them. Blocking.
    package init(
        spool: Spool, files: FilePool, backlog: Backlog, leftAlone: LeftAloneFiles, holds: Holds, quiet: Duration,
        holdOf: @escaping @Sendable (Lane) -> Hold? = { _ in nil }, rules: @escaping @Sendable () -> RequestRules,
        takesPictures: @escaping @Sendable (Lane) -> Bool = { _ in true },
        textWait: @escaping @Sendable (Lane) -> Duration = { _ in .zero }
    ) {
        self.spool = spool
        self.files = files
        self.backlog = backlog
        self.leftAlone = leftAlone
        self.holds = holds
        self.holdOf = holdOf
        self.rules = rules
        self.takesPictures = takesPictures
        self.textWait = textWait
        state = Mutex(State(settling: Settling(quiet: quiet)))
    }

    /// Where the inbox lies: whether what `stat(2)` says may be old there, and whether times are to be believed.
    func liesOn(_ kind: FileSystemKind?) {
        state.withLock { $0.kind = kind }
    }

    /// How old a file is cannot be told for a while.
    package func clockWasSet() {
        state.withLock { $0.doubtsTimes = Machine.now.advanced(by: Settling.oldAge) }
    }

    /// The file is to be looked at, now and until it has settled.
    package func look(at origin: Origin) {
        look(at: origin, after: .zero)
    }

    /// The same, but not before some time has passed.
    package func look(at origin: Origin, after time: Duration) {
        let instant = Machine.now.advanced(by: time)
        state.withLock { $0.due.set(origin, at: instant) }
        backlog.feed.news.wake()
        backlog.changed()
    }

    /// Request files that lie in the inbox, as far as they were found: those that wait, those that are held, and those
    /// that have not settled yet.
    package var filesInInbox: Int {
        // Before the others are counted: what settles meanwhile counts among them.
        filesInInbox(with: unsettled.count)
    }

    /// The same, where it is known how many have not settled.
    package func filesInInbox(with unsettled: Int) -> Int {
        unsettled + backlog.count + backlog.feed.count + holds.files
    }

    /// Those that are still being written, or were a moment ago.
    package var unsettled: [Origin] {
        let looks = state.withLock { state in
            state.due.origins + state.slow.filter { !state.due.contains($0) }
        }
        return looks.filter { origin in
            !backlog.contains(origin) && !holds.mayContain(origin) && !leftAlone.contains(origin.file, in: origin.lane)
        }
    }

    /// The same, without the pictures that wait only for the text that may come beside them; and those.
    package var unsettledAndAwaitingText: (unsettled: [Origin], awaitingText: [Origin]) {
        let (all, awaiting) = (unsettled, state.withLock(\.awaitText))
        if awaiting.isEmpty { return (all, []) }
        return (all.filter { !awaiting.contains($0) }, all.filter(awaiting.contains))
    }

    /// The files of a lane that are to be looked at again.
    func names(in lane: Lane) -> Set<FilePath.Component> { state.withLock { $0.due.names(in: lane) } }

    /// Runs until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let (due, next) = state.withLock { ($0.due.take(Self.portion, at: Machine.now), $0.due.next) }
                guard !due.isEmpty || backlog.feed.count > 0 else {
                    await sleep(until: next)
                    continue
                }
                // The pool ends only with the daemon; then there is nothing left to look at.
                let work = try? await files.run { [self] in lookThrough(due) }
                for origin in work?.slow ?? [] { group.addTask { await self.lookSlowly(origin) } }
                if work?.didLook != true { await sleep(until: next) }
            }
        }
    }

    private func sleep(until next: ContinuousClock.Instant?) async {
        let first = [next, backlog.feed.nextRested()].compactMap(\.self).min()
        await backlog.feed.news.wait(atMost: first.map { Machine.now.duration(to: $0) })
    }

    // MARK: A piece of the work

    /// Blocking; runs on the ``FilePool``.
    private func lookThrough(_ due: [DueLooks.Look]) -> (slow: [Origin], didLook: Bool) {
        var slow = lookAgain(due)
        guard let portion = backlog.feed.take(Self.portion, at: Machine.now, room) else { return (slow, !due.isEmpty) }
        slow += look(at: portion)
        return (slow, true)
    }

    private func room(in lane: Lane) -> Int {
        let room = backlog.room(in: lane)
        if room <= 0 || state.withLock({ $0.due.count(in: lane) }) >= Self.unready { return 0 }
        if holds.isHeld(lane) { return 0 }
        let era = holds.era
        guard let hold = holdOf(lane) else { return room }
        // Where something was let go meanwhile, it may not be true any more.
        return holds.hold(lane, hold, since: era) ? 0 : room
    }

    private func lookAgain(_ due: [DueLooks.Look]) -> [Origin] {
        let began = Machine.now
        var slow: [Origin] = []
        var rest = due[...]
        while let lane = rest.first?.origin.lane {
            let isOver = rest.startIndex > 0 && began.duration(to: Machine.now) > Self.portionTime
            if isOver { break }
            let end = rest.firstIndex { $0.origin.lane != lane } ?? rest.endIndex
            let names = rest[..<end].map(\.origin)
            rest = rest[end...]
            switch open(lane) {
            case .folder(let folder): names.forEach { look($0, in: folder, &slow) }
            // What lies in the folder of a job is the job's, at any depth: the folder is to be looked at.
            case .jobFolder(let folder):
                state.withLock { state in names.forEach { state.settling.forget($0) } }
                look(at: folder)
            // Nobody can tell whose they are.
            case .closed(let error):
                for origin in names {
                    cannotLook(at: origin, error)
                    state.withLock { $0.settling.forget(origin) }
                }
            }
            backlog.feed.hasRoom(lane)
        }
        state.withLock { state in rest.forEach { state.due.set($0.origin, atLatest: $0.at) } }
        return slow
    }

    private func look(at portion: LaneFeed.Portion) -> [Origin] {
        let began = Machine.now
        var slow: [Origin] = []
        switch open(portion.lane) {
        case .folder(let folder):
            var rest = portion.names[...]
            while let name = rest.popFirst() {
                look(Origin(lane: portion.lane, file: name), in: folder, &slow)
                if began.duration(to: Machine.now) > Self.portionTime { break }
            }
            backlog.feed.putBack(LaneFeed.Portion(lane: portion.lane, names: Array(rest)))
            // A scan may have left these alone just before that.
            for name in rest where PictureName.stem(of: name) != nil {
                _ = isLeftAlone(asPicture: Origin(lane: portion.lane, file: name))
            }
        case .jobFolder(let folder): look(at: folder)
        case .closed: backlog.feed.rest(portion, at: Machine.now)
        }
        return slow
    }

    /// A file that is written now, or the folder of a job, is looked at by itself: it may take long.
    private func lookSlowly(_ origin: Origin) async {
        try? await files.run { [self] in
            var slow: [Origin] = []
            switch open(origin.lane) {
            case .folder(let folder): look(origin, in: folder, isPatient: true, &slow)
            case .jobFolder(let folder):
                state.withLock { $0.settling.forget(origin) }
                look(at: folder)
            case .closed(let error):
                state.withLock { $0.settling.forget(origin) }
                cannotLook(at: origin, error)
            }
        }
        state.withLock { state in
            state.slow.remove(origin)
            if let next = state.slowLater.popFirst() { state.due.set(next, at: Machine.now) }
        }
        backlog.feed.news.wake()
    }

    /// Whether a slow look may begin; it has its turn when another has ended otherwise.
    func mayLookSlowly(_ origin: Origin) -> Bool {
        state.withLock { state in
            if state.slow.count < Self.slowAtOnce, state.slow.insert(origin).inserted { return true }
            if !state.slowLater.contains(origin) { state.slowLater.append(origin) }
            return false
        }
    }
}
