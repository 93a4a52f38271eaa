// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// In which order what waits is begun.
struct LaneQueuesTests {
    private static let readiness = Readiness(at: Samples.start)

    private static func file(_ lane: String, _ number: Int) throws -> Origin {
        Origin(lane: Lane(path: FilePath(lane)), file: try #require(FilePath.Component("\(number).yaml")))
    }

    private static func popped(_ queues: inout LaneQueues, _ most: Int = .max) -> [String] {
        var order: [String] = []
        while order.count < most, let item = queues.pop() {
            switch item {
            case .file(let origin, _): order.append(String(decoding: origin.path))
            case .part(let part): order.append("part of \(part.batch.text)")
            }
        }
        return order
    }

    @Test func `lanes take turns, and a file waits once`() throws {
        var queues = LaneQueues()
        for number in 0..<3 {
            let isNew = queues.push(.file(try Self.file("big", number), Self.readiness), priority: 5)
            #expect(isNew)
        }
        let small = try Self.file("small", 0)
        let pushes = [
            queues.push(.file(small, Self.readiness), priority: 5),
            queues.push(.file(small, Self.readiness), priority: 5),
        ]
        #expect(pushes == [true, false])
        #expect(queues.count == 4)
        #expect(Self.popped(&queues) == ["big/0.yaml", "small/0.yaml", "big/1.yaml", "big/2.yaml"])
        #expect(queues.count == 0)
    }

    @Test func `what is said to be next comes next, and asking changes nothing`() throws {
        var queues = LaneQueues()
        for number in 0..<30 {
            _ = queues.push(.file(try Self.file("big", number), Self.readiness), priority: 5)
            if number < 4 { _ = queues.push(.file(try Self.file("urgent", number), Self.readiness), priority: 9) }
            if number < 9 { _ = queues.push(.file(try Self.file("big/small", number), Self.readiness), priority: 5) }
            if number < 2 { _ = queues.push(.file(try Self.file("late", number), Self.readiness), priority: 1) }
        }
        #expect(queues.filesByLane.values.reduce(0, +) == queues.count)
        while queues.count > 0 {
            let next = queues.next(12).map(\.item.jobName)
            #expect(queues.next(12).map(\.item.jobName) == next)
            var copy = queues
            #expect(Self.popped(&copy, 12).map { String($0.dropLast(5)) } == next)
            _ = queues.pop()
            #expect(queues.filesByLane.values.reduce(0, +) == queues.count)
        }
        #expect(queues.filesByLane.isEmpty && queues.next(3).isEmpty)
    }

    @Test func `a lane that is gone has no turn, nor have those below it`() throws {
        var queues = LaneQueues()
        for lane in ["a", "a/b", "ab", "c"] {
            for number in 0..<2 { _ = queues.push(.file(try Self.file(lane, number), Self.readiness), priority: 5) }
        }
        let changes = [queues.forget(below: Lane(path: "a")), queues.forget(below: Lane(path: "a"))]
        #expect(changes == [true, false])
        #expect(queues.count == 4 && Set(queues.filesByLane.keys.map(\.text)) == ["ab", "c"])
        #expect(Self.popped(&queues) == ["ab/0.yaml", "c/0.yaml", "ab/1.yaml", "c/1.yaml"])
    }

    @Test func `ten thousand files in one lane do not hold up another`() throws {
        var queues = LaneQueues()
        for number in 0..<10_000 { _ = queues.push(.file(try Self.file("big", number), Self.readiness), priority: 5) }
        _ = Self.popped(&queues, 3)
        _ = queues.push(.file(try Self.file("small", 0), Self.readiness), priority: 5)
        #expect(Self.popped(&queues, 2).contains("small/0.yaml"))
    }

    @Test func `a lane of a higher priority goes first`() throws {
        var queues = LaneQueues()
        for number in 0..<4 {
            _ = queues.push(.file(try Self.file("usual", number), Self.readiness), priority: 5)
            _ = queues.push(.file(try Self.file("late", number), Self.readiness), priority: 1)
            _ = queues.push(.file(try Self.file("urgent", number), Self.readiness), priority: 9)
        }
        let order = Self.popped(&queues)
        #expect(order.prefix(4).allSatisfy { $0.hasPrefix("urgent/") })
        #expect(order[4..<8].allSatisfy { $0.hasPrefix("usual/") })
    }

    @Test func `what is hurried goes before others of its lane and of all lanes, in the order of the words`() throws {
        var queues = LaneQueues()
        for number in 0..<3 {
            _ = queues.push(.file(try Self.file("urgent", number), Self.readiness), priority: 9)
            _ = queues.push(.file(try Self.file("usual", number), Self.readiness), priority: 5)
        }
        let (first, second) = (try Self.file("usual", 2), try Self.file("urgent", 2))
        queues.setHurried(true, in: first.lane) { if case .file(first, _) = $0 { true } else { false } }
        let isNew = queues.push(.file(try Self.file("late", 0), Self.readiness), priority: 1, isHurried: true)
        #expect(isNew && queues.hasHurried)
        queues.setHurried(true, in: second.lane) { if case .file(second, _) = $0 { true } else { false } }
        #expect(queues.next(9).map(\.isHurried) == [true, true, true] + Array(repeating: false, count: 4))
        var copy = queues
        #expect(Self.popped(&copy, 4) == ["usual/2.yaml", "late/0.yaml", "urgent/2.yaml", "urgent/0.yaml"])
        // Nobody wants it any more.
        queues.setHurried(false, in: first.lane) { _ in true }
        #expect(Self.popped(&queues, 2) == ["late/0.yaml", "urgent/2.yaml"])
        #expect(!queues.hasHurried)
        let rest = (0..<2).map { "urgent/\($0).yaml" } + (0..<3).map { "usual/\($0).yaml" }
        #expect(Self.popped(&queues).sorted() == rest)
    }

    @Test func `what is put back has its place and its turn again`() throws {
        var queues = LaneQueues()
        for lane in ["a", "a/b", "c"] {
            for number in 0..<2 { _ = queues.push(.file(try Self.file(lane, number), Self.readiness), priority: 5) }
        }
        var plain = queues
        let order = Self.popped(&plain)
        for taken in 0..<order.count {
            var copy = queues
            _ = Self.popped(&copy, taken)
            guard let item = copy.pop() else { return #expect(Bool(false)) }
            copy.putBack(item, priority: 5)
            #expect(copy.count == order.count - taken)
            #expect(Self.popped(&copy, 1) == [order[taken]], "after \(taken)")
        }
    }

    @Test func `hurried or not, taken away or forgotten, what waits is counted rightly`() throws {
        var queues = LaneQueues()
        for number in 0..<4 { _ = queues.push(.file(try Self.file("a", number), Self.readiness), priority: 5) }
        _ = queues.push(.file(try Self.file("a/b", 0), Self.readiness), priority: 5, isHurried: true)
        queues.setHurried(true, in: Lane(path: "a")) { _ in true }
        let removed = queues.remove(try Self.file("a", 1))
        #expect(removed != nil && queues.count == 4 && queues.hasHurried)
        queues.setPriorities { _ in 3 }
        #expect(queues.hasHurried)
        let isChange = queues.forget(below: Lane(path: "a/b"))
        #expect(isChange && queues.count == 3)
        #expect(Self.popped(&queues) == ["a/0.yaml", "a/2.yaml", "a/3.yaml"])
        #expect(!queues.hasHurried)
    }

    @Test func `every tenth turn goes to the lane that has waited longest, so that none waits for ever`() throws {
        var queues = LaneQueues()
        for number in 0..<100 {
            _ = queues.push(.file(try Self.file("urgent", number), Self.readiness), priority: 9)
            _ = queues.push(.file(try Self.file("late", number), Self.readiness), priority: 1)
            _ = queues.push(.file(try Self.file("usual", number), Self.readiness), priority: 5)
        }
        let order = Self.popped(&queues, 100)
        #expect(order.count { $0.hasPrefix("late/") } == 5)
        #expect(order.count { $0.hasPrefix("usual/") } == 5)
        #expect(order.count { $0.hasPrefix("urgent/") } == 90)
    }

    @Test func `a priority that changes holds for what waits already`() throws {
        var queues = LaneQueues()
        for number in 0..<3 {
            _ = queues.push(.file(try Self.file("a", number), Self.readiness), priority: 5)
            _ = queues.push(.file(try Self.file("b", number), Self.readiness), priority: 5)
        }
        queues.setPriorities { $0.text == "b" ? 9 : 5 }
        #expect(Self.popped(&queues, 3) == ["b/0.yaml", "b/1.yaml", "b/2.yaml"])
        #expect(Self.popped(&queues) == ["a/0.yaml", "a/1.yaml", "a/2.yaml"])
    }

    @Test func `a batch has a turn of its own and counts no files`() throws {
        var queues = LaneQueues()
        let part = WaitingPart(
            folder: JobFolder(path: "/x"), batch: Lane(path: "catalog"), ended: {})
        for _ in 0..<3 { _ = queues.push(.part(part), priority: 5) }
        _ = queues.push(.file(try Self.file("", 0), Self.readiness), priority: 5)
        #expect(queues.count == 1)
        #expect(Self.popped(&queues) == ["part of catalog", "0.yaml", "part of catalog", "part of catalog"])
    }

    @Test func `a folder with two hundred sub-folders has the turns of one`() throws {
        var queues = LaneQueues()
        for folder in 0..<200 {
            for number in 0..<5 {
                _ = queues.push(.file(try Self.file("acme/sub\(folder)", number), Self.readiness), priority: 5)
            }
        }
        for number in 0..<20 { _ = queues.push(.file(try Self.file("small", number), Self.readiness), priority: 5) }
        let part = WaitingPart(folder: JobFolder(path: "/x"), batch: Lane(path: "acme/catalog"), ended: {})
        for _ in 0..<20 { _ = queues.push(.part(part), priority: 5) }
        let order = Self.popped(&queues)
        #expect(order.count == 1_040)
        let last = try #require(order.lastIndex { $0.hasPrefix("small/") })
        #expect(last < 40, "every second turn was its own")
        let subs = order.filter { $0.hasPrefix("acme/") }.prefix(200)
        #expect(Set(subs).count == 200, "within the folder each sub-folder had its turn before any had two")
    }
}
