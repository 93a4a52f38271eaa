// SPDX-License-Identifier: Apache-2.0

internal import HeapModule
internal import Jobs
internal import Requests
internal import SystemPackage

/// Which file is to be looked at again, and when. Pure.
struct DueLooks: Sendable {
    struct Look: Comparable, Sendable {
        let at: ContinuousClock.Instant
        fileprivate let number: UInt64
        let origin: Origin

        static func == (left: Look, right: Look) -> Bool { left.number == right.number }

        /// Of the same moment, in the order in which they came.
        static func < (left: Look, right: Look) -> Bool { (left.at, left.number) < (right.at, right.number) }
    }

    private var heap = Heap<Look>()
    /// The look of each that counts; others in the heap were replaced.
    private var looks: [Lane: [FilePath.Component: Look]] = [:]
    private var lastNumber: UInt64 = 0
    private(set) var count = 0

    /// Looks that were replaced and not forgotten yet.
    var waste: Int { heap.count - count }

    var origins: [Origin] {
        looks.flatMap { lane, names in names.keys.map { Origin(lane: lane, file: $0) } }
    }

    func contains(_ origin: Origin) -> Bool { looks[origin.lane]?[origin.file] != nil }

    func count(in lane: Lane) -> Int { looks[lane]?.count ?? 0 }

    func names(in lane: Lane) -> Set<FilePath.Component> { looks[lane].map { Set($0.keys) } ?? [] }

    /// It is to be looked at then, whatever was said before.
    mutating func set(_ origin: Origin, at instant: ContinuousClock.Instant) {
        lastNumber += 1
        let look = Look(at: instant, number: lastNumber, origin: origin)
        if looks[origin.lane, default: [:]].updateValue(look, forKey: origin.file) == nil { count += 1 }
        heap.insert(look)
        // What was replaced stays in the heap until its time, which may be far: not more of it than of what counts.
        if heap.count > 2 * count + 64 { heap = Heap(looks.values.joined().map(\.value)) }
    }

    /// It is to be looked at then, or earlier where that was said before.
    mutating func set(_ origin: Origin, atLatest instant: ContinuousClock.Instant) {
        if let known = looks[origin.lane]?[origin.file], known.at <= instant { return }
        set(origin, at: instant)
    }

    /// Takes out what is due, the first of it.
    mutating func take(_ most: Int, at now: ContinuousClock.Instant) -> [Look] {
        var taken: [Look] = []
        while taken.count < most, let first = next, first <= now, let look = heap.popMin() {
            looks[look.origin.lane]?[look.origin.file] = nil
            if looks[look.origin.lane]?.isEmpty == true { looks[look.origin.lane] = nil }
            count -= 1
            taken.append(look)
        }
        return taken
    }

    /// When the first is due; `nil` where none is to be looked at.
    var next: ContinuousClock.Instant? {
        mutating get {
            while let first = heap.min {
                if looks[first.origin.lane]?[first.origin.file] == first { return first.at }
                heap.removeMin()
            }
            return nil
        }
    }
}
