// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Jobs
internal import Requests
internal import SystemPackage

/// What waits, lane by lane: each lane in the order of arrival, the lanes in turn (``LaneTurns``), so that ten thousand
/// files in one do not starve another. Lanes of a higher priority go first, but for every tenth turn, which goes to the
/// lane that has waited longest whatever its priority: nothing waits for ever. What somebody hurries goes first of its
/// lane, which has a higher priority than all others meanwhile. Pure.
struct LaneQueues: Sendable {
    struct Place: Sendable {
        var item: Waiting
        /// Those that are come before those that are not.
        var isHurried: Bool
    }

    private struct Queue {
        var places: Deque<Place> = []
        /// The turn at which it was last served, or began to wait.
        var since: UInt64
        var priority: Int

        /// The priority that it has by what comes first of it, or comes first after some.
        func level(after taken: Int = 0) -> Int {
            taken < places.count && places[taken].isHurried ? RequestDefaults.hurriedPriority : priority
        }

        mutating func add(_ item: Waiting, isHurried: Bool) {
            let place = isHurried ? firstUnhurried : places.endIndex
            places.insert(Place(item: item, isHurried: isHurried), at: place)
        }

        /// Before all others that nobody hurries.
        mutating func putBack(_ item: Waiting) {
            places.insert(Place(item: item, isHurried: false), at: firstUnhurried)
        }

        private var firstUnhurried: Int { places.firstIndex { !$0.isHurried } ?? places.endIndex }

        /// Those that are meant are hurried from now on, or are not any more; all others keep their order.
        mutating func setHurried(_ isHurried: Bool, _ isMeant: (Waiting) -> Bool) {
            let all = places.map { isMeant($0.item) ? Place(item: $0.item, isHurried: isHurried) : $0 }
            places = Deque(all.filter(\.isHurried) + all.filter { !$0.isHurried })
        }
    }

    private static let fairTurn: UInt64 = 10

    private var queues: [Lane: Queue] = [:]
    /// The lanes of each priority, the next one first.
    private var turns: [Int: LaneTurns] = [:]
    private var members: Set<Origin> = []
    /// How many files wait in each lane; parts are not counted.
    private(set) var filesByLane: [Lane: Int] = [:]
    private var turn: UInt64 = 0
    /// Since when the lane had waited whose turn was taken last.
    private var sinceLast: UInt64 = 0

    /// Files; parts are not counted.
    var count: Int { members.count }

    /// What waits in one lane.
    func count(in lane: Lane) -> Int { queues[lane]?.places.count ?? 0 }

    /// The files that wait in one lane.
    func names(in lane: Lane) -> Set<FilePath.Component> {
        Set(
            (queues[lane]?.places ?? []).compactMap { place in
                if case .file(let origin, _) = place.item { origin.file } else { nil }
            })
    }

    /// Returns whether it is new; a file that waits already keeps its place.
    mutating func push(_ item: Waiting, priority: Int, isHurried: Bool = false) -> Bool {
        if !enter(item) { return false }
        let lane = item.lane
        if queues[lane] == nil {
            var queue = Queue(since: turn, priority: priority)
            queue.add(item, isHurried: isHurried)
            turns[queue.level(), default: LaneTurns()].append(lane)
            queues[lane] = queue
        } else {
            change(lane) { $0.add(item, isHurried: isHurried) }
        }
        return true
    }

    private mutating func enter(_ item: Waiting) -> Bool {
        guard case .file(let origin, _) = item else { return true }
        if !members.insert(origin).inserted { return false }
        filesByLane[origin.lane, default: 0] += 1
        return true
    }

    /// Changes the queue of a lane, out of the dictionary, so that nothing is copied. Its turn goes with what is first of
    /// it.
    private mutating func change(_ lane: Lane, _ change: (inout Queue) -> Void) {
        guard var queue = queues.removeValue(forKey: lane) else { return }
        let level = queue.level()
        change(&queue)
        if queue.places.isEmpty {
            turns[level]?.remove(lane)
            return
        }
        if queue.level() != level {
            turns[level]?.remove(lane)
            turns[queue.level(), default: LaneTurns()].append(lane)
        }
        queues[lane] = queue
    }

    /// Whether the last turn went to whoever had waited longest.
    var wasFairTurn: Bool { turn > 0 && turn.isMultiple(of: Self.fairTurn) }

    mutating func pop() -> Waiting? {
        turn += 1
        guard let lane = nextLane() else { return nil }
        return takeFirst(of: lane)
    }

    /// Takes the next one that somebody hurries; another one that was taken last may be ``putBack(_:priority:)`` before
    /// that.
    mutating func popHurried() -> Waiting? {
        guard let lane = turns[RequestDefaults.hurriedPriority]?.popFirst() else { return nil }
        return takeFirst(of: lane)
    }

