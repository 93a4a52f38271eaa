// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Intake
@testable import Requests
@testable import TestSupport

/// Which folders a look may pass over.
struct FolderMemoryTests {
    private static let acme = Lane(path: "acme")
    private static let spring = Lane(path: "acme/spring")
    /// When each listing begins: nanoseconds since 1970.
    private static let start = 1_800_000_000_000_000_000
    private static let long = start - 60_000_000_000
    private static let grain = Int(FolderMemory.grain)

    private static func stamp(
        inode: Int = 1, modified: Int = Self.long, changed: Int = Self.long
    ) -> FolderMemory.Stamp {
        .init(.made(kind: S_IFDIR, inode: inode, modified: modified, changed: changed))
    }

    /// What is remembered after one listing.
    private static func memory(_ stamp: FolderMemory.Stamp, isOpen: Bool = false) -> FolderMemory {
        var memory = FolderMemory()
        _ = memory.listed(acme, stamp, at: Int64(start), subfolders: ["spring"], isOpen: isOpen)
        return memory
    }

    @Test func `a folder that looks as it did is passed over, and its sub-folders are known`() {
        let memory = Self.memory(Self.stamp())
        #expect(memory.subfolders(of: Self.acme, Self.stamp()) == ["spring"])
        #expect(memory.subfolders(of: Self.spring, Self.stamp()) == nil)
    }

    @Test func `one with files in it is passed over only while they are still to be looked at`() {
        let memory = Self.memory(Self.stamp(), isOpen: true)
        #expect(memory.subfolders(of: Self.acme, Self.stamp()) == nil)
        #expect(memory.subfolders(of: Self.acme, Self.stamp(), isOpen: true) == ["spring"])
        #expect(memory.subfolders(of: Self.acme, Self.stamp(inode: 2), isOpen: true) == nil)
    }

    struct Change: Sendable {
        var name: String
        var stamp: FolderMemory.Stamp
    }

    static let changes: [Change] = [
        Change(name: "another folder", stamp: stamp(inode: 2)),
        Change(name: "an entry came", stamp: stamp(modified: long + 1, changed: long + 1)),
        Change(name: "its date was put back", stamp: stamp(changed: long + 1)),
        Change(name: "only its date is another", stamp: stamp(modified: long - 1)),
    ]

    @Test(arguments: changes)
    func `a folder that looks other than before is listed`(item: Change) {
        let memory = Self.memory(Self.stamp())
        #expect(memory.subfolders(of: Self.acme, item.stamp) == nil, "\(item.name)")
    }

    struct Age: Sendable {
        var modified: Int
        var changed: Int
        var isTrusted: Bool
    }

    static let ages: [Age] = [
        Age(modified: start - grain - 1, changed: start - grain - 1, isTrusted: true),
        Age(modified: start - grain, changed: long, isTrusted: false),
        Age(modified: long, changed: start - grain, isTrusted: false),
        Age(modified: start, changed: start, isTrusted: false),
        // A date in the future.
        Age(modified: start + grain, changed: long, isTrusted: false),
    ]

    @Test(arguments: ages)
    func `a folder that changed just before it was listed is listed again`(item: Age) {
        let stamp = Self.stamp(modified: item.modified, changed: item.changed)
        #expect((Self.memory(stamp).subfolders(of: Self.acme, stamp) != nil) == item.isTrusted)
    }

    @Test func `a folder with something in it that is to be taken later is listed again`() {
        #expect(Self.memory(Self.stamp(), isOpen: true).subfolders(of: Self.acme, Self.stamp()) == nil)
    }

    @Test func `sub-folders that are gone are told once, and forgotten with all below them`() {
        var memory = FolderMemory()
        let (old, new) = (Self.stamp(), Self.stamp(changed: Self.long + 1))
        let deep = Lane(path: "acme/spring/deep")
        equal(memory.listed(Self.acme, old, at: Int64(Self.start), subfolders: ["spring", "sale"], isOpen: false), [])
        equal(memory.listed(Self.spring, old, at: Int64(Self.start), subfolders: ["deep"], isOpen: false), [])
        equal(memory.listed(deep, old, at: Int64(Self.start), subfolders: [], isOpen: false), [])
        #expect(memory.subfolders(of: deep, old) == [])
        equal(memory.listed(Self.acme, new, at: Int64(Self.start), subfolders: ["sale"], isOpen: false), [Self.spring])
        #expect(memory.subfolders(of: Self.spring, old) == nil)
        #expect(memory.subfolders(of: deep, old) == nil)
        equal(memory.listed(Self.acme, new, at: Int64(Self.start), subfolders: ["sale"], isOpen: false), [])
    }

    @Test func `a folder that is forgotten is listed again, and its neighbour is not`() {
        var memory = Self.memory(Self.stamp())
        let other = Lane(path: "other")
        _ = memory.listed(other, Self.stamp(), at: Int64(Self.start), subfolders: [], isOpen: false)
        memory.forget(Self.acme)
        #expect(memory.subfolders(of: Self.acme, Self.stamp()) == nil)
        #expect(memory.subfolders(of: other, Self.stamp()) == [])
    }

    @Test func `a lane's defaults are news when they come, change and go`() {
        var memory = FolderMemory()
        let (first, second) = (FileStatus.made(size: 1).identity, FileStatus.made(size: 2).identity)
        equal(memory.sawDefaults(nil, in: Self.acme), false)
        equal(memory.sawDefaults(first, in: Self.acme), true)
        equal(memory.sawDefaults(first, in: Self.acme), false)
        #expect(memory.hasDefaults(Self.acme))
        equal(memory.sawDefaults(second, in: Self.acme), true)
        equal(memory.sawDefaults(nil, in: Self.acme), true)
        #expect(!memory.hasDefaults(Self.acme))
    }

    @Test func `the defaults of a lane that is gone are forgotten with it`() {
        var memory = Self.memory(Self.stamp())
        _ = memory.sawDefaults(FileStatus.made(size: 1).identity, in: Self.spring)
        _ = memory.listed(Self.spring, Self.stamp(), at: Int64(Self.start), subfolders: [], isOpen: false)
        #expect(memory.hasDefaults(Self.spring))
        memory.forget(Self.acme)
        #expect(!memory.hasDefaults(Self.spring))
    }
}
