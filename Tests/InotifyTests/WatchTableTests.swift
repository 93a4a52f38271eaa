// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import Inotify

@Suite struct WatchTableTests {
    private static let root: FilePath = "/drop"

    private func table() -> WatchTable {
        var table = WatchTable()
        table.add(Self.root, watch: 1)
        table.add(root: Self.root)
        table.add("/drop/a", watch: 2)
        table.add("/drop/a/b", watch: 3)
        table.add("/drop/ab", watch: 4)
        return table
    }

    private func event(_ watch: Int32, _ mask: Int32, _ name: FilePath.Component? = nil) -> WatchTable.RawEvent {
        .init(watch: watch, mask: UInt32(bitPattern: mask), name: name)
    }

    @Test(arguments: [
        (Int32(IN_CREATE), InotifyEvent.created("/drop/a/f")),
        (Int32(IN_CLOSE_WRITE), .closedAfterWriting("/drop/a/f")),
        (Int32(IN_MOVED_TO), .movedIn("/drop/a/f")),
        (Int32(IN_MOVED_FROM), .movedOut("/drop/a/f")),
        (Int32(IN_DELETE), .deleted("/drop/a/f")),
    ])
    func `what happens to a file is told by its path`(mask: Int32, told: InotifyEvent) {
        #expect(table().reaction(to: event(2, mask, "f")) == .tell(told))
    }

    @Test(arguments: [
        (Int32(IN_CREATE), WatchTable.Reaction.watchTree("/drop/a/f")),
        (Int32(IN_MOVED_TO), .watchTree("/drop/a/f")),
        (Int32(IN_MOVED_FROM), .forgetTree("/drop/a/f", wasMoved: true)),
        (Int32(IN_DELETE), .forgetTree("/drop/a/f", wasMoved: false)),
        (Int32(IN_CLOSE_WRITE), .nothing),
    ])
    func `a folder that comes is watched and one that goes is forgotten`(mask: Int32, told: WatchTable.Reaction) {
        #expect(table().reaction(to: event(2, mask | Int32(IN_ISDIR), "f")) == told)
    }

    @Test(arguments: [
        (Int32(IN_UNMOUNT), InotifyEvent.WatchLoss.unmounted),
        (Int32(IN_MOVE_SELF), .moved),
        (Int32(IN_DELETE_SELF), .deleted),
    ])
    func `only a root tells of itself`(mask: Int32, loss: InotifyEvent.WatchLoss) {
        #expect(table().reaction(to: event(1, mask)) == .loseRoot(Self.root, loss))
        #expect(table().reaction(to: event(2, mask)) == .nothing)
    }

    @Test func `a root that was given up tells no more of itself`() {
        var table = table()
        table.remove(root: Self.root)
        #expect(table.reaction(to: event(1, Int32(IN_DELETE_SELF))) == .nothing)
    }

    @Test func `an overflow comes without a watch`() {
        #expect(table().reaction(to: event(-1, Int32(IN_Q_OVERFLOW))) == .tell(.overflow))
    }

    @Test func `a watch that the kernel dropped is dropped`() {
        var table = table()
        #expect(table.reaction(to: event(3, Int32(IN_IGNORED))) == .dropped(3))
        table.remove(watch: 3)
        #expect(!table.contains("/drop/a/b"))
        #expect(table.reaction(to: event(3, Int32(IN_CREATE), "f")) == .nothing)
    }

    @Test func `events of an unknown watch and events without a name say nothing`() {
        #expect(table().reaction(to: event(9, Int32(IN_CREATE), "f")) == .nothing)
        #expect(table().reaction(to: event(9, Int32(IN_IGNORED))) == .nothing)
        #expect(table().reaction(to: event(2, Int32(IN_CREATE))) == .nothing)
    }

    @Test func `a tree is a folder and what is below it, not what has a similar name`() {
        #expect(table().tree("/drop/a").sorted() == [2, 3])
        #expect(table().tree("/drop").sorted() == [1, 2, 3, 4])
        #expect(table().tree("/other").isEmpty)
    }

    @Test func `a renamed folder that keeps its watch loses its old path`() {
        var table = table()
        table.add("/drop/c", watch: 2)
        #expect(!table.contains("/drop/a"))
        #expect(table.reaction(to: event(2, Int32(IN_CREATE), "f")) == .tell(.created("/drop/c/f")))
    }

    @Test func `the end of a predecessor's watch leaves a folder made anew under the same name`() {
        var table = table()
        table.add("/drop/a", watch: 7)
        table.remove(watch: 2)
        #expect(table.contains("/drop/a"))
        #expect(table.tree("/drop/a").sorted() == [3, 7])
    }
}