    /// Whose turn was taken.
    private mutating func takeFirst(of lane: Lane) -> Waiting? {
        guard var queue = queues.removeValue(forKey: lane), let item = queue.places.popFirst()?.item else { return nil }
        sinceLast = queue.since
        if !queue.places.isEmpty {
            queue.since = turn
            turns[queue.level(), default: LaneTurns()].append(lane)
            queues[lane] = queue
        }
        if case .file(let origin, _) = item { forget(origin) }
        return item
    }

    /// What was taken last has its place and its turn again.
    mutating func putBack(_ item: Waiting, priority: Int) {
        if !enter(item) { return }
        let lane = item.lane
        var queue = queues.removeValue(forKey: lane) ?? Queue(since: turn, priority: priority)
        queue.putBack(item)
        queue.since = min(queue.since, sinceLast)
        // Otherwise its lane has the turn of what goes before it.
        if queue.level() == queue.priority { turns[queue.priority, default: LaneTurns()].prepend(lane) }
        queues[lane] = queue
    }

    var hasHurried: Bool { turns[RequestDefaults.hurriedPriority]?.isEmpty == false }

    /// Those of a lane that are meant go before all others from now on, or do not any more.
    mutating func setHurried(_ isHurried: Bool, in lane: Lane, _ isMeant: (Waiting) -> Bool) {
        change(lane) { $0.setHurried(isHurried, isMeant) }
    }

    /// The next of them, if nothing else came.
    func next(_ most: Int) -> [Place] {
        // Nothing leaves its queue, which would be copied: only whose turn it is changes.
        var (ahead, taken, places) = (self, [Lane: Int](), [Place]())
        while places.count < most {
            ahead.turn += 1
            guard let lane = ahead.nextLane(), let queue = queues[lane] else { break }
            let place = taken[lane, default: 0]
            places.append(queue.places[place])
            taken[lane] = place + 1
            if place + 1 == queue.places.count { continue }
            ahead.queues[lane]?.since = ahead.turn
            ahead.turns[queue.level(after: place + 1), default: LaneTurns()].append(lane)
        }
        return places
    }

    private mutating func forget(_ origin: Origin) {
        members.remove(origin)
        let left = filesByLane[origin.lane, default: 1] - 1
        filesByLane[origin.lane] = left > 0 ? left : nil
    }

    /// Takes a file out of the order.
    mutating func remove(_ origin: Origin) -> Waiting? {
        guard members.contains(origin) else { return nil }
        forget(origin)
        var item: Waiting?
        change(origin.lane) { queue in
            let index = queue.places.firstIndex { place in
                if case .file(origin, _) = place.item { true } else { false }
            }
            item = index.map { queue.places.remove(at: $0).item }
        }
        return item
    }

    /// Takes out the parts that lie in a batch's folder.
    mutating func removeParts(in batch: FilePath) -> [WaitingPart] {
        var taken: [WaitingPart] = []
        for lane in Array(queues.keys) {
            change(lane) { queue in
                var rest: Deque<Place> = []
                for place in queue.places {
                    if case .part(let part) = place.item, part.isOf(batch) {
                        taken.append(part)
                    } else {
                        rest.append(place)
                    }
                }
                queue.places = rest
            }
        }
        return taken
    }

    /// The lane is gone, with all files in it and below it; returns whether there were any. Parts lie elsewhere.
    mutating func forget(below lane: Lane) -> Bool {
        let gone = filesByLane.keys.filter { $0.path.starts(with: lane.path) }
        for lane in gone {
            var files: [Origin] = []
            change(lane) { queue in
                queue.places.removeAll { place in
                    guard case .file(let origin, _) = place.item else { return false }
                    files.append(origin)
                    return true
                }
            }
            files.forEach { forget($0) }
        }
        return !gone.isEmpty
    }

    /// The first lane of the highest priority; every tenth time the one that has waited longest.
    private mutating func nextLane() -> Lane? {
        let levels = turns.filter { !$0.value.isEmpty }.keys
        let isFair = turn.isMultiple(of: Self.fairTurn)
        let level = isFair ? levels.min { waitingSince(level: $0) < waitingSince(level: $1) } : levels.max()
        return level.flatMap { turns[$0]?.popFirst() }
    }

    private func waitingSince(level: Int) -> UInt64 {
        turns[level]?.first.flatMap { queues[$0]?.since } ?? .max
    }

    /// Looks at each item, of which the backlog has a limit.
    var overview: QueueOverview {
        var overview = QueueOverview()
        for queue in queues.values { queue.places.forEach { overview.add($0.item) } }
        return overview
    }

    func contains(_ origin: Origin) -> Bool { members.contains(origin) }

    /// The lanes' defaults have changed.
    mutating func setPriorities(_ priority: (Lane) -> Int) {
        turns = [:]
        for lane in queues.keys.sorted(by: { (queues[$0]?.since ?? 0) < (queues[$1]?.since ?? 0) }) {
            queues[lane]?.priority = priority(lane)
            if let level = queues[lane]?.level() { turns[level, default: LaneTurns()].append(lane) }
        }
    }
}
