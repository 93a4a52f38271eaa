// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder

/// How many may be on their way without an answer.
struct FlowWindowTests {
    private static let now = ContinuousClock.now

    /// Sends as many as there is room for; their numbers.
    private static func fill(_ window: inout FlowWindow, from first: UInt64 = 1, at now: ContinuousClock.Instant = now)
        -> [UInt64]
    {
        var numbers: [UInt64] = []
        while window.hasRoom(at: now), numbers.count < 100 {
            numbers.append(first + UInt64(numbers.count))
            window.left(numbers[numbers.count - 1])
        }
        return numbers
    }

    @Test func `it begins with two, and doubles with each good answer up to 16`() {
        var window = FlowWindow()
        var onTheirWay = Self.fill(&window)
        #expect(onTheirWay == [1, 2])
        var sizes: [Int] = []
        for permit: UInt64 in 1...5 {
            window.answered(onTheirWay.removeFirst(), at: Self.now)
            let more = Self.fill(&window, from: 100 * permit)
            onTheirWay += more
            sizes.append(more.count)
        }
        #expect(sizes == [4 - 1, 8 - 4 + 1, 16 - 8 + 1, 1, 1])
    }

    /// Sends and answers so many, with the window full all the time, and with one on its way at a time.
    private static func size(after answers: Int, isFull: Bool) -> Int {
        var window = FlowWindow()
        var (sent, answered) = (UInt64(0), UInt64(0))
        for _ in 0..<answers {
            while sent < answered + 1 || isFull, window.hasRoom(at: now) {
                sent += 1
                window.left(sent)
            }
            answered += 1
            window.answered(answered, at: now)
        }
        return window.size
    }

    @Test(arguments: [(3, 16), (18, 16), (19, 17), (35, 17), (36, 18), (3000, 79), (100_000, 447)])
    func `beyond 16 it grows by one with each full round of good answers`(answers: Int, size: Int) {
        #expect(Self.size(after: answers, isFull: true) == size)
    }

    @Test func `what was never in use does not grow`() {
        #expect(Self.size(after: 100_000, isFull: false) == 16)
    }

    @Test func `trouble halves what has grown, and it grows slowly again`() {
        var window = FlowWindow()
        var numbers = Self.fill(&window)
        for answer in 1...200 {
            window.answered(numbers.removeFirst(), at: Self.now)
            numbers += Self.fill(&window, from: UInt64(100 * (answer + 1)))
        }
        #expect(window.size == 25)
        window.troubled(numbers.removeFirst())
        #expect(window.size == 12)
    }

    @Test func `pictures, which cost nothing, double up to their most`() {
        var window = FlowWindow(steady: 64, most: 64)
        for number: UInt64 in 1...6 { window.answered(number, at: Self.now) }
        #expect(window.size == 64)
    }

    @Test func `a most of one is kept`() {
        var window = FlowWindow(most: 1)
        window.beginAnew()
        #expect(Self.fill(&window) == [1])
        window.answered(1, at: Self.now)
        #expect(Self.fill(&window, from: 10) == [10])
    }

    @Test func `each trouble halves it, down to one`() {
        var window = FlowWindow()
        for number: UInt64 in 1...3 { window.answered(number, at: Self.now) }
        #expect(window.size == 16)
        var sizes: [Int] = []
        for number: UInt64 in 4...9 {
            window.troubled(number)
            sizes.append(window.size)
        }
        #expect(sizes == [8, 4, 2, 1, 1, 1])
        #expect(Self.fill(&window) == [1])
    }

    @Test func `after a minute without a good answer it begins anew, and keeps those that are on their way`() {
        var window = FlowWindow()
        for number: UInt64 in 1...3 { window.answered(number, at: Self.now) }
        window.left(50)
        let before = Self.now + FlowWindow.quiet - .milliseconds(1)
        #expect(window.hasRoom(at: before) && window.size == 16)
        #expect(Self.fill(&window, from: 60, at: Self.now + FlowWindow.quiet) == [60])
        #expect(window.size == 2)
    }

    @Test func `what was never sent makes room, and says nothing; twice as little`() {
        var window = FlowWindow()
        _ = Self.fill(&window)
        window.cameBack(1)
        window.cameBack(1)
        #expect(Self.fill(&window, from: 10) == [10] && window.size == 2)
    }

    @Test func `a gateway that breaks costs no more than what was on its way`() {
        // Two hundred want to leave; the answers come in the order of the submits, and from the 40th on they are lost.
        var window = FlowWindow()
        var (sent, answered, lost) = (UInt64(0), UInt64(0), 0)
        while lost < 3, sent < 200 {
            while window.hasRoom(at: Self.now) {
                sent += 1
                window.left(sent)
            }
            answered += 1
            if answered < 40 {
                window.answered(answered, at: Self.now)
            } else {
                window.troubled(answered)
                lost += 1
            }
        }
        let onTheirWay = Int(sent - answered)
        #expect(lost + onTheirWay <= 18, "16, and one more after each full round; three in a row make a pause")
    }
}
