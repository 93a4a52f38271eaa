// SPDX-License-Identifier: Apache-2.0

/// How much room a file system has, for those who are not root.
struct DiskRoom: Equatable, Sendable {
    var freeBytes: UInt64
    var totalBytes: UInt64
    /// Inodes; both 0 where the file system makes them as it needs them (btrfs).
    var freeFiles: UInt64
    var totalFiles: UInt64
}
