// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import FileIO
@testable import TestSupport

/// Whoever looks at the clock finds that it was set, and those hear of it who wait for a moment by it.
@Suite(.idleLimit)
struct ClockWatchTests {
    @Test(arguments: [Duration.seconds(3_600), .seconds(-86_400)])
    func `a look tells by how far the clock was set, and the watch ends when it is cancelled`(time: Duration) async {
        let now = Timestamp.now
        let last = ClockJump(
            ClockPair(wall: Timestamp(milliseconds: now.milliseconds - time.milliseconds), machine: .now))
        let clock = ClockWatch(since: last)
        let (told, tell) = AsyncStream<Duration>.makeStream()
        let running = Task { await clock.run { tell.yield($0) } }
        clock.look()
        let jump = await told.first { _ in true }
        let error = (jump ?? .zero) - time
        #expect(error > .seconds(-60) && error < .seconds(60), "\(String(describing: jump))")
        running.cancel()
        await running.value
    }
}
