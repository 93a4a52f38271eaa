// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Intake
@testable import Requests
@testable import TestSupport

/// Whose turn is next.
struct LaneTurnsTests {
    private static func order(_ paths: [FilePath], _ most: Int, again: Bool = false) -> [String] {
        var turns = LaneTurns()
        for path in paths { turns.append(Lane(path: path)) }
        var order: [String] = []
        while order.count < most, let lane = turns.popFirst() {
            order.append(lane.text)
            if again { turns.append(lane) }
        }
        return order
    }

    @Test func `each lane has one turn, in the order in which they came`() {
        let order = Self.order(["b", "", "a"], 10)
        #expect(order == [Lane(path: "b").text, Lane.root.text, Lane(path: "a").text])
    }

    @Test func `who waits again goes behind its neighbours, and a folder behind its own`() {
        let order = Self.order(["a/x", "a/y", "b", "a"], 8, again: true)
        #expect(order == ["a/x", "b", "a/y", "b", "a", "b", "a/x", "b"])
    }

    @Test func `a lane that waits already keeps its turn`() {
        #expect(Self.order(["a", "b", "a"], 10) == ["a", "b"])
    }

    @Test func `one that is taken out leaves the others as they were`() {
        var turns = LaneTurns()
        for path: FilePath in ["a/x", "b", "a", "a/x/deep"] { turns.append(Lane(path: path)) }
        turns.remove(Lane(path: "a/x"))
        turns.remove(Lane(path: "never/there"))
        var order: [String] = []
        while let lane = turns.popFirst() { order.append(lane.text) }
        #expect(order == ["a/x/deep", "b", "a"])
        #expect(turns.isEmpty)
    }

    @Test(arguments: 0..<20)
    func `by whatever changes, each that waits has its turn, and nobody twice before its neighbour`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let all = ["", "a", "a/x", "a/x/1", "a/x/2", "a/y", "b", "b/z", "c"].map { Lane(path: FilePath($0)) }
        var (turns, waiting) = (LaneTurns(), Set<Lane>())
        for _ in 0..<2_000 {
            let lane = all[random.index(all.count)]
            switch random.index(3) {
            case 0:
                turns.append(lane)
                waiting.insert(lane)
            case 1:
                turns.remove(lane)
                waiting.remove(lane)
            default:
                let first = turns.first
                let popped = turns.popFirst()
                #expect(popped == first)
                #expect(popped.map { waiting.remove($0) != nil } ?? waiting.isEmpty)
            }
            #expect(turns.isEmpty == waiting.isEmpty)
        }
    }
}
