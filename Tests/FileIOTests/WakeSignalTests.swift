// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FileIO
@testable import TestSupport

/// Wakes one that waits; a ring that is lost shows as a test that comes to its time limit.
@Suite(.idleLimit)
struct WakeSignalTests {
    @Test func `a ring before the wait ends it at once`() async {
        let wakeSignal = WakeSignal()
        wakeSignal.wake()
        await wakeSignal.wait(atMost: nil)
    }

    @Test func `a ring beside the wait ends it, whichever comes first`() async {
        for _ in 0..<1000 {
            let wakeSignal = WakeSignal()
            async let waits: Void = wakeSignal.wait(atMost: nil)
            wakeSignal.wake()
            await waits
        }
    }

    @Test func `several rings that nobody waited for end one wait, not the next`() async {
        let wakeSignal = WakeSignal()
        wakeSignal.wake()
        wakeSignal.wake()
        await wakeSignal.wait(atMost: nil)
        let start = ContinuousClock.now
        await wakeSignal.wait(atMost: .milliseconds(50))
        #expect(start.duration(to: .now) >= .milliseconds(50))
    }

    @Test func `a wait ends by itself, and not before its time`() async {
        let start = ContinuousClock.now
        await WakeSignal().wait(atMost: .milliseconds(30))
        #expect(start.duration(to: .now) >= .milliseconds(30))
    }

    @Test func `whoever is cancelled waits no longer`() async {
        let wakeSignal = WakeSignal()
        let task = Task { await wakeSignal.wait(atMost: nil) }
        task.cancel()
        await task.value
    }

    @Test func `a second who waits is a mistake that is said, and does not take the place of the first`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let wakeSignal = WakeSignal()
            await withTaskGroup { group in
                for _ in 1...2 { group.addTask { await wakeSignal.wait(atMost: nil) } }
            }
        }
        let words = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #expect(words.contains("two tasks wait for one WakeSignal"), "\(words)")
    }
}
