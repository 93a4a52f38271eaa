// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import Jobs
@testable import NanoBanana
@testable import TestSupport

/// How a pause is brought to its end.
@Suite(.idleLimit)
struct SubmitLimiterProbeTests {
    @Test(arguments: [
        (ServiceTrouble.Kind.service, [PingError.down, .down, .down]), (.service, [.noKey]),
        (.unreachable, [.notReachable(Unreachable(message: "refused")), .down, .noKey]), (.service, []),
    ])
    func `a free question comes before each probe, and none goes out while it meets trouble`(
        kind: ServiceTrouble.Kind, troubles: [PingError]
    ) async throws {
        try await LimiterHarness.run(FakeService(troubles)) { door, group in
            await door.pause(kind)
            await door.come("a", .claimed, in: &group)
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            #expect(door.service.asked == troubles.count + 1)
            let seen = door.pauses.all.compactMap { $0?.trouble.kind }
            #expect(seen.first == kind)
            #expect(Array(seen.dropFirst().prefix(troubles.count)) == troubles.map { ServiceTrouble($0).kind })
            try await door.take("a")
            #expect(door.pauses.all.last == .some(nil))
        }
    }

    @Test func `a key that is refused once is asked about at once, and everybody hears of it only then`() async throws {
        try await LimiterHarness.run(first: .seconds(3600), FakeService([.noKey])) { door, group in
            let told = door.pauses
            await door.refuse(.key, "HTTP 403")
            #expect(await told.next().map { $0?.trouble } == [ServiceTrouble(.key, "bad key")])
            await door.come("a", .fresh, in: &group)
            await door.settle()
            #expect(door.service.asked == 1)
            #expect(door.entries.all == [])
        }
    }

    @Test(arguments: [ServiceTrouble.Kind.balance, .tooFast])
    func `where no question tells, the submit itself finds out`(kind: ServiceTrouble.Kind) async throws {
        try await LimiterHarness.run(FakeService([.down])) { door, group in
            await door.pause(kind)
            await door.come("a", .fresh, in: &group)
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            #expect(door.service.asked == 0)
        }
    }

    @Test func `a question may find that it is the balance now, and then a submit finds out`() async throws {
        try await LimiterHarness.run(FakeService([.noMoney])) { door, group in
            await door.pause(.service)
            await door.come("a", .fresh, in: &group)
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            #expect(door.service.asked == 1)
            #expect(door.pauses.all.last??.trouble.kind == .balance)
        }
    }

    @Test func `one probe at a time, the others wait for its outcome`() async throws {
        // With room for one beside the probe: of two who are let in at once either may be the first to say so.
        try await LimiterHarness.run(limit: 2) { door, group in
            await door.pause(.balance)
            for name in ["a", "b", "c"] { await door.come(name, .claimed, in: &group) }
            #expect(await door.letIn() == ["a"])
            await door.settle()
            #expect(door.entries.all.count == 1)
            try await door.take("a")
            #expect(await door.entries.next() == [.letIn("b", isProbe: false)])
        }
    }

    @Test func `a probe that is given back unused goes to the next`() async throws {
        try await LimiterHarness.run { door, group in
            await door.pause(.balance)
            for name in ["a", "b"] { await door.come(name, .fresh, in: &group) }
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            try door.permit("a").leave()
            #expect(await door.entries.next() == [.letIn("b", isProbe: true)])
        }
    }

    /// Plays somebody whose every submit is refused, who comes again each time; returns how often until told to stop.
    private static func refused(_ name: String, _ rank: SubmitLimiter.Rank, _ door: LimiterHarness) async -> Int {
        var times = 0
        var rank = rank
        var requester: UInt64?
        while times < 100, let permit = await door.enter(name, rank, as: requester) {
            times += 1
            door.limiter.sawRefusal(ServiceTrouble(.balance, "empty"), permit)
            requester = permit.requester
            permit.leave()
            // What was submitted is claimed from then on.
            rank = .claimed
        }
        return times
    }

    /// Who is tried in a pause, in order, up to a file that comes behind so many jobs that are refused for ever; no more
    /// than fifty.
    private static func triedUntilTheFile(
        behind jobs: Int, _ door: LimiterHarness, _ group: inout TaskGroup<Void>
    ) async -> [String] {
        // All of them are there before the first may go: begun on this thread, each has called the actor.
        let before = door.limiter.occupy()
        for number in 0..<jobs {
            group.addImmediateTask { _ = await Self.refused("job \(number)", .claimed, door) }
        }
        await door.come("file", .fresh, in: &group)
        await door.pause(.balance)
        before.leave()
        var seen: [String] = []
        while seen.last != "file", seen.count < 50 { seen += await door.letIn() }
        return seen
    }

    @Test(arguments: [1, 2])
    func `jobs that are refused for ever do not keep a file in the inbox from being tried`(jobs: Int) async throws {
        try await LimiterHarness.run(limit: 1) { door, group in
            let seen = await Self.triedUntilTheFile(behind: jobs, door, &group)
            #expect(seen.last == "file" && seen.count <= 3, "\(seen)")
            #expect(seen.first?.hasPrefix("job") == true, "\(seen)")
        }
    }

    @Test func `however many jobs are refused for ever, a file in the inbox is tried now and then`() async throws {
        try await LimiterHarness.run(limit: 1) { door, group in
            let seen = await Self.triedUntilTheFile(behind: 40, door, &group)
            #expect(seen.last == "file" && seen.count <= 12, "\(seen)")
        }
    }

    @Test func `a file that is refused for ever does not keep a claimed job from being tried`() async throws {
        try await LimiterHarness.run { door, group in
            await door.pause(.balance)
            for number in 0..<5 { group.addTask { _ = await Self.refused("file \(number)", .fresh, door) } }
            await door.settle()
            await door.come("job", .claimed, in: &group)
            var seen: [String] = []
            while seen.last != "job", seen.count < 50 { seen += await door.letIn() }
            #expect(seen.last == "job", "\(seen)")
        }
    }

    @Test func `while the service refuses everything the inbox is not emptied into processing`() async throws {
        try await LimiterHarness.run { door, group in
            await door.pause(.balance)
            for number in 0..<60 { group.addTask { _ = await Self.refused("file \(number)", .fresh, door) } }
            let seen = await door.letIn(60)
            #expect(Set(seen).count <= 24, "\(Set(seen).sorted())")
            #expect(seen.count == 60)
        }
    }

    @Test func `at the start, and after a pause, a service is met by twice as many with each success`() async throws {
        try await LimiterHarness.run { door, group in
            for number in 0..<90 { await door.come("\(number)", .fresh, in: &group) }
            for isAfterPause in [false, true] {
                var waiting = await door.letIn(isAfterPause ? 1 : 2)
                if isAfterPause {
                    try await door.take(waiting.removeFirst())
                    waiting = await door.letIn(2)
                }
                for most in [4, 8, 16, 16] {
                    try await door.take(waiting.removeFirst())
                    waiting += await door.letIn(most - waiting.count)
                }
                await door.settle()
                #expect(waiting.count == 16)
                // All of them are answered, and nobody comes after the pause has begun.
                await door.pause(.balance)
                for name in waiting { try await door.leave(name) }
            }
            door.limiter.close()
        }
    }

    @Test func `nobody asks and no submit goes out while nobody waits`() async throws {
        try await LimiterHarness.run { door, group in
            await door.pause(.service)
            await door.settle()
            #expect(door.service.asked == 0)
            await door.come("a", .fresh, in: &group)
            #expect(await door.letIn() == ["a"])
            #expect(door.service.asked == 1)
        }
    }
}
