// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FileIO

/// Which file systems are looked at regularly, and whose folders are believed.
struct FileSystemKindTests {
    struct Case: Sendable {
        var magic: UInt32
        var name: String
        var isShared = false
        var hasSoundTimes = false
    }

    /// The numbers as linux/magic.h and statfs(2) have them, written down apart from the table.
    static let cases: [Case] = [
        Case(magic: 0x0000_EF53, name: "ext4", hasSoundTimes: true),
        Case(magic: 0x5846_5342, name: "xfs", hasSoundTimes: true),
        Case(magic: 0x9123_683E, name: "btrfs", hasSoundTimes: true),
        Case(magic: 0x0102_1994, name: "tmpfs", hasSoundTimes: true),
        Case(magic: 0x794C_7630, name: "overlay", hasSoundTimes: true),
        Case(magic: 0x2FC1_2FC1, name: "zfs", hasSoundTimes: true),
        Case(magic: 0x0000_4D44, name: "vfat"),
        Case(magic: 0x2011_BAB0, name: "exfat"),
        Case(magic: 0x0000_6969, name: "nfs", isShared: true),
        Case(magic: 0xFF53_4D42, name: "cifs", isShared: true),
        Case(magic: 0xFE53_4D42, name: "smb3", isShared: true),
        Case(magic: 0x0000_517B, name: "smbfs", isShared: true),
        Case(magic: 0x6573_5546, name: "fuse", isShared: true),
        Case(magic: 0x0102_1997, name: "9p", isShared: true),
        Case(magic: 0x786F_4256, name: "vboxsf", isShared: true),
        Case(magic: 0x00C3_6400, name: "ceph", isShared: true),
        Case(magic: 0x5346_414F, name: "afs", isShared: true),
    ]

    @Test(arguments: cases)
    func `a file system is known by its number`(item: Case) throws {
        let kind = try #require(FileSystemKind(magic: item.magic))
        #expect(kind.name == item.name)
        #expect((kind.reach == .shared) == item.isShared)
        #expect(kind.hasSoundTimes == item.hasSoundTimes)
    }

    @Test func `a number that is not in the table is no kind`() {
        #expect(FileSystemKind(magic: 0) == nil)
        #expect(FileSystemKind(magic: 0xEF54) == nil)
    }

    @Test func `no number stands in the table twice, and no folder of a share is believed`() {
        #expect(Set(FileSystemKind.table.map(\.magic)).count == FileSystemKind.table.count)
        #expect(FileSystemKind.table.filter { $0.reach == .shared && $0.hasSoundTimes }.map(\.name) == [])
    }
}
