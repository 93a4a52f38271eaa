// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Inotify
@testable import TestSupport

@Suite(.idleLimit) struct EventQueueTests {
    private func created(_ numbers: ClosedRange<Int>) -> [InotifyEvent] {
        numbers.map { .created(FilePath("/drop/\($0)")) }
    }

    @Test func `events come out in the order they went in`() async {
        let queue = EventQueue(limit: 10)
        for event in created(1...10) { queue.push(event) }
        #expect(await queue.next() == created(1...10))
    }

    @Test(arguments: [1, 2, 10])
    func `what does not fit becomes one overflow behind what does`(limit: Int) async {
        let queue = EventQueue(limit: limit)
        for event in created(1...100) { queue.push(event) }
        #expect(await queue.next() == created(1...limit) + [.overflow])
    }

    @Test func `after an overflow was read there is room again`() async {
        let queue = EventQueue(limit: 2)
        for event in created(1...3) { queue.push(event) }
        #expect(await queue.next() == created(1...2) + [.overflow])
        for event in created(4...5) { queue.push(event) }
        #expect(await queue.next() == created(4...5))
    }

    @Test func `an overflow of the kernel on a full buffer is not told twice`() async {
        let queue = EventQueue(limit: 1)
        for event in created(1...2) + [.overflow] { queue.push(event) }
        #expect(await queue.next() == created(1...1) + [.overflow])
    }

    @Test func `equal events are told once, where the last of them stood`() async {
        let queue = EventQueue(limit: 100)
        let swaps: [InotifyEvent] = [.directoryDisappeared("/drop/lane"), .directoryAppeared("/drop/lane")]
        for _ in 1...20 { for event in swaps { queue.push(event) } }
        for event in created(1...2) + swaps { queue.push(event) }
        #expect(await queue.next() == created(1...2) + swaps)
    }

    @Test func `a limit below 1 counts as 1`() async {
        let queue = EventQueue(limit: 0)
        for event in created(1...2) { queue.push(event) }
        #expect(await queue.next() == created(1...1) + [.overflow])
    }

    @Test func `a consumer that waits gets the next event`() async {
        let queue = EventQueue(limit: 10)
        async let next = queue.next()
        queue.push(.overflow)
        #expect(await next == [.overflow])
    }

    @Test func `what came before the end is still read, what comes after it is not`() async {
        let queue = EventQueue(limit: 10)
        queue.push(.overflow)
        queue.finish()
        queue.push(.created("/drop/late"))
        #expect(await queue.next() == [.overflow])
        #expect(await queue.next() == nil)
    }

    @Test func `the end is told to a consumer that waits`() async {
        let queue = EventQueue(limit: 10)
        async let next = queue.next()
        queue.finish()
        #expect(await next == nil)
    }

    @Test func `a cancelled consumer reads the end, and what comes later is kept for the next one`() async {
        let queue = EventQueue(limit: 10)
        await withTaskGroup(of: [InotifyEvent]?.self) { group in
            group.addTask { await queue.next() }
            group.cancelAll()
            #expect(await group.next() == .some(nil))
        }
        queue.push(.overflow)
        #expect(await queue.next() == [.overflow])
    }

    @Test func `the sequence gives a burst one by one and then ends`() async {
        let queue = EventQueue(limit: 5_000)
        for event in created(1...5_000) { queue.push(event) }
        queue.finish()
        var seen: [InotifyEvent] = []
        for await event in InotifyEvents(queue: queue) { seen.append(event) }
        #expect(seen == created(1...5_000))
    }

    @Test func `a second reader is a mistake that is said, and does not take the place of the first`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let queue = EventQueue(limit: 10)
            await withTaskGroup { group in
                for _ in 1...2 { group.addTask { _ = await queue.next() } }
            }
        }
        let words = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #expect(words.contains("two tasks read the events of one Inotify"), "\(words)")
    }
}
