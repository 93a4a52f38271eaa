// SPDX-License-Identifier: Apache-2.0

/// Which file a shared picture was, and in which state: by that it is known again when the job is done.
struct SharedPicture: Equatable, Sendable {
    var device: UInt64
    var inode: UInt64
    var bytes: Int64
    /// Nanoseconds since 1970.
    var modified: Int64
}
