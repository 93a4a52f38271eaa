// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Documents
@testable import FileIO
@testable import Spool
@testable import TestSupport

/// Whether a file that waits is still what was found whole, and whether it was whole to begin with.
struct ReadinessTests {
    private static let second = 1_000_000_000
    private static let found = Timestamp(milliseconds: 1_800_000_000_000)
    private static let then = 1_800_000_000 * second

    @Test func `a file that was looked at holds as long as it looks the same`() {
        let status = FileStatus.made(size: 5, modified: Self.then)
        let readiness = Readiness(identity: status.identity, at: Self.found)
        #expect(readiness.holds(for: status))
        // Renamed or with other rights: not written to.
        #expect(readiness.holds(for: .made(size: 5, modified: Self.then, changed: Self.then + Self.second)))
        #expect(!readiness.holds(for: .made(size: 6, modified: Self.then)))
        #expect(!readiness.holds(for: .made(size: 5, modified: Self.then + 1)))
        #expect(!readiness.holds(for: .made(inode: 2, size: 5, modified: Self.then)))
    }

    @Test func `a file that was renamed in holds until it changes after that`() {
        let readiness = Readiness(identity: nil, at: Self.found)
        #expect(readiness.holds(for: .made(changed: Self.then - Self.second)))
        #expect(readiness.holds(for: .made(changed: Self.then)))
        #expect(!readiness.holds(for: .made(changed: Self.then + 1_000_000)))
    }

    struct Copy: Sendable {
        var kind: mode_t = S_IFREG
        var modified: Int
        var isBroken: Bool
    }

    static let copies: [Copy] = [
        Copy(modified: 0, isBroken: true),
        Copy(modified: second - 1, isBroken: true),
        Copy(modified: second, isBroken: false),
        Copy(modified: -second, isBroken: false),
        Copy(modified: then, isBroken: false),
        Copy(kind: S_IFDIR, modified: 0, isBroken: false),
        Copy(kind: S_IFLNK, modified: 0, isBroken: false),
    ]

    @Test(arguments: copies)
    func `a file of the first second of 1970 says of itself that it is half a copy`(item: Copy) {
        #expect(FileStatus.made(kind: item.kind, modified: item.modified).isBrokenCopy == item.isBroken)
    }
}
