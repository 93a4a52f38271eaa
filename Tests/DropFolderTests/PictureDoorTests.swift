// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import FileIO
@testable import Jobs
@testable import TestSupport

/// Who may fetch when.
@Suite(.idleLimit)
struct PictureDoorTests {
    private static let slow = Backoff(first: .seconds(3600), limit: .seconds(3600))

    private func pause(_ door: PictureDoor, _ host: String) async throws {
        for job in 1...3 {
            door.jobComes(host)
            door.leave(try await door.enter(host), .problem(.other("down"), job: "job\(job)"))
        }
    }

    @Test func `no more than 64 downloads go at once, and the next comes in as one leaves`() async throws {
        let door = PictureDoor(backoff: Self.slow, maxInFlight: 100)
        var passes: [PictureDoor.Pass] = []
        for number in 0..<64 { passes.append(try await door.enter("host\(number)")) }
        let next = Task { try await door.enter("late") }
        let cancelled = Task { try await door.enter("later") }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { _ = try await cancelled.value }
        door.leave(passes.removeLast(), .nothing)
        passes.append(try await next.value)
        for pass in passes { door.leave(pass, .picture) }
        // Two that are read as a whole fill it.
        let heavy = [
            try await door.enter(nil, weight: PictureDoor.inlineWeight),
            try await door.enter(nil, weight: PictureDoor.inlineWeight),
        ]
        let light = Task { try await door.enter("x") }
        door.leave(heavy[0], .picture)
        door.leave(try await light.value, .picture)
        door.leave(heavy[1], .picture)
    }

    @Test func `of a host that nobody knows few are asked at first, and more with each picture`() async throws {
        let door = PictureDoor(backoff: Self.slow, maxInFlight: 100)
        let admitted = Recorder<Int>()
        let waiters = (0..<12).map { number in
            Task {
                let pass = try await door.enter("cdn")
                admitted.note(number)
                return pass
            }
        }
        let first = await admitted.next(FlowWindow.first)
        #expect(first.count == FlowWindow.first)
        // Another host has room all the same.
        door.leave(try await door.enter("other"), .picture)
        #expect(admitted.all.count == FlowWindow.first)
        for number in first { door.leave(try await waiters[number].value, .picture) }
        // Two pictures: eight may be on their way.
        let second = await admitted.next(8)
        for _ in 0..<50 { await Task.yield() }
        #expect(admitted.all.count == FlowWindow.first + 8)
        // A link of its own that is gone says nothing of the host; the host's own trouble halves the window.
        door.leave(try await waiters[second[0]].value, .problem(.gone(status: 404), job: "a"))
        _ = await admitted.next(1)
        door.leave(try await waiters[second[1]].value, .problem(.other("reset"), job: "b"))
        for _ in 0..<50 { await Task.yield() }
        #expect(admitted.all.count == FlowWindow.first + 9)
        for waiter in waiters { waiter.cancel() }
    }

    @Test func `a host that gives nothing is said, keeps its jobs waiting and no others, and ends with a picture`()
        async throws
    {
        let door = PictureDoor(backoff: Self.slow, maxInFlight: 100)
        var troubles = door.troubles.makeAsyncIterator()
        try await pause(door, "cdn")
        #expect(try #require(await troubles.next())?.hasPrefix("no pictures arrive from cdn: down") == true)
        #expect(door.isPaused("cdn"))
        door.leave(try await door.enter("other"), .picture)
        let first = Task { try await door.enter("cdn") }
        // A reload lets one of them try at once; its picture lets the others follow.
        door.goOn()
        let probe = try await first.value
        let second = Task { try await door.enter("cdn") }
        door.leave(probe, .picture)
        door.leave(try await second.value, .picture)
        #expect(try #require(await troubles.next()) == nil)
        #expect(!door.isPaused("cdn"))
    }

    @Test func `a probe comes by itself when its time is up`() async throws {
        let quick = Backoff(first: .milliseconds(10), limit: .milliseconds(10))
        let door = PictureDoor(backoff: quick, maxInFlight: 100)
        try await pause(door, "cdn")
        let probe = try await door.enter("cdn")
        #expect(door.isPaused("cdn"))
        door.leave(probe, .problem(.other("down"), job: "job1"))
        door.leave(try await door.enter("cdn"), .picture)
        #expect(!door.isPaused("cdn"))
    }

    @Test func `when the last job that waits has gone, the pause is over`() async throws {
        let door = PictureDoor(backoff: Self.slow, maxInFlight: 100)
        try await pause(door, "cdn")
        for _ in 1...2 { door.jobLeaves("cdn") }
        #expect(door.isPaused("cdn"))
        door.jobLeaves("cdn")
        #expect(!door.isPaused("cdn"))
    }

    @Test func `too many jobs that wait for pictures are said`() async throws {
        let door = PictureDoor(backoff: Self.slow, maxInFlight: 1)
        var troubles = door.troubles.makeAsyncIterator()
        for number in 1...4 { door.jobComes("host\(number)") }
        #expect(try #require(await troubles.next())?.contains("wait for their pictures") == true)
        for number in 1...4 { door.jobLeaves("host\(number)") }
        #expect(try #require(await troubles.next()) == nil)
    }
}
