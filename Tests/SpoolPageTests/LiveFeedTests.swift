// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpoolPage
@testable import TestSupport

/// What browsers hear of changes.
@Suite(.idleLimit)
struct LiveFeedTests {
    private static func event(_ version: String) -> String { "retry: 3000\nevent: state\ndata: \(version)\n\n" }

    @Test func `who listens hears of what is now, and then of changes, the last of many`() async throws {
        let feed = LiveFeed(run: "r")
        var listener = try #require(feed.listen()).makeAsyncIterator()
        #expect(await listener.next().map { String(decoding: $0, as: UTF8.self) } == Self.event("r-0"))
        for _ in 0..<5 { feed.changed() }
        #expect(await listener.next().map { String(decoding: $0, as: UTF8.self) } == Self.event("r-5"))
        #expect(feed.version == "r-5")
        feed.finish()
        #expect(await listener.next() == nil)
    }

    @Test func `no more listen than there may, and who leaves makes room`() async throws {
        let feed = LiveFeed(run: "r")
        var streams = (0..<LiveFeed.limit).compactMap { _ in feed.listen() }
        #expect(streams.count == LiveFeed.limit)
        #expect(feed.listen() == nil)
        let task = Task { [stream = streams.removeLast()] in for await _ in stream {} }
        task.cancel()
        await task.value
        #expect(feed.listen() != nil)
    }
}
