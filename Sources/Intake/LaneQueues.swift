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
        if case .file(let origin, _) = item, !members.insert(origin).inserted { return false }
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
        if case .file(let origin, _) = item { members.remove(origin) }
        return item
    }

    /// Takes a file out of the order.
    mutating func remove(_ origin: Origin) -> Waiting? {
        guard members.remove(origin) != nil, var queue = queues.removeValue(forKey: origin.lane) else { return nil }
        let index = queue.items.firstIndex { item in
            if case .file(origin, _) = item { true } else { false }
        }
        let item = index.map { queue.items.remove(at: $0) }
        if queue.items.isEmpty { turns[queue.priority]?.remove(origin.lane) } else { queues[origin.lane] = queue }
        return item
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
