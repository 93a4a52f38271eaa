// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder

/// What becomes durable though nobody waits for it, and the end of the committer.
@Suite(.timeLimit(.minutes(1)))
struct CommitterSoonTests {
    struct Broken: Error {}

    private let syncs = Happenings<Int>()
    private let troubles = Happenings<String>()

    private func committer(sync: @escaping @Sendable (Int) throws -> Void = { _ in }) -> Committer {
        Committer { [syncs] in
            let number = syncs.all.count + 1
            syncs.note(number)
            try sync(number)
        } troubled: { [troubles] error in
            troubles.note("\(error)")
        }
    }

    @Test func `soon alone leads to a sync, and many of them to few`() async {
        let committer = committer()
        defer { committer.shutDown() }
        for _ in 0..<1000 { committer.soon() }
        #expect(await syncs.next() == [1])
        // The thread sleeps again now, or still has the last of them to see to.
        #expect(syncs.all.count < 100)
        committer.soon()
        #expect(await syncs.next().count == 1)
    }

    @Test func `soon during a sync leads to another one, since that sync may not cover it`() async {
        let gate = Gate()
        let committer = committer { if $0 == 1 { gate.pass() } }
        defer {
            gate.open()
            committer.shutDown()
        }
        committer.soon()
        #expect(await syncs.next() == [1])
        committer.soon()
        gate.open()
        #expect(await syncs.next() == [2])
    }

    @Test func `a sync that fails while nobody waits is told of`() async {
        let committer = committer { if $0 == 1 { throw Broken() } }
        defer { committer.shutDown() }
        committer.soon()
        #expect(await troubles.next() == ["Broken()"])
        committer.soon()
        #expect(await syncs.next(2) == [1, 2])
        #expect(troubles.all.count == 1)
    }

    @Test func `soon is kept when the commit that comes along cannot be written`() async throws {
        let committer = committer()
        defer { committer.shutDown() }
        for round in 1...20 {
            committer.soon()
            await #expect(throws: Broken.self) { try await committer.commit(write: { throw Broken() }, then: {}) }
            let synced = await syncs.next()
            try #require(synced == [round], "nothing was synced in round \(round)")
        }
    }

    @Test func `work after the end is refused, and none of it runs`() async {
        let committer = committer()
        committer.shutDown()
        let acts = Happenings<String>()
        await #expect(throws: CancellationError.self) {
            try await committer.commit(write: { acts.note("write") }, then: { acts.note("act") })
        }
        committer.soon()
        committer.shutDown()
        #expect(acts.all == [])
        #expect(syncs.all == [])
    }

    @Test func `those who asked before the end are still served`() async throws {
        let gate = Gate()
        let committer = committer { if $0 == 1 { gate.pass() } }
        defer { gate.open() }
        async let first: Void = committer.commit(write: {}, then: {})
        #expect(await syncs.next() == [1])
        let asked = Happenings<Int>()
        let served = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    asked.note(number)
                    return (try? await committer.commit(write: {}, then: {})) != nil
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
            let syncs = Happenings<Int>()
            let committer = Committer(sync: { syncs.note(1) }, troubled: { _ in })
            committer.soon()
            committer.shutDown()
            #expect(await syncs.next() == [1])
        }
    }
}
