// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBananaSimulator
@testable import TestSupport

@Suite(.idleLimit) struct LedgerTests {
    @Test func `every step is counted, for its prompt and in all`() async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            let link = try await client.pictureLink("one")
            _ = try await client.get(link)
            _ = try await client.task("one")
            _ = try await client.task("two")
            let seen = simulator.ledger.snapshot
            #expect(seen.submits == 3 && seen.paid == 3 && seen.polls == 1 && seen.fetches == 1)
            let one = try #require(seen.prompts["one"])
            #expect(one.submits == 2 && one.paid == 2 && one.polls == 1 && one.fetches == 1)
            #expect(seen.paid("two") == 1 && seen.paid("three") == 0)
            #expect(seen.paidMoreThanOnce == ["one"])
        }
    }

    @Test func `a task is under way until its end was heard, and heard once`() {
        let ledger = Ledger()
        for _ in 1...3 { ledger.paid("p", isTask: true) }
        ledger.polled("p", heardTheEnd: false)
        ledger.polled("p", heardTheEnd: true)
        ledger.paid("p", isTask: true)
        ledger.paid("p", isTask: false)
        #expect(ledger.snapshot.underWay == 3 && ledger.snapshot.maxUnderWay == 3)
        for _ in 1...3 { ledger.polled("p", heardTheEnd: true) }
        #expect(ledger.snapshot.underWay == 0 && ledger.snapshot.maxUnderWay == 3)
    }

    @Test func `an end that is heard twice counts once`() async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            let task = try await client.task("p")
            _ = try await client.task("q")
            for _ in 1...3 { _ = try await client.poll(task) }
            #expect(simulator.ledger.snapshot.underWay == 1 && simulator.ledger.snapshot.maxUnderWay == 2)
        }
    }

    @Test func `forgetting keeps what is under way`() {
        let ledger = Ledger()
        ledger.received("p", body: [1], at: 5)
        for _ in 1...2 { ledger.paid("p", isTask: true) }
        #expect(ledger.submitBodies == [[1]] && ledger.snapshot.prompts["p"]?.firstSubmit == 5)
        ledger.reset()
        var expected = LedgerSnapshot()
        (expected.underWay, expected.maxUnderWay) = (2, 2)
        #expect(ledger.snapshot == expected && ledger.submitBodies.isEmpty)
    }

    @Test func `the first submit of a prompt tells when it arrived`() {
        let ledger = Ledger()
        ledger.received("p", body: [], at: 5)
        ledger.received("p", body: [], at: 9)
        #expect(ledger.snapshot.prompts["p"]?.firstSubmit == 5)
    }

    @Test func `waiting ends with the change that is waited for`() async {
        let ledger = Ledger()
        async let three: Void = ledger.wait { $0.submits >= 3 }
        async let one: Void = ledger.wait { $0.submits >= 1 }
        for _ in 1...3 { ledger.received("p", body: [], at: 0) }
        _ = await (three, one)
        await ledger.wait { $0.submits == 3 }
    }

    @Test func `waiting goes on while it is not so`() async {
        let ledger = Ledger()
        let isOver = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await ledger.wait { $0.submits >= 2 }
                return ledger.snapshot.submits >= 2
            }
            ledger.received("p", body: [], at: 0)
            await Task.yield()
            ledger.received("p", body: [], at: 0)
            return await group.next()
        }
        #expect(isOver == true)
    }

    @Test func `a cancelled wait ends`() async {
        let ledger = Ledger()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await ledger.wait { _ in false } }
            group.cancelAll()
        }
        #expect(ledger.snapshot.submits == 0)
    }

    @Test func `the ledger is read and forgotten from outside`() async throws {
        struct Page: Decodable {
            var submits, paid, polls, fetches, under_way, max_under_way: Int
            var paid_more_than_once: [String]
            var prompts: [String: LedgerSnapshot.Prompt]
        }
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            for _ in 1...2 { _ = try await client.task("p") }
            let page = try await client.get("/simulator/ledger").decoded(Page.self)
            #expect(page.submits == 2 && page.paid == 2 && page.polls == 0 && page.fetches == 0)
            #expect(page.under_way == 2 && page.max_under_way == 2 && page.paid_more_than_once == ["p"])
            #expect(page.prompts == simulator.ledger.snapshot.prompts)
            let arrivals = try await client.get("/simulator/arrivals").decoded([String: Double].self)
            #expect(arrivals["p"] == page.prompts["p"]?.firstSubmit)
            #expect(try await client.post("/simulator/reset", []).status == 200)
            #expect(simulator.ledger.snapshot.submits == 0)
        }
    }
}
