// SPDX-License-Identifier: Apache-2.0

/// Which file a shared picture was, and in which state: by that it is known again when the job is done.
package struct SharedPicture: Equatable, Sendable {
    var device: UInt64
    package var inode: UInt64
    package var bytes: Int64
    /// Nanoseconds since 1970.
    package var modified: Int64

    package init(device: UInt64, inode: UInt64, bytes: Int64, modified: Int64) {
        self.device = device
        self.inode = inode
        self.bytes = bytes
        self.modified = modified
    }
}
