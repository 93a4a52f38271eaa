// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import TestSupport

/// Readings of the configuration and of the key's file that overtake each other.
struct ReadingOrderTests {
    private var order = ReadingOrder(keyPlace: "old")

    @Test mutating func `one reload after the other holds`() {
        for _ in 1...3 {
            let reload = order.beginReload()
            #expect(order.isLast(reload))
            let taken = [order.takes(reload), order.takesKey(of: reload, from: "old")]
            #expect(taken == [true, true])
        }
    }

    @Test mutating func `a reload that a later one has overtaken changes nothing, whether that one was right or wrong`()
    {
        let (first, second) = (order.beginReload(), order.beginReload())
        #expect(!order.isLast(first) && order.isLast(second))
        let taken = [order.takes(second), order.takes(first), order.takes(order.beginReload())]
        #expect(taken == [true, false, true])
    }

    @Test mutating func `a look that a reload has overtaken gives no key`() {
        let (look, reload) = (order.beginLook(), order.beginReload())
        let taken = [
            order.takes(reload), order.takesKey(of: reload, from: "old"), order.takesKey(ofLook: look, from: "old"),
        ]
        #expect(taken == [true, true, false])
    }

    @Test mutating func `nor does one at a place that the key comes from no more, however late it began`() {
        let (reload, look) = (order.beginReload(), order.beginLook())
        let taken = [
            order.takes(reload), order.takesKey(of: reload, from: "new"), order.takesKey(ofLook: look, from: "old"),
            order.takesKey(ofLook: order.beginLook(), from: "new"),
        ]
        #expect(taken == [true, true, false, true])
        #expect(order.keyPlace == "new")
    }

    @Test mutating func `a reload that a look has overtaken holds, but for its key where that is of the same place`() {
        let (reload, look) = (order.beginReload(), order.beginLook())
        let taken = [
            order.takesKey(ofLook: look, from: "old"), order.takes(reload), order.takesKey(of: reload, from: "old"),
            order.takesKey(of: reload, from: "new"),
        ]
        #expect(taken == [true, true, false, true])
    }

    @Test mutating func `a look is no reload that anybody waits for`() {
        let reload = order.beginReload()
        _ = order.beginLook()
        #expect(order.isLast(reload))
    }

    /// Whatever comes in whatever order: what holds is never older than what held.
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `in any order of ends the newest that has ended holds`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var order = ReadingOrder(keyPlace: 0)
        var underWay: [(reading: ReadingOrder<Int>.Reading, number: Int, isReload: Bool, place: Int)] = []
        var (configuration, key, begun) = (0, (number: 0, place: 0), 0)
        for _ in 0..<200 {
            if underWay.isEmpty || Bool.random(using: &random) {
                begun += 1
                let isReload = Bool.random(using: &random)
                let place = isReload ? Int.random(in: 0...1, using: &random) : order.keyPlace
                underWay.append((isReload ? order.beginReload() : order.beginLook(), begun, isReload, place))
                continue
            }
            let ended = underWay.remove(at: underWay.indices.randomElement(using: &random) ?? 0)
            let isKeyTaken: Bool
            if ended.isReload {
                let isTaken = order.takes(ended.reading)
                #expect(isTaken == (ended.number > configuration))
                if !isTaken { continue }
                configuration = ended.number
                isKeyTaken = order.takesKey(of: ended.reading, from: ended.place)
                #expect(isKeyTaken == (ended.place != key.place || ended.number > key.number))
            } else {
                isKeyTaken = order.takesKey(ofLook: ended.reading, from: ended.place)
                #expect(isKeyTaken == (ended.place == key.place && ended.number > key.number))
            }
            if isKeyTaken { key = (ended.number, ended.place) }
            #expect(order.keyPlace == key.place)
        }
    }
}
