// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Documents
package import FileIO
package import Jobs
package import Requests
package import Spool
package import SpoolState
internal import Synchronization
package import SystemPackage

/// The door between intake and dispatch: files that are ready to be claimed, and parts of batches that are ready to be
/// begun. Bounded for files: what does not fit is a name in the ``feed``, which is asked for more as files leave.
package final class Backlog: Sendable {
    fileprivate struct State {
        var queues = LaneQueues()
        var isClosed = false
        var waiting: CheckedContinuation<Waiting?, Never>?
        /// Was handed out, and is not begun yet.
        var inHand: Waiting? { didSet { isInHandGone = false } }
        /// Its turn is one of those that go to whoever has waited longest: it gives way to nobody.
        var isInHandFair = false
        /// The file in hand was taken away: its claim will find that out, and until then it does not wait.
        var isInHandGone = false
        /// Begun, and not yet out of the inbox for certain; whether it was found once more meanwhile.
        var begun: [Origin: Bool] = [:]
        /// Files that wait, or have waited, and were not given to ``takeUnread(_:)``.
        var unread: Deque<Origin> = []
        /// What somebody hurries: files, and batches by their own lanes, whether anything of them waits or not.
        var hurriedFiles: Set<Origin> = []
        var hurriedBatches: Set<Lane> = []

        var originInHand: Origin? {
            if case .file(let origin, _)? = inHand { origin } else { nil }
        }

        /// The file in hand, as long as it is there.
        var waitingInHand: Origin? { isInHandGone ? nil : originInHand }
    }

    /// The folders of failed jobs that were put back, and what was found to need no submit. They wait behind nobody who
    /// needs a permit. Each is handed out once until it is ``settled(_:)``; for one consumer.
    package let free: AsyncStream<(origin: Origin, readiness: Readiness)>
    /// Rings when a file begins to wait; see ``takeUnread(_:)``.
    package let arrivals = WakeSignal()
    /// The names that were found, and are to be looked at when there is room.
    package let feed: LaneFeed
    private let handOut: AsyncStream<(origin: Origin, readiness: Readiness)>.Continuation
    private let limit: Int
    private let priority: @Sendable (Lane) -> Int
    private let state = Mutex(State())
    /// Called when more wait than before, or fewer.
    let changed: @Sendable () -> Void

    /// So many files of a lane wait at most when more of it is looked at: a job takes longer than a look.
    static let shareOfLane = 32

    /// - Parameters:
    ///   - limit: how many files may wait.
    ///   - priority: how urgent a lane is.
    ///   - changed: called when the files that wait, or are found, are more or fewer than before.
    package init(
        limit: Int, priority: @escaping @Sendable (Lane) -> Int = { _ in RequestDefaults.usualPriority },
        changed: @escaping @Sendable () -> Void = {}
    ) {
        self.limit = limit
        self.priority = priority
        self.changed = changed
        feed = LaneFeed(changed: changed)
        (free, handOut) = AsyncStream.makeStream()
    }

    /// Files that wait, the one whose turn has come included.
    package var count: Int { state.withLock { $0.queues.count + ($0.waitingInHand == nil ? 0 : 1) } }

    func contains(_ origin: Origin) -> Bool {
        state.withLock { $0.queues.contains(origin) || $0.waitingInHand == origin }
    }

    /// The same, and parts of batches, in numbers.
    package var overview: QueueOverview {
        state.withLock { state in
            var overview = state.queues.overview
            if let item = state.inHand, !state.isInHandGone { overview.add(item) }
            return overview
        }
    }

    /// How many files wait in each lane, the one in hand included.
    package var filesByLane: [Lane: Int] {
        state.withLock { state in
            var lanes = state.queues.filesByLane
            if let origin = state.waitingInHand { lanes[origin.lane, default: 0] += 1 }
            return lanes
        }
    }

    /// The jobs whose turn is next.
    package func next(_ most: Int) -> [SpoolState.Queue.Next] {
        let places = state.withLock { state in
            var places = state.queues.next(most)
            if let item = state.inHand, !state.isInHandGone {
                let ahead = state.mayGiveWay ? places.prefix { $0.isHurried }.count : 0
                places.insert(LaneQueues.Place(item: item, isHurried: state.isHurried(item)), at: ahead)
            }
            return places.prefix(most)
        }
        return places.map { place in
            let batch: String? = if case .part(let part) = place.item { part.batch.text } else { nil }
            return .init(name: place.item.jobName, batch: batch, isHurried: place.isHurried)
        }
    }

    /// How many more of a lane's files may be looked at. One at least where none of it waits: so no lane starves behind
    /// others, however many there are.
    func room(in lane: Lane) -> Int {
        state.withLock { state in
            let waiting = state.queues.count(in: lane)
            if waiting == 0 { return min(Self.shareOfLane, max(1, limit - state.queues.count)) }
            return min(Self.shareOfLane - waiting, limit - state.queues.count)
        }
    }

    /// The files of a lane that wait, or are in hand.
    func names(in lane: Lane) -> Set<FilePath.Component> {
        state.withLock { state in
            var names = state.queues.names(in: lane)
            if let origin = state.waitingInHand, origin.lane == lane { names.insert(origin.file) }
            return names
        }
    }

    /// A file is ready. Where there is no room it is looked at again when there is.
    ///
    /// - Parameters:
    ///   - identity: of a file that was looked at; `nil` for one that was renamed in.
    ///   - changed: when that one was last changed; `nil` where that is not known.
    func push(_ origin: Origin, _ identity: FileStatus.Identity? = nil, changed: Timestamp? = nil) {
        push(.file(origin, Readiness(identity: identity, at: .now, changed: changed)))
    }

    /// A part is ready. There is always room: it is no file that could wait elsewhere.
    package func push(_ part: WaitingPart) {
        push(.part(part))
    }

    /// What was held and may begin now, all of it before any of it does, so that the lanes take turns.
    package func refill(_ items: [Waiting]) {
        let files = items.filter { !passFolder($0) }
        for case .file(let origin, _) in files { feed.forget(origin) }
        let (waiting, first, tooMany) = state.withLock { state in
            var tooMany: [Origin] = []
            var (waiting, first): (CheckedContinuation<Waiting?, Never>?, Waiting?) = (nil, nil)
            for item in files where !state.isClosed && !state.isKnown(item) {
                if let origin = state.add(item, limit, priority) { tooMany.append(origin) }
            }
            if state.waiting != nil, let next = state.queues.pop() {
                (waiting, first) = (state.waiting.take(), next)
                (state.inHand, state.isInHandFair) = (next, state.queues.wasFairTurn)
            }
            return (waiting, first, tooMany)
        }
        waiting?.resume(returning: first)
        tooMany.forEach(feed.add)
        arrivals.wake()
        changed()
        // Lanes of which nothing was looked at, since it would have been held.
        feed.reconsider()
    }

    /// A file that was renamed in, where nothing of its lane could begin: it waits as a name, like those that were found.
    package func pushName(_ origin: Origin) {
        let isUnderWay = state.withLock { $0.queues.contains(origin) || $0.isKnown(origin) }
        if !isUnderWay { feed.add(origin) }
    }

    private func push(_ item: Waiting) {
        if passFolder(item) { return }
        // A listing may have found it as well: it waits in one place.
        if case .file(let origin, _) = item { feed.forget(origin) }
        let priority = priority(item.lane)
        let (waiting, turnedAway) = state.withLock { state -> (CheckedContinuation<Waiting?, Never>?, Origin?) in
            if state.isClosed || state.isKnown(item) { return (nil, nil) }
            if let waiting = state.waiting {
                state.waiting = nil
                (state.inHand, state.isInHandFair) = (item, false)
                return (waiting, nil)
            }
            return (nil, state.add(item, limit) { _ in priority })
        }
        waiting?.resume(returning: item)
        if let turnedAway { feed.add(turnedAway) } else if waiting == nil { arrivals.wake() }
        changed()
    }

    /// Hands out the folder of a job; returns false where it is none.
    private func passFolder(_ item: Waiting) -> Bool {
        guard case .file(let origin, let readiness) = item, RequestFileName(origin.file) == nil, !origin.isPicture
        else { return false }
        handOut(origin, readiness)
        return true
    }

    /// The file is to be claimed now, wherever it waits: somebody has cancelled it, and nothing of it will be sent.
    package func cancel(_ origin: Origin, _ readiness: Readiness) {
        feed.forget(origin)
        _ = state.withLock { $0.queues.remove(origin) }
        handOut(origin, readiness)
    }

    /// Whether something of the lane is being claimed that is so.
    package func isClaiming(in lane: Lane, _ isMeant: (Origin) -> Bool) -> Bool {
        state.withLock { state in state.begun.keys.contains { $0.lane == lane && isMeant($0) } }
    }

    // MARK: Hurry

    /// The file goes before all others from now on, and so do its parts, where it is a batch. Returns whether it waits: if
    /// not it is to be looked at.
    package func hurry(_ origin: Origin) -> Bool {
        defer { changed() }
        let isWaiting = state.withLock { state in
            state.hurriedFiles.insert(origin)
            state.hurriedBatches.insert(origin.batchLane)
            state.setHurried(true, origin)
            return state.queues.contains(origin) || state.originInHand == origin
        }
        if !isWaiting { feed.forget(origin) }
        return isWaiting
    }

    /// It waits like all others.
    package func endHurry(_ origin: Origin) {
        state.withLock { state in
            state.hurriedFiles.remove(origin)
            state.hurriedBatches.remove(origin.batchLane)
            state.setHurried(false, origin)
        }
        changed()
    }

    /// Takes out the parts of a batch that wait.
    package func takeParts(in batch: FilePath) -> [WaitingPart] {
        defer { changed() }
        return state.withLock { $0.queues.removeParts(in: batch) }
    }

    private func handOut(_ origin: Origin, _ readiness: Readiness) {
        let isNew = state.withLock { state in
            let before = state.begun.updateValue(false, forKey: origin)
            if before != nil { state.begun[origin] = true }
            return before == nil && !state.isClosed
        }
        if isNew { handOut.yield((origin, readiness)) }
    }

    /// Files that wait and were not given out by this before, to be read where they lie: perhaps they can ``pass(_:)``.
    package func takeUnread(_ most: Int) -> [Origin] {
        state.withLock { state in
            var taken: [Origin] = []
            while taken.count < most, let origin = state.unread.popFirst() {
                if state.queues.contains(origin) { taken.append(origin) }
            }
            return taken
        }
    }

    /// The file needs no submit, and waits no more.
    package func pass(_ origin: Origin) {
        let item = state.withLock { state -> Waiting? in
            guard !state.isClosed, let item = state.queues.remove(origin) else { return nil }
            state.begun[origin] = false
            return item
        }
        guard case .file(_, let readiness)? = item else { return }
        handOut.yield((origin, readiness))
        changed()
        feed.hasRoom(origin.lane)
    }

    /// The file is gone, or no request any more: it does not wait. What is in hand, or is being claimed, is looked at once
    /// more when that is over: see ``settled(_:)``.
    func forget(_ origin: Origin) {
        let wasWaiting = state.withLock { state in
            if state.begun[origin] != nil { state.begun[origin] = true }
            guard state.waitingInHand == origin else { return state.queues.remove(origin) != nil }
            state.isInHandGone = true
            return true
        }
        guard wasWaiting else { return }
        changed()
        feed.hasRoom(origin.lane)
    }

    /// The lane is gone, with all that lies below it.
    func forget(below lane: Lane) {
        let wereWaiting = state.withLock { state in
            let isInHand = state.waitingInHand?.lane.path.starts(with: lane.path) == true
            if isInHand { state.isInHandGone = true }
            return state.queues.forget(below: lane) || isInHand
        }
        if wereWaiting { changed() }
    }

    /// The lanes' defaults have changed.
    package func prioritise() {
        state.withLock { $0.queues.setPriorities(priority) }
    }

    /// The next to begin; `nil` once closed. For one consumer.
    package func next() async -> Waiting? {
        await withCheckedContinuation { continuation in
            let (ready, hungry): (Waiting??, Lane?) = state.withLock { state in
                if state.isClosed { return (.some(nil), nil) }
                if let item = state.queues.pop() {
                    (state.inHand, state.isInHandFair) = (item, state.queues.wasFairTurn)
                    let isFull = state.queues.count(in: item.lane) > Self.shareOfLane / 2
                    return (item, isFull ? nil : item.lane)
                }
                // What was handed out is kept in mind until it is begun: there is one place for it.
                guard state.waiting == nil else { fatalError("two tasks ask one Backlog for what is next") }
                state.waiting = continuation
                return (nil, nil)
            }
            if let ready { continuation.resume(returning: ready) }
            if let hungry { feed.hasRoom(hungry) }
        }
    }

    /// What ``next()`` has handed out last has leave to begin. Where something that is hurried waits by now, that begins
    /// instead, and the other is the first of its lane again. Returns which.
    package func inTurn() -> Waiting? {
        state.withLock { state in
            guard let item = state.inHand, state.mayGiveWay, state.queues.hasHurried else { return state.inHand }
            if !state.isInHandGone { state.queues.putBack(item, priority: priority(item.lane)) }
            (state.inHand, state.isInHandFair) = (state.queues.popHurried(), false)
            return state.inHand
        }
    }

    /// What ``next()`` has handed out last has been begun. A file is not handed out again until it is ``settled(_:)``:
    /// two claims of one file would race.
    package func begun() {
        state.withLock { state in
            if let origin = state.originInHand { state.begun[origin] = state.isInHandGone }
            state.inHand = nil
        }
        changed()
    }

    /// The file was claimed, or will not be. Returns whether one of its name was found meanwhile, which is to be looked
    /// at now.
    package func settled(_ origin: Origin) -> Bool {
        // A listing may have met it before it was claimed.
        let isFound = feed.forget(origin)
        return state.withLock { $0.begun.removeValue(forKey: origin) ?? false } || isFound
    }

    /// Ends the intake: what waits stays in the inbox.
    package func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.waiting.take()
        }
        waiting?.resume(returning: nil)
        handOut.finish()
    }
}

