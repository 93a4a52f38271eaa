// SPDX-License-Identifier: Apache-2.0

/// How much room a file system has, for those who are not root.
package struct DiskRoom: Equatable, Sendable {
    package var freeBytes: UInt64
    package var totalBytes: UInt64
    /// Inodes; both 0 where the file system makes them as it needs them (btrfs).
    package var freeFiles: UInt64
    package var totalFiles: UInt64
}
