// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// The files that wait, lane by lane: each lane in the order of arrival, the lanes in turn, so that ten thousand files in
/// one do not starve another. Pure.
struct LaneQueues: Sendable {
    private var queues: [Lane: Deque<Origin>] = [:]
    private var turns: Deque<Lane> = []
    private var members: Set<Origin> = []

    var count: Int { members.count }

    /// Returns whether the file is new; one that waits already keeps its place.
    mutating func push(_ origin: Origin) -> Bool {
        guard members.insert(origin).inserted else { return false }
        if queues[origin.lane]?.append(origin) == nil {
            queues[origin.lane] = [origin]
            turns.append(origin.lane)
        }
        return true
    }

    mutating func pop() -> Origin? {
        guard let lane = turns.popFirst(), let origin = queues[lane]?.popFirst() else { return nil }
        members.remove(origin)
        if queues[lane]?.isEmpty == true { queues[lane] = nil } else { turns.append(lane) }
        return origin
    }

    func contains(_ origin: Origin) -> Bool { members.contains(origin) }
}
