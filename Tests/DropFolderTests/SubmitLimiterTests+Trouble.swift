// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import Jobs
@testable import NanoBanana
@testable import TestSupport

/// Who is let in while pictures, or tasks, are in trouble.
extension SubmitLimiterTests {
    // MARK: pictures

    @Test func `nobody is let in while pictures cannot be fetched`() async throws {
        try await LimiterHarness.run { door, group in
            door.limiter.pictures(troubledBy: "the host says 403")
            door.limiter.pictures(troubledBy: "the host says 403")
            #expect(door.pauses.all.count == 1)
            #expect(door.pauses.all.last??.trouble == ServiceTrouble(.pictures, "the host says 403"))
            await door.come("a", .claimed, in: &group)
            door.limiter.sawGoodPoll()
            door.limiter.goOn()
            await door.settle()
            #expect(door.entries.all == [])
            door.limiter.pictures(troubledBy: nil)
            #expect(door.pauses.all.last == .some(nil))
            #expect(await door.letIn() == ["a"])
        }
    }

    @Test func `where the API and the pictures are in trouble, each has to end`() async throws {
        try await LimiterHarness.run(first: Self.long) { door, group in
            door.limiter.pictures(troubledBy: "403")
            await door.pause(.unreachable)
            #expect(door.pauses.all.map { $0?.trouble.kind } == [.pictures, .unreachable])
            await door.come("a", .claimed, in: &group)
            door.limiter.sawGoodPoll()
            #expect(door.pauses.all.last??.trouble.kind == .pictures)
            await door.settle()
            #expect(door.entries.all == [])
            door.limiter.pictures(troubledBy: nil)
            #expect(await door.letIn() == ["a"])
        }
    }

    // MARK: tasks in trouble

    @Test func `a task in trouble goes aside where others are answered, and is still counted right`() async throws {
        try await LimiterHarness.run(limit: 1) { door, group in
            let began = ContinuousClock.now
            let stuck = door.limiter.occupy()
            await door.come("a", .fresh, in: &group)
            door.limiter.stepAside(stuck, troubledSince: began)
            await door.settle()
            #expect(door.entries.all == [], "nobody was answered")
            door.limiter.sawGoodPoll()
            door.limiter.stepAside(stuck, troubledSince: began)
            #expect(await door.letIn() == ["a"])
            // It goes aside and ends as often as it likes: that makes no second place.
            door.limiter.stepAside(stuck, troubledSince: began)
            stuck.leave()
            stuck.leave()
            await door.come("b", .fresh, in: &group)
            await door.settle()
            #expect(door.entries.all.count == 1)
            try await door.leave("a")
            #expect(await door.letIn() == ["b"])
        }
    }

    @Test func `while no task is answered, one makes way in ten minutes`() async throws {
        try await LimiterHarness.run(limit: 2) { door, group in
            let began = ContinuousClock.now - .seconds(601)
            let stuck = [door.limiter.occupy(), door.limiter.occupy()]
            await door.come("a", .fresh, in: &group)
            await door.come("b", .fresh, in: &group)
            for permit in stuck { door.limiter.stepAside(permit, troubledSince: began) }
            #expect(await door.letIn() == ["a"])
            await door.settle()
            #expect(door.entries.all.count == 1)
        }
    }

    @Test func `no more go aside than there are places`() async throws {
        try await LimiterHarness.run(limit: 2) { door, group in
            let began = ContinuousClock.now
            door.limiter.sawGoodPoll()
            let stuck = (0..<4).map { _ in door.limiter.occupy() }
            for permit in stuck { door.limiter.stepAside(permit, troubledSince: began) }
            await door.come("a", .fresh, in: &group)
            await door.settle()
            #expect(door.entries.all == [])
            for permit in stuck { permit.leave() }
            #expect(await door.letIn() == ["a"])
        }
    }

    @Test(arguments: [[], [PingError.noKey]])
    func `the API is well where anybody was answered since then, or the free question is`(
        troubles: [PingError]
    ) async throws {
        try await LimiterHarness.run(FakeService(troubles)) { door, _ in
            let began = ContinuousClock.now
            #expect(await door.limiter.isWell(since: began) == troubles.isEmpty)
            #expect(door.service.asked == 1)
            door.limiter.sawGoodPoll()
            #expect(await door.limiter.isWell(since: began))
            #expect(door.service.asked == 1)
        }
    }
}
