// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import FileIO
@testable import Spool
@testable import TestSupport

/// How many bytes are parsed at one time.
@Suite(.idleLimit)
struct ParsingRoomTests {
    private struct Seen {
        var bytes = 0
        var most = 0
        var isAlone = true
        var left: Int
    }

    private final class Inside: Sendable {
        let seen: Mutex<Seen>
        init(of count: Int) { seen = Mutex(Seen(left: count)) }
    }

    @Test func `files too large together take turns, and one that is too large for all goes alone`() async {
        let room = ParsingRoom(limit: 10)
        let sizes = [6, 6, 6, 12, 1, 6, 30, 4]
        let inside = Inside(of: sizes.count)
        await withCheckedContinuation { continuation in
            for size in sizes {
                BlockingThread.start("test") {
                    room.enter(size)
                    inside.seen.withLock { seen in
                        if size > 10, seen.bytes > 0 { seen.isAlone = false }
                        seen.bytes += size
                        if size <= 10 { seen.most = max(seen.most, seen.bytes) }
                    }
                    let isLast = inside.seen.withLock { seen in
                        seen.bytes -= size
                        seen.left -= 1
                        return seen.left == 0
                    }
                    room.leave(size)
                    if isLast { continuation.resume() }
                }
            }
        }
        let seen = inside.seen.withLock { $0 }
        #expect(seen.most <= 10 && seen.isAlone && seen.bytes == 0)
    }

    @Test func `who finds no room waits until somebody leaves`() async {
        let room = ParsingRoom(limit: 10)
        let inside = Inside(of: 1)
        room.enter(8)
        await withCheckedContinuation { continuation in
            BlockingThread.start("test") {
                room.enter(8)
                inside.seen.withLock { $0.left = 0 }
                continuation.resume()
            }
            #expect(inside.seen.withLock { $0.left } == 1)
            room.leave(8)
        }
        #expect(inside.seen.withLock { $0.left } == 0)
    }
}
