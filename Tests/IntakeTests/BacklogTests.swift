// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import FileIO
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import SpoolState
@testable import TestSupport

/// What the backlog says of itself while its one consumer waits with a file in its hand.
@Suite(.idleLimit)
struct BacklogTests {
    private static func file(_ lane: String, _ name: String) throws -> Origin {
        Origin(lane: Lane(path: FilePath(lane)), file: try #require(FilePath.Component(name)))
    }

    @Test func `a file that was handed out waits until it is begun`() async throws {
        let backlog = Backlog(limit: 10)
        let (first, second) = (try Self.file("acme", "a.yaml"), try Self.file("", "b.yaml"))
        backlog.push(first, changed: Samples.start)
        backlog.push(second, changed: Samples.later)
        #expect(backlog.overview.lanes == [Samples.acme: 1, .root: 1])
        #expect(backlog.overview.oldest == Samples.start)
        _ = await backlog.next()
        // Found once more, as by a scan that met it in its lane a moment ago.
        backlog.push(first)
        #expect(backlog.count == 2)
        #expect(backlog.contains(first))
        #expect(backlog.overview.lanes == [Samples.acme: 1, .root: 1])
        backlog.begun()
        #expect(backlog.count == 1)
        #expect(!backlog.contains(first))
        #expect(backlog.overview.lanes == [.root: 1])
        #expect(backlog.overview.oldest == Samples.later)
    }

    @Test func `a folder that was put back waits behind nobody, and is handed out once until it is settled`()
        async throws
    {
        let backlog = Backlog(limit: 1)
        backlog.push(try Self.file("acme", "a.yaml"))
        _ = await backlog.next()
        let folder = try Self.file("acme", "hero")
        for _ in 0..<3 { backlog.push(folder) }
        backlog.refill([.file(folder, Readiness(identity: nil, at: .now))])
        var free = backlog.free.makeAsyncIterator()
        #expect(await free.next()?.origin == folder)
        #expect(backlog.settled(folder), "it was found once more meanwhile")
        #expect(!backlog.settled(folder))
        backlog.push(folder)
        #expect(await free.next()?.origin == folder)
        backlog.close()
        #expect(await free.next() == nil)
    }

    @Test func `so does one that somebody was waiting for`() async throws {
        let backlog = Backlog(limit: 10)
        async let next = backlog.next()
        let file = try Self.file("acme", "a.yaml")
        // Handed over or queued, whichever comes first: it waits either way.
        backlog.push(file)
        _ = await next
        #expect(backlog.count == 1)
        #expect(backlog.overview.lanes == [Samples.acme: 1])
        backlog.begun()
        #expect(backlog.overview == QueueOverview())
    }

    @Test func `a file is not handed out twice while it is claimed, and one found meanwhile is looked at after`()
        async throws
    {
        let backlog = Backlog(limit: 10)
        let (file, other) = (try Self.file("acme", "a.yaml"), try Self.file("acme", "b.yaml"))
        backlog.push(file)
        _ = await backlog.next()
        backlog.begun()
        backlog.push(file)
        #expect(backlog.count == 0)
        backlog.push(other)
        #expect(backlog.count == 1)
        #expect(backlog.settled(file))
        // Only once; and from here on it may be handed out again.
        #expect(!backlog.settled(file))
        backlog.push(file)
        #expect(backlog.count == 2)
        _ = await backlog.next()
        backlog.begun()
        #expect(!backlog.settled(other))
    }

    @Test func `what there is no room for is a name in the feed, and each lane has room for one at least`() async throws
    {
        let backlog = Backlog(limit: 3)
        for number in 0..<5 { backlog.push(try Self.file("acme", "\(number).yaml")) }
        #expect(backlog.count == 3 && backlog.feed.count(in: Samples.acme) == 2)
        #expect(backlog.room(in: Samples.acme) <= 0)
        #expect(backlog.room(in: .root) == 1)
        backlog.push(try Self.file("", "b.yaml"))
        #expect(backlog.count == 4 && backlog.feed.count == 2)
        #expect(backlog.names(in: Samples.acme) == ["0.yaml", "1.yaml", "2.yaml"])
        _ = await backlog.next()
        #expect(backlog.names(in: Samples.acme).contains("0.yaml"), "what is in hand has not left")
    }

    @Test func `a lane has a share of the room, and asks for more when half of it is gone`() async throws {
        let backlog = Backlog(limit: 20_000)
        let all = Backlog.shareOfLane
        #expect(backlog.room(in: Samples.acme) == all)
        for number in 0..<all { backlog.push(try Self.file("acme", "\(number).yaml")) }
        backlog.feed.add(try Self.file("acme", "more.yaml"))
        #expect(backlog.feed.take(64, at: .now, backlog.room) == nil)
        for _ in 0..<all / 2 - 1 {
            _ = await backlog.next()
            backlog.begun()
        }
        #expect(backlog.feed.take(64, at: .now, backlog.room) == nil)
        _ = await backlog.next()
        #expect(backlog.feed.take(64, at: .now, backlog.room)?.names == ["more.yaml"])
    }

    @Test func `a file that needs no submit passes those that wait, once, and each is given out once to be read`()
        async throws
    {
        let backlog = Backlog(limit: 10)
        let files = try (0..<3).map { try Self.file("acme", "\($0).yaml") }
        files.forEach { backlog.push($0) }
        _ = await backlog.next()
        #expect(backlog.takeUnread(1) == [files[1]], "the first is in hand already")
        #expect(backlog.takeUnread(9) == [files[2]])
        #expect(backlog.takeUnread(9) == [])
        backlog.pass(files[2])
        backlog.pass(files[2])
        var free = backlog.free.makeAsyncIterator()
        #expect(await free.next()?.origin == files[2])
        // Seen once more while it is claimed.
        backlog.push(files[2])
        #expect(backlog.settled(files[2]) && backlog.count == 2)
        backlog.begun()
        guard case .file(let last, _)? = await backlog.next() else { return #expect(Bool(false)) }
        #expect(last == files[1])
        // Gone before it was read.
        backlog.push(files[2])
        backlog.begun()
        _ = await backlog.next()
        #expect(backlog.takeUnread(9) == [])
    }

    private static func name(_ item: Waiting?) -> String? {
        if case .file(let origin, _)? = item { String(decoding: origin.path) } else { nil }
    }

    @Test func `what is hurried begins instead of what is in hand, which is the first of its lane again`() async throws
    {
        let backlog = Backlog(limit: 10)
        let files = try ["a", "b", "c"].map { try Self.file("acme", "\($0).yaml") }
        files.forEach { backlog.push($0) }
        _ = await backlog.next()
        #expect(Self.name(backlog.inTurn()) == "acme/a.yaml")
        #expect(backlog.hurry(files[2]))
        let order: [SpoolState.Queue.Next] = [
            .init(name: "acme/c", isHurried: true), .init(name: "acme/a"), .init(name: "acme/b"),
        ]
        #expect(backlog.next(9) == order)
        #expect(Self.name(backlog.inTurn()) == "acme/c.yaml")
        #expect(Self.name(backlog.inTurn()) == "acme/c.yaml", "it gives way to nobody")
        #expect(backlog.count == 3)
        backlog.begun()
        #expect(Self.name(await backlog.next()) == "acme/a.yaml")
        backlog.begun()
        // Given back by a limit, it is still hurried; and no more when the word is gone.
        #expect(!backlog.settled(files[2]))
        backlog.push(files[2])
        #expect(backlog.next(9).map(\.name) == ["acme/c", "acme/b"])
        backlog.endHurry(files[2])
        #expect(backlog.next(9) == [.init(name: "acme/c"), .init(name: "acme/b")], "the first of those who wait")
    }

    @Test func `one that is gone meanwhile does not wait again, and one for which there was no room is looked at`()
        async throws
    {
        let backlog = Backlog(limit: 1)
        let files = try ["a", "b", "c"].map { try Self.file("acme", "\($0).yaml") }
        backlog.push(files[0])
        _ = await backlog.next()
        backlog.push(files[1])
        backlog.push(files[2])
        #expect(backlog.feed.count == 1)
        #expect(!backlog.hurry(files[2]) && backlog.feed.count == 0)
        backlog.push(files[2])
        #expect(backlog.feed.count == 0, "there is room for what is hurried")
        backlog.forget(files[0])
        #expect(Self.name(backlog.inTurn()) == "acme/c.yaml")
        backlog.begun()
        #expect(Self.name(await backlog.next()) == "acme/b.yaml")
        backlog.begun()
        #expect(backlog.count == 0)
    }

    @Test func `the parts of a batch that is hurried go first, those that come later as well`() async throws {
        let backlog = Backlog(limit: 10)
        let part = WaitingPart(
            folder: JobFolder(path: "/p/catalog.1/001"), batch: Lane(path: "acme/catalog"), ended: {})
        backlog.push(try Self.file("", "a.yaml"))
        _ = await backlog.next()
        backlog.push(try Self.file("", "b.yaml"))
        backlog.push(part)
        #expect(!backlog.hurry(try Self.file("acme", "catalog.csv")))
        backlog.push(part)
        let hurried = SpoolState.Queue.Next(name: "acme/catalog/001", batch: "acme/catalog", isHurried: true)
        #expect(backlog.next(9) == [hurried, hurried, .init(name: "a"), .init(name: "b")])
        guard case .part? = backlog.inTurn() else { return #expect(Bool(false)) }
    }

    @Test func `a part waits in the lane of its batch`() throws {
        var overview = QueueOverview()
        let folder = JobFolder(path: "/nowhere")
        overview.add(.part(WaitingPart(folder: folder, batch: Lane(path: "acme/catalog"), ended: {})))
        #expect(overview.lanes == [Samples.acme: 1])
        #expect(overview.oldest == nil)
    }

    @Test func `a second who asks for the next is a mistake that is said, and does not take the place of the first`()
        async
    {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let backlog = Backlog(limit: 10)
            await withTaskGroup { group in
                for _ in 1...2 { group.addTask { _ = await backlog.next() } }
            }
        }
        let words = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #expect(words.contains("two tasks ask one Backlog for what is next"), "\(words)")
    }
}
