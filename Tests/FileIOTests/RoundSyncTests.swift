// SPDX-License-Identifier: Apache-2.0

import Synchronization
import SystemPackage
import Testing

@testable import FileIO

/// How a round becomes durable, and what is believed after an error.
struct RoundSyncTests {
    typealias Place = DiskChanges.Place

    struct Broken: Error {}

    enum Call: Equatable {
        case all
        case place(Place)
        case again(Place)
    }

    /// Notes what is asked of it.
    private final class FakeDisk: Sendable {
        let calls = Mutex<[Call]>([])
        let broken = Mutex<Set<Place>>([])
        let notAlone = Mutex<Set<Place>>([])
        let isWholeBroken = Mutex(false)

        var durable: DurableDisk {
            DurableDisk(
                syncAll: { [self] in
                    calls.withLock { $0.append(.all) }
                    if isWholeBroken.withLock({ $0 }) { throw Broken() }
                },
                syncOne: { [self] place in
                    calls.withLock { $0.append(.place(place)) }
                    if broken.withLock({ $0.contains(place) }) { throw Broken() }
                    return !notAlone.withLock { $0.contains(place) }
                },
                writeAgain: { [self] place in calls.withLock { $0.append(.again(place)) } })
        }

        func taken() -> [Call] {
            calls.withLock { calls in
                defer { calls = [] }
                return calls
            }
        }
    }

    private static let journal = Place.file("p/hero/journal.jsonl")
    private static let files = Place.files(in: "p/hero")
    private static let arrivals = Place.arrivals(in: "p")
    private static let departures = Place.departures(from: "inbox")
    private static let claim: Set<Place> = [departures, arrivals, files, journal]

    private static func places(_ calls: some Sequence<Call>) -> Set<Place> {
        Set(calls.compactMap { if case .place(let place) = $0 { place } else { nil } })
    }

    @Test func `few places are synced alone, and what has left a place is gone from there last`() {
        let disk = FakeDisk()
        var sync = RoundSync(disk.durable)
        #expect(sync.make(durable: DiskChanges(places: Self.claim)).error == nil)
        let calls = disk.taken()
        #expect(calls.count == 4 && calls.last == .place(Self.departures))
        #expect(Self.places(calls) == Self.claim)
    }

    @Test func `many places, and what nobody knows, are synced as a whole`() {
        let disk = FakeDisk()
        var sync = RoundSync(disk.durable)
        let many = Set((0..<500).map { Place.files(in: FilePath("p/\($0)")) })
        #expect(sync.make(durable: DiskChanges(places: many)).error == nil)
        #expect(disk.taken() == [.all])
        #expect(sync.make(durable: DiskChanges(places: [Self.journal], isUnknown: true)).error == nil)
        #expect(disk.taken() == [.all])
    }

    @Test func `where a place cannot be synced alone the whole is, and nothing is gone from where it was before`() {
        let disk = FakeDisk()
        disk.notAlone.withLock { $0 = [Self.arrivals] }
        var sync = RoundSync(disk.durable)
        #expect(sync.make(durable: DiskChanges(places: Self.claim)).error == nil)
        let calls = disk.taken()
        #expect(calls.count == 4 && calls.last == .all)
        #expect(Self.places(calls) == [Self.journal, Self.files, Self.arrivals])
    }

    @Test func `an error of one place is that of those who have changed it, and of nobody else`() {
        let disk = FakeDisk()
        disk.broken.withLock { $0 = [Self.journal] }
        var sync = RoundSync(disk.durable)
        let outcome = sync.make(durable: DiskChanges(places: [Self.journal, .file("p/bottle/journal.jsonl")]))
        #expect(outcome.error is Broken)
        #expect(outcome.error(of: DiskChanges(places: [Self.journal])) is Broken)
        #expect(outcome.error(of: DiskChanges(places: [.file("p/bottle/journal.jsonl")])) == nil)
    }

    @Test func `an error of the whole is everybody's`() {
        let disk = FakeDisk()
        disk.isWholeBroken.withLock { $0 = true }
        var sync = RoundSync(disk.durable)
        let outcome = sync.make(durable: .unknown)
        #expect(outcome.error(of: DiskChanges(places: [Self.journal])) is Broken)
        #expect(outcome.error(of: .unknown) is Broken)
    }

