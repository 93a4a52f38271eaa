// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import FileIO
@testable import TestSupport

/// Whether whoever drops a name of a file could have read it.
struct FileStatusTests {
    struct Case: Sendable {
        var why: String
        var links = 2
        var mode: mode_t
        var owner: uid_t = 1
        var group: gid_t = 1
        var folder: mode_t
        var folderOwner: uid_t = 2
        var folderGroup: gid_t = 1
        var isNoSecret: Bool
    }

    static let cases: [Case] = [
        Case(why: "one name", links: 1, mode: 0o600, folder: 0o777, isNoSecret: true),
        Case(why: "no name at all any more", links: 0, mode: 0o600, folder: 0o777, isNoSecret: true),
        Case(why: "everybody may read it", mode: 0o604, folder: 0o777, isNoSecret: true),
        Case(why: "everybody may drop", mode: 0o660, folder: 0o2777, isNoSecret: false),
        Case(
            why: "everybody may drop, and it is the folder's owner's", mode: 0o640, owner: 2, folder: 0o1777,
            isNoSecret: false),
        Case(why: "only the owner may drop, and it is his", mode: 0o600, owner: 2, folder: 0o755, isNoSecret: true),
        Case(why: "only the owner may drop, and it is another's", mode: 0o600, folder: 0o755, isNoSecret: false),
        Case(
            why: "the group may drop, and it is the folder's owner's", mode: 0o600, owner: 2, folder: 0o2770,
            isNoSecret: false),
        Case(why: "the group may drop and read", mode: 0o640, folder: 0o2770, isNoSecret: true),
        Case(why: "the group may drop, and another may read", mode: 0o640, group: 3, folder: 0o2770, isNoSecret: false),
        Case(why: "the group may drop and write, not read", mode: 0o620, folder: 0o2770, isNoSecret: false),
        Case(why: "another owner's, of the group", mode: 0o640, folder: 0o755, isNoSecret: true),
        Case(why: "only to be executed", mode: 0o711, folder: 0o2770, isNoSecret: false),
    ]

    static let halves: [(Int64, Bool)] = [
        (0, true), (999_999_999, true), (-3_600_000_000_000, true), (50_400_000_000_000, true),
        (1_000_000_000, false), (86_400_000_000_000, false), (1_234_000_000_000, false), (-1, false),
        (315_532_800_000_000_000, true), (315_532_800_500_000_000, true), (315_536_400_000_000_000, true),
        (315_514_800_000_000_000, true), (315_532_801_000_000_000, false), (315_619_200_000_000_000, false),
        (1_795_874_520_000_000_000, false),
    ]

    @Test(arguments: halves)
    func `a file whose date is the very beginning of 1970 or 1980, in any zone, says that it is half a copy`(
        modified: Int64, isHalf: Bool
    ) {
        var file = FileStatus.made()
        file.identity.modified = modified
        #expect(file.isBrokenCopy == isHalf, "\(modified)")
    }

    @Test(arguments: cases)
    func `a hard link is taken only where whoever may drop may read the file`(item: Case) {
        var file = FileStatus.made()
        file.links = UInt64(item.links)
        (file.permissions, file.owner, file.group) = (UInt32(item.mode), item.owner, item.group)
        var folder = FileStatus.made(kind: S_IFDIR)
        (folder.permissions, folder.owner, folder.group) = (UInt32(item.folder), item.folderOwner, item.folderGroup)
        #expect(file.isNoSecret(in: folder) == item.isNoSecret, "\(item.why)")
    }
}
