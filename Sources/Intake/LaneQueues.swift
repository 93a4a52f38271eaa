// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Jobs
internal import Requests
internal import SystemPackage

/// What waits, lane by lane: each lane in the order of arrival, the lanes in turn (``LaneTurns``), so that ten thousand
/// files in one do not starve another. Lanes of a higher priority go first, but for every tenth turn, which goes to the
/// lane that has waited longest whatever its priority: nothing waits for ever. Pure.
struct LaneQueues: Sendable {
    private struct Queue {
        var items: Deque<Waiting> = []
        /// The turn at which it was last served, or began to wait.
        var since: UInt64
        var priority: Int
    }

    private static let fairTurn: UInt64 = 10

    private var queues: [Lane: Queue] = [:]
    /// The lanes of each priority, the next one first.
    private var turns: [Int: LaneTurns] = [:]
    private var members: Set<Origin> = []
    /// How many files wait in each lane; parts are not counted.
    private(set) var filesByLane: [Lane: Int] = [:]
    private var turn: UInt64 = 0

    /// Files; parts are not counted.
    var count: Int { members.count }

    /// What waits in one lane.
    func count(in lane: Lane) -> Int { queues[lane]?.items.count ?? 0 }

    /// The files that wait in one lane.
    func names(in lane: Lane) -> Set<FilePath.Component> {
        Set(
            queues[lane, default: Queue(since: 0, priority: 0)].items.compactMap { item in
                if case .file(let origin, _) = item { origin.file } else { nil }
            })
    }

    /// Returns whether it is new; a file that waits already keeps its place.
    mutating func push(_ item: Waiting, priority: Int) -> Bool {
        if case .file(let origin, _) = item {
            if !members.insert(origin).inserted { return false }
            filesByLane[origin.lane, default: 0] += 1
        }
        let lane = item.lane
        if var queue = queues.removeValue(forKey: lane) {
            queue.items.append(item)
            queues[lane] = queue
        } else {
            queues[lane] = Queue(items: [item], since: turn, priority: priority)
            turns[priority, default: LaneTurns()].append(lane)
        }
        return true
    }

    mutating func pop() -> Waiting? {
        turn += 1
        guard let lane = nextLane(), var queue = queues.removeValue(forKey: lane), let item = queue.items.popFirst()
        else { return nil }
        if !queue.items.isEmpty {
            queue.since = turn
            turns[queue.priority, default: LaneTurns()].append(lane)
            queues[lane] = queue
        }
        if case .file(let origin, _) = item { forget(origin) }
        return item
    }

    /// The next of them, if nothing else came.
    func next(_ most: Int) -> [Waiting] {
        // Nothing leaves its queue, which would be copied: only whose turn it is changes.
        var (ahead, taken, items) = (self, [Lane: Int](), [Waiting]())
        while items.count < most {
            ahead.turn += 1
            guard let lane = ahead.nextLane(), let queue = queues[lane] else { break }
            let place = taken[lane, default: 0]
            items.append(queue.items[place])
            taken[lane] = place + 1
            if place + 1 == queue.items.count { continue }
            ahead.queues[lane]?.since = ahead.turn
            ahead.turns[queue.priority, default: LaneTurns()].append(lane)
        }
        return items
    }

    private mutating func forget(_ origin: Origin) {
        members.remove(origin)
        let left = filesByLane[origin.lane, default: 1] - 1
        filesByLane[origin.lane] = left > 0 ? left : nil
    }

    /// Takes a file out of the order.
    mutating func remove(_ origin: Origin) -> Waiting? {
        guard members.contains(origin), var queue = queues.removeValue(forKey: origin.lane) else { return nil }
        forget(origin)
        let index = queue.items.firstIndex { item in
            if case .file(origin, _) = item { true } else { false }
        }
        let item = index.map { queue.items.remove(at: $0) }
        if queue.items.isEmpty { turns[queue.priority]?.remove(origin.lane) } else { queues[origin.lane] = queue }
        return item
    }

    /// Takes out the parts that lie in a batch's folder.
    mutating func removeParts(in batch: FilePath) -> [WaitingPart] {
        var taken: [WaitingPart] = []
        for (lane, var queue) in queues {
            var rest: Deque<Waiting> = []
            let before = taken.count
            for item in queue.items {
                if case .part(let part) = item, part.isOf(batch) { taken.append(part) } else { rest.append(item) }
            }
            if taken.count == before { continue }
            queue.items = rest
            if rest.isEmpty {
                turns[queue.priority]?.remove(lane)
                queues[lane] = nil
            } else {
                queues[lane] = queue
            }
        }
        return taken
    }

    /// The lane is gone, with all files in it and below it; returns whether there were any. Parts lie elsewhere.
    mutating func forget(below lane: Lane) -> Bool {
        let gone = filesByLane.keys.filter { $0.path.starts(with: lane.path) }
        for lane in gone {
            guard var queue = queues.removeValue(forKey: lane) else { continue }
            queue.items.removeAll { item in
                guard case .file(let origin, _) = item else { return false }
                forget(origin)
                return true
            }
            if queue.items.isEmpty { turns[queue.priority]?.remove(lane) } else { queues[lane] = queue }
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
        for queue in queues.values { queue.items.forEach { overview.add($0) } }
        return overview
    }

    func contains(_ origin: Origin) -> Bool { members.contains(origin) }

    /// The lanes' defaults have changed.
    mutating func setPriorities(_ priority: (Lane) -> Int) {
        turns = [:]
        for lane in queues.keys.sorted(by: { (queues[$0]?.since ?? 0) < (queues[$1]?.since ?? 0) }) {
            let level = priority(lane)
            queues[lane]?.priority = level
            turns[level, default: LaneTurns()].append(lane)
        }
    }
}