extension Origin {
    /// In which its parts wait, where it is a batch.
    fileprivate var batchLane: Lane { Lane(path: lane.path.appending(stem)) }
}

extension Backlog.State {
    fileprivate func isHurried(_ item: Waiting) -> Bool {
        switch item {
        case .file(let origin, _): hurriedFiles.contains(origin)
        case .part(let part): hurriedBatches.contains(part.batch)
        }
    }

    /// Whether what is in hand lets go first what is hurried.
    fileprivate var mayGiveWay: Bool {
        guard let inHand, !isInHandFair else { return false }
        return isInHandGone || !isHurried(inHand)
    }

    fileprivate mutating func setHurried(_ isHurried: Bool, _ origin: Origin) {
        queues.setHurried(isHurried, in: origin.lane) { item in
            if case .file(origin, _) = item { true } else { false }
        }
        queues.setHurried(isHurried, in: origin.batchLane) { item in
            if case .part = item { true } else { false }
        }
    }

    /// Whether it waits already, or is being claimed. Whatever was done to it since then, its claim finds out, or it is
    /// looked at when that is over: it may be the same file, seen a moment ago, or already the next of its name.
    fileprivate mutating func isKnown(_ item: Waiting) -> Bool {
        if case .file(let origin, _) = item { isKnown(origin) } else { false }
    }

    fileprivate mutating func isKnown(_ origin: Origin) -> Bool {
        if origin == originInHand {
            // Dropped again: its claim takes what lies there then.
            isInHandGone = false
            return true
        }
        if begun[origin] == nil { return false }
        begun[origin] = true
        return true
    }

    /// Returns the file for which there is no room. For a part there always is: it is no file that could wait elsewhere.
    fileprivate mutating func add(_ item: Waiting, _ limit: Int, _ priority: (Lane) -> Int) -> Origin? {
        let isHurried = isHurried(item)
        if case .file(let origin, _) = item, queues.count >= limit, queues.count(in: origin.lane) > 0,
            !queues.contains(origin), !isHurried
        {
            return origin
        }
        guard queues.push(item, priority: priority(item.lane), isHurried: isHurried), case .file(let origin, _) = item
        else { return nil }
        unread.append(origin)
        // Those that have left meanwhile: not more of them than of what waits.
        if unread.count > 2 * queues.count + 64 {
            var kept: Set<Origin> = []
            unread.removeAll { !queues.contains($0) || !kept.insert($0).inserted }
        }
        return nil
    }
}
