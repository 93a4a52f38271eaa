// SPDX-License-Identifier: Apache-2.0

import Synchronization
import SystemPackage
import Testing

@testable import FileIO
@testable import TestSupport

/// What becomes durable though nobody waits for it, and the end of the committer.
@Suite(.idleLimit)
struct CommitterSoonTests {
    struct Broken: Error {}

    private let syncs = Recorder<Int>()
    private let troubles = Recorder<String>()

    private func committer(sync: @escaping @Sendable (Int) throws -> Void = { _ in }) -> Committer {
        let disk = DurableDisk(syncAll: { [syncs] in
            let number = syncs.all.count + 1
            syncs.note(number)
            try sync(number)
        })
        return Committer(disk) { [troubles] error in troubles.note(error.map { "\($0)" } ?? "well") }
    }

    @Test func `soon alone leads to a sync, and many of them to few`() async {
        let committer = committer()
        defer { committer.shutDown() }
        for _ in 0..<1000 { committer.soon(.unknown) }
        #expect(await syncs.next() == [1])
        // The thread sleeps again now, or still has the last of them to see to.
        #expect(syncs.all.count < 100)
        committer.soon(.unknown)
        #expect(await syncs.next().count == 1)
    }

    @Test func `soon during a sync leads to another one, since that sync may not cover it`() async {
        let gate = Gate()
        let committer = committer { if $0 == 1 { gate.pass() } }
        defer {
            gate.open()
            committer.shutDown()
        }
        committer.soon(.unknown)
        #expect(await syncs.next() == [1])
        committer.soon(.unknown)
        gate.open()
        #expect(await syncs.next() == [2])
    }

    @Test func `a sync that fails while nobody waits is told of, and tried again until it goes through`() async {
        let committer = committer { if $0 <= 2 { throw Broken() } }
        defer { committer.shutDown() }
        committer.soon(.unknown)
        #expect(await troubles.next(2) == ["Broken()", "well"])
        #expect(syncs.all == [1, 2, 3], "by itself")
    }

    @Test func `what fails for those who wait is tried again when they wait no longer`() async {
        let committer = committer { if $0 == 1 { throw Broken() } }
        defer { committer.shutDown() }
        await #expect(throws: Broken.self) { try await committer.commit(.unknown) }
        #expect(await troubles.next(2) == ["Broken()", "well"])
    }

    @Test func `where the ledger refuses, what was written is durable all the same, and nobody goes on`() async {
        let (syncs, troubles) = (syncs, troubles)
        let isRefused = Mutex(true)
        let disk = DurableDisk(
            flush: {
                if isRefused.withLock({ $0 }) { throw Broken() }
                return .nothing
            }, syncAll: { syncs.note(syncs.all.count + 1) })
        let committer = Committer(disk) { troubles.note($0 == nil ? "well" : "refused") }
        defer { committer.shutDown() }
        await #expect(throws: Broken.self) { try await committer.commit(.unknown) }
        #expect(syncs.all.first == 1)
        #expect(await troubles.next() == ["refused"])
        isRefused.withLock { $0 = false }
        #expect(await troubles.next() == ["well"])
    }

    @Test func `where the disk errs about the ledger alone, nobody goes on until its lines are durable`() async throws {
        let ledger = DiskChanges.Place.file("/spool/ledger/2026-11.csv")
        // The committer tries again by itself, too: so the errors go on until the test has seen two, and not for so many.
        let isRefused = Mutex(true)
        let isDurable = Mutex(false)
        let flushes = Mutex(1)
        let disk = DurableDisk(
            flush: {
                // Lines come with the first round only.
                let isFirst = flushes.withLock { left in
                    defer { left = 0 }
                    return left > 0
                }
                return isFirst ? DiskChanges(places: [ledger]) : .nothing
            },
            syncAll: { throw Broken() },
            syncOne: { place in
                guard place == ledger else { return true }
                if isRefused.withLock({ $0 }) { throw Broken() }
                isDurable.withLock { $0 = true }
                return true
            })
        let committer = Committer(disk) { _ in }
        defer { committer.shutDown() }
        let publish = DiskChanges(places: [.files(in: "/spool/processing/a")])
        for _ in 0..<2 { await #expect(throws: Broken.self) { try await committer.commit(publish) } }
        isRefused.withLock { $0 = false }
        try await committer.commit(publish)
        #expect(isDurable.withLock { $0 })
    }

    @Test func `soon is kept when the commit that comes along cannot be written`() async throws {
        let (files, committer) = (FilePool(threads: 1), committer())
        defer {
            files.shutDown()
            committer.shutDown()
        }
        for round in 1...20 {
            committer.soon(.unknown)
            await #expect(throws: Broken.self) {
                try await committer.commit(.unknown, on: files) { throw Broken() }
            }
            let synced = await syncs.next()
            try #require(synced == [round], "nothing was synced in round \(round)")
        }
    }

    @Test func `work after the end is refused, and nobody acts upon it`() async {
        let (files, committer) = (FilePool(threads: 1), committer())
        committer.shutDown()
        let acts = Recorder<String>()
        func commit() async throws {
            try await committer.commit(.unknown, on: files, write: {}, then: { acts.note("act") })
        }
        await #expect(throws: CancellationError.self) { try await committer.commit(.unknown) }
        await #expect(throws: CancellationError.self) { try await commit() }
        files.shutDown()
        await #expect(throws: CancellationError.self) { try await commit() }
        committer.soon(.unknown)
        committer.shutDown()
        #expect(acts.all == [])
        #expect(syncs.all == [])
    }

    @Test func `those who asked before the end are still served`() async throws {
        let gate = Gate()
        let committer = committer { if $0 == 1 { gate.pass() } }
        defer { gate.open() }
        async let first: Void = committer.commit(.unknown)
        #expect(await syncs.next() == [1])
        let asked = Recorder<Int>()
        let served = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    asked.note(number)
                    return (try? await committer.commit(.unknown)) != nil
                }
            }
            _ = await asked.next(50)
            for _ in 0..<100 { await Task.yield() }
            committer.shutDown()
            gate.open()
            // Who was too late is refused; nobody is left waiting.
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try await first
        #expect(syncs.all.count == (served > 0 ? 2 : 1))
    }

    @Test func `soon before the end is not forgotten`() async {
        for _ in 0..<50 {
            let syncs = Recorder<Int>()
            let committer = Committer(DurableDisk(syncAll: { syncs.note(1) })) { _ in }
            committer.soon(.unknown)
            committer.shutDown()
            #expect(await syncs.next() == [1])
        }
    }
}
