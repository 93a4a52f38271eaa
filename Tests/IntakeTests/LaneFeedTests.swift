// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import FileIO
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// The names that were found and not looked at yet.
struct LaneFeedTests {
    private static let now = ContinuousClock.now
    private static let acme = Lane(path: "acme")
    private static let small = Lane(path: "small")

    private static func names(_ numbers: Range<Int>) throws -> NameList {
        var names = NameList()
        for number in numbers.shuffled() {
            names.append(try #require(FilePath.Component(String(number + 100_000) + ".yaml")))
        }
        return names
    }

    private static func strings(_ portion: LaneFeed.Portion?) -> [String] { portion?.names.map(\.string) ?? [] }

    @Test func `a list gives its names in the order of their bytes, and is small`() throws {
        var names = try Self.names(0..<1_000)
        #expect(names.count == 1_000)
        var taken: [String] = []
        for _ in 0..<10 { if let name = names.popFirst() { taken.append(name.string) } }
        #expect(taken == (0..<10).map { "\(100_000 + $0).yaml" })
        names.append("000.yaml")
        #expect(names.popFirst()?.string == "000.yaml")
        #expect(names.count == 990)
        while let name = names.popFirst() { taken.append(name.string) }
        #expect(taken.count == 1_000 && taken == taken.sorted())
        #expect(names.popFirst() == nil && names.isEmpty)
    }

    @Test(arguments: [[], [3], [0, 5, 9], [4, 11], Array(0..<10)])
    func `a list without some of its names has all others`(gone: [Int]) throws {
        for taken in [0, 2] {
            var names = try Self.names(0..<10)
            for _ in 0..<taken { _ = names.popFirst() }
            names.remove(Set(try gone.map { try #require(FilePath.Component("\(100_000 + $0).yaml")) }))
            let left = (taken..<10).filter { !gone.contains($0) }.map { "\(100_000 + $0).yaml" }
            #expect(names.count == left.count && names.isEmpty == left.isEmpty)
            names.append("0.yaml")
            var all: [String] = []
            while let name = names.popFirst() { all.append(name.string) }
            #expect(all == ["0.yaml"] + left)
        }
    }

    @Test func `lanes take turns, and one that has no room is passed over until it has`() throws {
        let feed = LaneFeed()
        feed.list(try Self.names(0..<100), in: Self.acme)
        feed.list(try Self.names(0..<3), in: Self.small)
        #expect(feed.count == 103)
        #expect(feed.take(2, at: Self.now) { _ in 10 }?.lane == Self.acme)
        #expect(feed.take(64, at: Self.now) { _ in 10 }?.lane == Self.small)
        #expect(feed.take(64, at: Self.now) { _ in 10 }?.names.count == 10)
        #expect(feed.take(64, at: Self.now) { _ in 0 } == nil)
        // Not even asked any more.
        #expect(feed.take(64, at: Self.now) { _ in 10 } == nil)
        feed.hasRoom(Self.small)
        #expect(feed.take(64, at: Self.now) { _ in 10 } == nil)
        feed.hasRoom(Self.acme)
        #expect(Self.strings(feed.take(2, at: Self.now) { _ in 10 }) == ["100012.yaml", "100013.yaml"])
        _ = feed.take(64, at: Self.now) { _ in 0 }
        feed.reconsider()
        #expect(feed.take(64, at: Self.now) { _ in 10 } != nil)
    }

    @Test func `a listing takes the place of the one before, and what events told of stays`() throws {
        let feed = LaneFeed()
        feed.list(try Self.names(0..<5), in: Self.acme)
        for _ in 0..<3 { feed.add(Origin(lane: Self.acme, file: "told.yaml")) }
        feed.list(try Self.names(7..<9), in: Self.acme)
        #expect(feed.count(in: Self.acme) == 3)
        #expect(
            Self.strings(feed.take(64, at: Self.now) { _ in 64 }) == ["told.yaml", "100007.yaml", "100008.yaml"])
        #expect(feed.count == 0)
    }

    @Test func `a name that a listing and events tell of is counted once, and looked at once`() throws {
        let feed = LaneFeed()
        feed.add(Origin(lane: Self.acme, file: "100002.yaml"))
        feed.list(try Self.names(0..<4), in: Self.acme)
        #expect(feed.count == 4)
        feed.add(Origin(lane: Self.acme, file: "100003.yaml"))
        #expect(feed.count(in: Self.acme) == 4)
        let portion = try #require(feed.take(2, at: Self.now) { _ in 64 })
        #expect(Self.strings(portion) == ["100002.yaml", "100000.yaml"])
        // A listing finds what is about to be put back.
        feed.list(try Self.names(0..<4), in: Self.acme)
        feed.putBack(portion)
        #expect(feed.count == 4)
        #expect(
            Self.strings(feed.take(64, at: Self.now) { _ in 64 })
                == ["100002.yaml", "100000.yaml", "100001.yaml", "100003.yaml"])
        #expect(feed.count == 0)
    }

    @Test func `what goes its way while a listing is read is not found by it`() throws {
        let feed = LaneFeed()
        feed.list(try Self.names(0..<2), in: Self.acme)
        let (reading, other) = (feed.beginReading(Self.acme), feed.beginReading(Self.small))
        // Met by the listing, and then looked at and claimed, or held.
        feed.forget(Origin(lane: Self.acme, file: "100001.yaml"))
        feed.forget(Origin(lane: Self.acme, file: "100003.yaml"))
        #expect(feed.count == 1)
        #expect(feed.listed(try Self.names(0..<4), reading))
        #expect(feed.listed(try Self.names(3..<4), other))
        #expect(feed.counts == [Self.acme: 2, Self.small: 1])
        feed.endReading(reading)
        // By the next one it is, if it lies there again.
        feed.list(try Self.names(0..<4), in: Self.acme)
        #expect(feed.count(in: Self.acme) == 4)
    }

    @Test(.timeLimit(.minutes(1))) func `whoever goes its way takes no lane's wake-up along`() async throws {
        let feed = LaneFeed()
        feed.list(try Self.names(0..<3), in: Self.acme)
        #expect(feed.take(64, at: Self.now) { _ in 0 } == nil)
        await feed.news.wait(atMost: nil)
        feed.forget(Origin(lane: Self.acme, file: "100001.yaml"))
        feed.forget(Origin(lane: Self.acme, file: "claimed.yaml"))
        feed.hasRoom(Self.acme)
        // Rings, or this waits for ever.
        await feed.news.wait(atMost: nil)
        #expect(feed.take(64, at: Self.now) { _ in 64 }?.names.count == 2)
    }

    @Test func `a listing that a later one has overtaken counts for nothing`() throws {
        let feed = LaneFeed()
        let (first, second) = (feed.beginReading(Self.acme), feed.beginReading(Self.acme))
        #expect(feed.listed(try Self.names(0..<1), second))
        #expect(!feed.listed(try Self.names(0..<4), first))
        #expect(feed.count == 1)
        [first, second].forEach(feed.endReading)
        // In the order in which they began each counts, the last one for all.
        let (third, fourth) = (feed.beginReading(Self.acme), feed.beginReading(Self.acme))
        #expect(feed.listed(try Self.names(0..<2), third))
        #expect(feed.listed(try Self.names(0..<3), fourth))
        #expect(feed.count == 3)
    }

    @Test func `what there was no time for comes first the next time, in its order`() throws {
        let feed = LaneFeed()
        feed.list(try Self.names(0..<9), in: Self.acme)
        var portion = try #require(feed.take(4, at: Self.now) { _ in 64 })
        portion.names.removeFirst()
        feed.putBack(portion)
        let next = Self.strings(feed.take(5, at: Self.now) { _ in 64 })
        #expect(next == (1...5).map { "10000\($0).yaml" })
    }

    @Test func `a lane that cannot be opened rests ever longer, and is then left to the next listing`() throws {
        let feed = LaneFeed()
        feed.list(try Self.names(0..<2), in: Self.acme)
        var (now, rests) = (Self.now, [Duration]())
        while let portion = feed.take(64, at: now, { _ in 64 }) {
            feed.rest(portion, at: now)
            #expect(feed.take(64, at: now) { _ in 64 } == nil)
            guard let next = feed.nextRested() else { break }
            rests.append(now.duration(to: next))
            now = next
        }
        #expect(rests == [100, 200, 400, 800, 1600, 3200].map { .milliseconds($0) })
        #expect(feed.count == 0 && feed.nextRested() == nil)
        // One that has no room when its rest is over wakes nobody up for it.
        feed.list(try Self.names(0..<2), in: Self.small)
        feed.rest(try #require(feed.take(64, at: now) { _ in 64 }), at: now)
        #expect(feed.take(64, at: now + .seconds(9)) { _ in 0 } == nil)
        #expect(feed.nextRested() == nil)
        feed.forget(below: Self.small)
        #expect(feed.count == 0)
        // A listing ends the rest at once.
        feed.list(try Self.names(0..<2), in: Self.acme)
        feed.rest(try #require(feed.take(1, at: now) { _ in 64 }), at: now)
        feed.list(try Self.names(0..<2), in: Self.acme)
        #expect(feed.take(64, at: now) { _ in 64 }?.names.count == 2)
    }

    @Test func `a lane that is empty and has names again has one turn, however often`() throws {
        let feed = LaneFeed()
        for number in 0..<50 {
            feed.list(try Self.names(0..<2), in: Self.acme)
            if number.isMultiple(of: 2) { _ = feed.take(64, at: Self.now) { _ in 64 } }
            feed.list(NameList(), in: Self.acme)
        }
        #expect(feed.count == 0)
        feed.list(try Self.names(0..<2), in: Self.acme)
        var asked = 0
        _ = feed.take(64, at: Self.now) { _ in
            asked += 1
            return 0
        }
        #expect(asked == 1)
    }

    @Test func `looks are taken when they are due, in their order, and each counts once`() {
        var due = DueLooks()
        let (a, b) = (Origin(lane: .root, file: "a.yaml"), Origin(lane: Self.acme, file: "b.yaml"))
        due.set(a, at: Self.now + .seconds(5))
        due.set(b, at: Self.now + .seconds(2))
        due.set(a, atLatest: Self.now + .seconds(9))
        #expect(due.next == Self.now + .seconds(2))
        #expect(due.take(10, at: Self.now + .seconds(1)).isEmpty)
        due.set(a, atLatest: Self.now + .seconds(1))
        #expect(due.count == 2 && due.names(in: Self.acme) == ["b.yaml"] && due.count(in: .root) == 1)
        #expect(due.take(1, at: Self.now + .seconds(3)).map(\.origin) == [a])
        // Later than before: whoever asks for it knows better.
        due.set(b, at: Self.now + .seconds(7))
        #expect(due.take(10, at: Self.now + .seconds(6)).isEmpty)
        #expect(due.take(10, at: Self.now + .seconds(7)).map(\.origin) == [b])
        #expect(due.count == 0 && due.next == nil)
    }

    @Test func `looks that were replaced do not pile up`() {
        var due = DueLooks()
        let origin = Origin(lane: .root, file: "a.yaml")
        for number in 0..<10_000 { due.set(origin, at: Self.now + .seconds(number)) }
        #expect(due.waste < 100)
        #expect(due.take(10, at: Self.now + .seconds(10_000)).count == 1)
    }
}

extension LaneFeed {
    /// A listing during which nothing happens.
    fileprivate func list(_ names: NameList, in lane: Lane) {
        let reading = beginReading(lane)
        #expect(listed(names, reading))
        endReading(reading)
    }
}