    @Test func `what has failed is written again before it is believed, whoever asks`() {
        let disk = FakeDisk()
        disk.broken.withLock { $0 = [Self.journal] }
        var sync = RoundSync(disk.durable)
        _ = sync.make(durable: DiskChanges(places: [Self.journal]))
        disk.broken.withLock { $0 = [] }
        _ = disk.taken()
        #expect(sync.make(durable: DiskChanges(places: [.file("other")])).error == nil)
        let calls = disk.taken()
        #expect(calls.first == .again(Self.journal))
        #expect(calls.contains(.place(Self.journal)) && calls.contains(.place(.file("other"))))
        #expect(sync.make(durable: DiskChanges(places: [.file("other")])).error == nil)
        #expect(disk.taken() == [.place(.file("other"))], "once is enough")
    }

    @Test func `after an error each file is asked for its own, however many there are`() {
        let disk = FakeDisk()
        disk.isWholeBroken.withLock { $0 = true }
        var sync = RoundSync(disk.durable)
        _ = sync.make(durable: DiskChanges(places: [Self.journal], isUnknown: true))
        disk.isWholeBroken.withLock { $0 = false }
        _ = disk.taken()
        let many = Set((0..<500).map { Place.files(in: FilePath("p/\($0)")) })
        #expect(sync.make(durable: DiskChanges(places: many, isUnknown: true)).error == nil)
        let calls = disk.taken()
        #expect(calls.first == .again(Self.journal) && calls.last == .all)
        #expect(calls.count == 503)
    }
}

/// Which way is cheaper.
struct SyncCostTests {
    private let start = ContinuousClock.now

    private func after(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    @Test func `before anything is known few go one by one and many together`() {
        let cost = SyncCost()
        #expect(cost.way(for: 0, at: start) == .each)
        #expect(cost.way(for: 4, at: start) == .each)
        #expect(cost.way(for: 200, at: start) == .whole)
    }

    @Test func `where a neighbour writes, the whole is dear, and more go one by one`() {
        var cost = SyncCost()
        cost.saw(.each, 4, took: .milliseconds(4), at: start)
        cost.saw(.whole, 4, took: .milliseconds(150), at: start)
        #expect(cost.way(for: 4, at: start) == .each)
        #expect(cost.way(for: 100, at: start) == .each)
        #expect(cost.way(for: 1000, at: start) == .whole)
    }

    @Test func `where files are dear one by one, even few go together`() {
        var cost = SyncCost()
        for _ in 0..<20 { cost.saw(.each, 4, took: .milliseconds(40), at: start) }
        for _ in 0..<20 { cost.saw(.whole, 4, took: .milliseconds(6), at: start) }
        #expect(cost.way(for: 4, at: start) == .whole)
        // Fewer have cost no more than those.
        #expect(cost.way(for: 2, at: start) == .whole)
    }

    @Test func `where both take about as long, many go together, which is less work, and few one by one`() {
        var cost = SyncCost()
        cost.saw(.whole, 64, took: .milliseconds(6), at: start)
        cost.saw(.each, 64, took: .milliseconds(5), at: start)
        cost.saw(.each, 4, took: .milliseconds(5), at: start)
        #expect(cost.way(for: 64, at: start) == .whole)
        #expect(cost.way(for: 4, at: start) == .each)
    }

    @Test func `what was dear is tried again after some time, and not before`() {
        var cost = SyncCost()
        cost.saw(.whole, 4, took: .milliseconds(160), at: start)
        for second in 0..<60 { cost.saw(.each, 4, took: .milliseconds(10), at: after(second)) }
        #expect(cost.way(for: 4, at: after(60)) == .each)
        for second in 60..<180 { cost.saw(.each, 4, took: .milliseconds(10), at: after(second)) }
        #expect(cost.way(for: 4, at: after(180)) == .whole)
        cost.saw(.whole, 4, took: .milliseconds(160), at: after(180))
        #expect(cost.way(for: 4, at: after(180)) == .each)
    }
}
