// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// Those who wait until a submit may leave: jobs that are already claimed go before files that still lie in the inbox,
/// and who was refused alone rests before. Time is passed in.
struct PermitQueue {
    enum Rank: Sendable {
        case claimed, fresh
    }

    struct Waiter {
        var number: UInt64
        var requester: UInt64
        var rank: Rank
        var continuation: CheckedContinuation<SubmitLimiter.Permit, any Error>
    }

    private enum Place {
        case claimed(Int), fresh(Int)
    }

    private var claimed: Deque<Waiter> = []
    private var fresh: Deque<Waiter> = []
    private var turn: UInt64 = 0
    private var resting: [(waiter: Waiter, until: ContinuousClock.Instant)] = []

    /// So many claimed jobs come to wait for probes before files are tried more seldom: what lies in the inbox must not
    /// all be taken to find out.
    private static let probers = 16
    /// Every how many probes one of the inbox is tried, all the same: it may be those many alone that are refused.
    private static let seldom = 8

    /// Whether nobody waits but those who rest.
    var isEmpty: Bool { claimed.isEmpty && fresh.isEmpty }

    /// - Parameter rest: until when it is not to be let in; `nil` for not at all.
    mutating func add(_ waiter: Waiter, restingUntil rest: ContinuousClock.Instant? = nil) {
        switch (rest, waiter.rank) {
        case (let rest?, _): resting.append((waiter, rest))
        case (nil, .claimed): claimed.append(waiter)
        case (nil, .fresh): fresh.append(waiter)
        }
    }

    /// Those who have rested wait like all others. Returns when the next of them has.
    mutating func endRests(until now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        if resting.isEmpty { return nil }
        for (waiter, until) in resting where until <= now { add(waiter) }
        resting.removeAll { $0.until <= now }
        return resting.map(\.until).min()
    }

    /// Nobody rests any longer.
    mutating func endRests() {
        for (waiter, _) in resting { add(waiter) }
        resting = []
    }

    /// Where many claimed jobs wait, they and the inbox take turns: a folder of pictures that is claimed at once must not
    /// keep everybody else back until its end.
    mutating func next() -> Waiter? {
        turn &+= 1
        if claimed.count >= Self.probers, turn.isMultiple(of: 2), let waiter = fresh.popFirst() { return waiter }
        return nextClaimed()
    }

    private mutating func nextClaimed() -> Waiter? { claimed.popFirst() ?? fresh.popFirst() }

    /// Who is to find out whether the service is well, the `attempt`-th time. Claimed jobs and the inbox take turns:
    /// what is refused for a reason of its own must not stand before all the others for ever.
    mutating func nextProber(attempt: Int) -> Waiter? {
        let isFull = claimed.count + resting.count >= Self.probers
        if !attempt.isMultiple(of: isFull ? Self.seldom : 2) { return nextClaimed() }
        return fresh.popFirst() ?? claimed.popFirst()
    }

    /// Whether one of those who wait is not among the `refused`.
    func hasNewcomer(beside refused: Set<UInt64>) -> Bool {
        newcomer(beside: refused) != nil
    }

    mutating func nextNewcomer(beside refused: Set<UInt64>) -> Waiter? {
        switch newcomer(beside: refused) {
        case .claimed(let index)?: claimed.remove(at: index)
        case .fresh(let index)?: fresh.remove(at: index)
        case nil: nil
        }
    }

    private func newcomer(beside refused: Set<UInt64>) -> Place? {
        let isNew: (Waiter) -> Bool = { !refused.contains($0.requester) }
        return claimed.firstIndex(where: isNew).map(Place.claimed) ?? fresh.firstIndex(where: isNew).map(Place.fresh)
    }

    mutating func remove(_ number: UInt64) -> Waiter? {
        if let index = claimed.firstIndex(where: { $0.number == number }) { return claimed.remove(at: index) }
        if let index = fresh.firstIndex(where: { $0.number == number }) { return fresh.remove(at: index) }
        return resting.firstIndex { $0.waiter.number == number }.map { resting.remove(at: $0).waiter }
    }

    mutating func removeAll() -> [Waiter] {
        defer { (claimed, fresh, resting) = ([], [], []) }
        return claimed + fresh + resting.map(\.waiter)
    }
}
