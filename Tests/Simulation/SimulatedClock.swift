// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// The time of a simulated machine, which stands still until somebody moves it.
// @unchecked: for one thread at a time, that of a simulation.
final class SimulatedClock: @unchecked Sendable {
    /// Since the machine was started, in nanoseconds.
    private(set) var elapsed: Int64 = 0
    /// What the wall clock showed at the start, and by how much it was set since: nanoseconds since 1970.
    private var start: Int64

    /// A hundred years ahead: whoever mixes the real time with that of the simulation waits for so long, and is seen.
    private static let epoch = ContinuousClock.now.advanced(by: .seconds(3_155_760_000))

    init(_ start: Timestamp) {
        self.start = start.milliseconds * 1_000_000
    }

    var now: ContinuousClock.Instant { Self.epoch.advanced(by: .nanoseconds(elapsed)) }
    /// Nanoseconds since 1970.
    var wall: Int64 { start + elapsed }

    func pass(_ time: Duration) { elapsed += Self.nanoseconds(time) }

    func pass(to moment: Int64) { elapsed = max(elapsed, moment) }

    func set(by time: Duration) { start += Self.nanoseconds(time) }

    /// At most some hundred years.
    static func nanoseconds(_ time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        return min(max(seconds, -4_000_000_000), 4_000_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

/// What rings later, in the order of time.
struct AlarmHeap {
    private struct Entry {
        var due: Int64
        var id: UInt64

        func isBefore(_ other: Entry) -> Bool { (due, id) < (other.due, other.id) }
    }

    private var heap: [Entry] = []
    private var rings: [UInt64: @Sendable () -> Void] = [:]
    private var lastID: UInt64 = 0

    /// How many are set.
    var count: Int { rings.count }

    mutating func set(_ due: Int64, _ ring: @escaping @Sendable () -> Void) -> UInt64 {
        lastID += 1
        rings[lastID] = ring
        heap.append(Entry(due: due, id: lastID))
        var index = heap.count - 1
        while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
        return lastID
    }

    mutating func callOff(_ id: UInt64) { rings[id] = nil }

    /// When the next one is due.
    mutating func next() -> Int64? {
        while let first = heap.first {
            if rings[first.id] != nil { return first.due }
            removeFirst()
        }
        return nil
    }

    /// The next one that is due by then.
    mutating func take(due moment: Int64) -> (@Sendable () -> Void)? {
        guard let due = next(), due <= moment else { return nil }
        let ring = rings.removeValue(forKey: heap[0].id)
        removeFirst()
        return ring
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            let children = [2 * index + 1, 2 * index + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0].isBefore(heap[$1]) }), heap[least].isBefore(heap[index])
            else {
                return
            }
            heap.swapAt(index, least)
            index = least
        }
    }
}
