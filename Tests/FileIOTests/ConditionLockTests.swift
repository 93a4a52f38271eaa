// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FileIO
@testable import TestSupport

/// State that threads wait upon.
@Suite(.idleLimit)
struct ConditionLockTests {
    /// Starts threads that all begin when the last of them is there.
    private static func start(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let gate = Gate()
        for number in 0..<count {
            BlockingThread.start("test") {
                gate.pass()
                body(number)
            }
        }
        gate.open()
    }

    @Test func `a thread that waits looks again after each change, and sees it`() async {
        let lock = ConditionLock(0)
        let found = Recorder<Int>()
        Self.start(1) { _ in
            for wanted in 1...100 { found.note(lock.wait { $0 >= wanted ? .found($0) : .sleep }) }
        }
        for _ in 1...100 {
            lock.change { state in
                state += 1
                return .one
            }
        }
        let seen = await found.next(100)
        #expect(seen.last == 100)
        #expect(zip(seen, 1...100).allSatisfy { $0 >= $1 })
    }

    @Test func `a timed sleep ends by itself, and not before its time`() async {
        let lock = ConditionLock(0)
        let found = Recorder<Duration>()
        let times = [Duration.zero, .milliseconds(1), .milliseconds(30)]
        Self.start(times.count) { number in
            let start = ContinuousClock.now
            lock.wait { _ -> ConditionLock<Int>.Look<Void> in
                let waited = start.duration(to: .now)
                return waited < times[number] ? .sleepFor(times[number] - waited) : .found(())
            }
            found.note(start.duration(to: .now) - times[number])
        }
        let late = await found.next(3)
        #expect(late.count == 3 && late.allSatisfy { $0 >= .zero })
    }

    @Test func `a change for all wakes all`() async {
        let lock = ConditionLock(false)
        let (asleep, awake) = (Recorder<Int>(), Recorder<Int>())
        Self.start(8) { number in
            lock.wait { state -> ConditionLock<Bool>.Look<Void> in
                asleep.note(number)
                return state ? .found(()) : .sleep
            }
            awake.note(number)
        }
        _ = await asleep.next(8)
        lock.change { state in
            state = true
            return .all
        }
        #expect(await Set(awake.next(8)) == Set(0..<8))
    }

    @Test func `a change for one wakes one that is asleep, and the next wakes another`() async {
        let lock = ConditionLock(0)
        let (asleep, awake) = (Recorder<Int>(), Recorder<Int>())
        Self.start(4) { number in
            asleep.note(number)
            lock.wait { state -> ConditionLock<Int>.Look<Void> in
                guard state > 0 else { return .sleep }
                state -= 1
                return .found(())
            }
            awake.note(number)
        }
        _ = await asleep.next(4)
        for _ in 0..<4 {
            lock.change { state in
                state += 1
                return .one
            }
        }
        #expect(await Set(awake.next(4)) == Set(0..<4))
    }
}
