// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import FileIO

extension FileStatus {
    /// As `stat(2)` would tell of it. Times are nanoseconds since 1970.
    static func made(
        kind: mode_t = S_IFREG, inode: Int = 1, size: Int = 0, modified: Int = 0, changed: Int = 0
    ) -> FileStatus {
        var raw = stat()
        raw.st_mode = kind
        raw.st_dev = 1
        raw.st_ino = .init(inode)
        raw.st_nlink = 1
        raw.st_size = .init(size)
        raw.st_mtim = timespec(tv_sec: modified / 1_000_000_000, tv_nsec: modified % 1_000_000_000)
        raw.st_ctim = timespec(tv_sec: changed / 1_000_000_000, tv_nsec: changed % 1_000_000_000)
        return FileStatus(raw)
    }
}

/// `#expect(a == b)` for values that a mutating call returns, which the macro does not take.
func equal<Value: Equatable>(_ found: Value, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(found == expected, sourceLocation: sourceLocation)
}
