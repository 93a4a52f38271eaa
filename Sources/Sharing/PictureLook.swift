// SPDX-License-Identifier: Apache-2.0

package import FileIO
package import SystemPackage

/// What a look at a picture on one's own disk has found.
package enum PictureLook: Error, Equatable, Sendable {
    /// The path leads out of the inbox.
    case outside
    /// It, or a folder on the way, is not there.
    case missing
    /// What stands there is what a sync client shows of a file that it has not downloaded.
    case placeholder
    /// It, or a folder on the way, is a symlink; those are not followed.
    case symlink
    /// It has another name elsewhere, and may not be meant for whoever gave it this one.
    case linked
    /// A folder, a FIFO, a device.
    case notAFile
    case unreadable(Errno)
    /// Nothing is in it yet.
    case empty
    /// Somebody has it open for writing, or has changed it under our eyes.
    case beingWritten
    /// The limit in bytes.
    case tooLarge(FileStatus.Identity, limit: Int64)
    /// None of ``PictureKind``.
    case notAPicture(FileStatus.Identity)
    /// - endsWhole: whether its end is there, as its format has it; see ``PictureEnd``.
    case picture(FileStatus.Identity, endsWhole: Bool)
}
