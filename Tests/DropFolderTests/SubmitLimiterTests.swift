// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import Jobs
@testable import NanoBanana
@testable import TestSupport

/// Who may submit, and when.
@Suite(.idleLimit)
struct SubmitLimiterTests {
    static let long = Duration.seconds(3600)

    @Test(arguments: [1, 3, 16])
    func `no more than the limit are ever under way, and everybody gets in`(limit: Int) async throws {
        try await LimiterHarness.run(limit: limit) { door, _ in
            let underWay = Recorder<Int>()
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let permit = await door.enter("\(number)", number.isMultiple(of: 3) ? .claimed : .fresh)
                        underWay.note(1)
                        await Task.yield()
                        underWay.note(-1)
                        if let permit { permit.leave() }
                    }
                }
            }
            var now = 0
            let most = underWay.all.reduce(into: 0) { most, change in
                now += change
                most = max(most, now)
            }
            #expect(most <= limit && most > 0)
            #expect(door.entries.all.count == 300)
            #expect(door.entries.all.allSatisfy { if case .letIn(_, isProbe: false) = $0 { true } else { false } })
        }
    }

    @Test func `tasks of an earlier run take their places, whatever the limit`() async throws {
        try await LimiterHarness.run(limit: 2) { door, group in
            var left: [SubmitLimiter.Permit] = []
            for _ in 0..<5 { left.append(door.limiter.occupy()) }
            await door.come("a", .claimed, in: &group)
            for permit in left[..<3] { permit.leave() }
            await door.come("b", .claimed, in: &group)
            #expect(door.entries.all == [])
            left[3].leave()
            #expect(await door.letIn() == ["a"])
            left[4].leave()
            #expect(await door.letIn() == ["b"])
        }
    }

    @Test func `claimed jobs go before files that still lie in the inbox`() async throws {
        try await LimiterHarness.run(limit: 1) { door, group in
            var before = door.limiter.occupy()
            for name in ["file 1", "file 2"] { await door.come(name, .fresh, in: &group) }
            for name in ["job 1", "job 2"] { await door.come(name, .claimed, in: &group) }
            for name in ["job 1", "job 2", "file 1", "file 2"] {
                before.leave()
                #expect(await door.letIn() == [name])
                before = try door.permit(name)
            }
        }
    }

    @Test func `closing sends everybody away who waits, and whoever comes later`() async throws {
        try await LimiterHarness.run(first: Self.long) { door, group in
            await door.pause(.balance)
            for number in 0..<10 {
                await door.come("\(number)", number.isMultiple(of: 2) ? .claimed : .fresh, in: &group)
            }
            #expect(door.entries.all == [])
            door.limiter.close()
            let sent = await door.entries.next(10)
            #expect(sent.allSatisfy { if case .sentAway = $0 { true } else { false } })
            #expect(await door.enter("late", .claimed) == nil)
            door.limiter.close()
        }
    }

    @Test func `submits that are under way when it closes may still be told of`() async throws {
        try await LimiterHarness.run(limit: 1) { door, group in
            await door.come("a", .claimed, in: &group)
            #expect(await door.letIn() == ["a"])
            await door.come("b", .claimed, in: &group)
            door.limiter.close()
            #expect(await door.entries.next() == [.sentAway("b")])
            door.limiter.sawTaken(try door.permit("a"))
            door.limiter.sawRefusal(ServiceTrouble(.tooFast, "429"), try door.permit("a"))
            try door.permit("a").leave()
            #expect(await door.enter("c", .fresh) == nil)
        }
    }

    @Test func `who is cancelled is let in no more, and holds up nobody`() async throws {
        try await LimiterHarness.run(limit: 1) { door, group in
            let before = door.limiter.occupy()
            // Unstructured, as it is cancelled on its own; awaited below.
            let first = Task { await door.enter("a", .claimed) }
            await door.settle()
            await door.come("b", .claimed, in: &group)
            first.cancel()
            #expect(await first.value == nil)
            #expect(await door.entries.next() == [.sentAway("a")])
            before.leave()
            #expect(await door.letIn() == ["b"])
        }
    }

    @Test func `no place is lost, whenever those who wait are cancelled`() async throws {
        try await LimiterHarness.run(limit: 3) { door, _ in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let waiter = Task {
                            guard let permit = await door.enter("\(number)", .claimed) else { return }
                            await Task.yield()
                            permit.leave()
                        }
                        for _ in 0..<number % 7 { await Task.yield() }
                        if number.isMultiple(of: 2) { waiter.cancel() }
                        await waiter.value
                    }
                }
            }
            #expect(door.entries.all.count == 200)
            for name in ["x", "y", "z"] {
                let permit = await door.enter(name, .fresh)
                #expect(permit != nil)
                if let permit { door.limiter.sawTaken(permit) }
            }
        }
    }

    // MARK: what pauses

    @Test func `where answers cannot be read a person's word is waited for, and nothing else ends that`() async throws {
        try await LimiterHarness.run(first: .milliseconds(1)) { door, group in
            for isUnreadable in [false, false, true, true] {
                let permit = door.limiter.occupy()
                door.limiter.sawUnknownOutcome("lost", isUnreadable: isUnreadable, permit)
                permit.leave()
            }
            #expect(door.pauses.all.map { $0?.trouble.kind } == [.service, .unreadable])
            #expect(door.pauses.all.last??.end == .person)
            await door.come("a", .claimed, in: &group)
            door.limiter.probeNow()
            await door.settle()
            #expect(door.entries.all == [])
            door.limiter.goOn()
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
        }
    }

    @Test func `a probe of unknown outcome pauses on, and counts as met`() async throws {
        try await LimiterHarness.run(first: .milliseconds(1)) { door, group in
            await door.pause(.tooFast)
            await door.come("a", .claimed, in: &group)
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            door.limiter.sawUnknownOutcome("no answer", isUnreadable: false, try door.permit("a"))
            #expect(door.pauses.all.last??.trouble.kind == .service)
            #expect(door.pauses.all.last??.attempt == 2)
        }
    }

    @Test func `an answer about a task ends a pause of the network, and those who wait go on`() async throws {
        try await LimiterHarness.run(first: Self.long) { door, group in
            await door.pause(.unreachable)
            await door.come("a", .claimed, in: &group)
            door.limiter.sawGoodPoll()
            #expect(door.pauses.all.last == .some(nil))
            #expect(await door.entries.next() == [.letIn("a", isProbe: false)])
        }
    }

    @Test func `trouble is told of once, and again when a probe meets it or it ends`() async throws {
        try await LimiterHarness.run(first: .milliseconds(1)) { door, group in
            for _ in 0..<20 { await door.refuse(.balance) }
            await door.come("a", .claimed, in: &group)
            _ = await door.letIn()
            door.limiter.sawRefusal(ServiceTrouble(.balance, "no"), try door.permit("a"))
            try await door.take("a")
            #expect(door.pauses.all.map { $0?.attempt } == [1, 2, nil])
        }
    }

    // MARK: one for itself, or all

    @Test func `one that is refused for itself is told of, and pauses nobody`() async throws {
        try await LimiterHarness.run(first: Self.long) { door, group in
            await door.come("disliked", .fresh, in: &group)
            _ = await door.letIn()
            let first = door.limiter.sawRefusal(
                ServiceTrouble(.blocked, "a web page"), try door.permit("disliked"))
            #expect(first == SubmitLimiter.Standing(isPaused: false, taken: 0, cleared: 0))
            try await door.leave("disliked")
            for name in ["a", "b"] {
                await door.come(name, .fresh, in: &group)
                #expect(await door.letIn() == [name])
                try await door.take(name)
            }
            let second = door.limiter.sawRefusal(
                ServiceTrouble(.blocked, "a web page"), try door.permit("disliked"))
            #expect(second == SubmitLimiter.Standing(isPaused: false, taken: 2, cleared: 1))
            #expect(door.pauses.all.isEmpty)
        }
    }

    @Test func `while one waits for money of its own, the next one finds out at once`() async throws {
        try await LimiterHarness.run(first: Self.long) { door, group in
            await door.refuse(.balance)
            #expect(door.pauses.all.map { $0?.trouble.kind } == [.balance])
            await door.come("a", .fresh, in: &group)
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            try await door.take("a")
            #expect(door.pauses.all.last == .some(nil))
        }
    }

    @Test func `who rests is let in after that, or when a person wants it`() async throws {
        try await LimiterHarness.run { door, group in
            group.addTask { await door.enter("resting", .claimed, after: .milliseconds(5)) }
            #expect(await door.letIn() == ["resting"])
            try await door.leave("resting")
            // Begun on this thread: one that came only after the word of a person would rest.
            group.addImmediateTask { await door.enter("long", .claimed, after: Self.long) }
            await door.settle()
            await door.come("next", .fresh, in: &group)
            #expect(await door.letIn() == ["next"])
            door.limiter.goOn()
            #expect(await door.letIn() == ["long"])
        }
    }

    @Test func `who rests is sent away like all others`() async throws {
        try await LimiterHarness.run { door, group in
            group.addTask { await door.enter("resting", .claimed, after: Self.long) }
            await door.settle()
            door.limiter.close()
            #expect(await door.entries.next() == [.sentAway("resting")])
        }
    }
}
