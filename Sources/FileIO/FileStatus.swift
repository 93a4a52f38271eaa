// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

/// What `stat(2)` says of a file, as far as the daemon asks.
package struct FileStatus: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case regular, directory, symlink, other
    }

    /// Which file or folder it is, whatever its name.
    package struct Inode: Hashable, Sendable {
        package var device: UInt64
        package var inode: UInt64
    }

    /// Tells one file from another, and one state of its content from the next.
    package struct Identity: Hashable, Sendable {
        package var device: UInt64
        package var inode: UInt64
        package var size: Int64
        package var modified: Int64  // nanoseconds since 1970
    }

    package var kind: Kind
    /// The lowest twelve bits of `st_mode` (inode(7)).
    package var permissions: UInt32
    package var identity: Identity
    package var links: UInt64
    /// A user id.
    package var owner: UInt32
    /// A group id.
    var group: UInt32
    /// When content, name or rights last changed, which nobody can set: nanoseconds since 1970.
    package var changed: Int64

    /// Whether it says of itself that it is half a copy: rsync leaves what `--partial` keeps of a transfer that broke
    /// off under the final name, with its time at 1970-01-01 00:00:00 (rsync(1), `--partial`), and robocopy sets the true
    /// time last, and 1980-01-01 00:00:00 before that.
    package var isBrokenCopy: Bool { kind == .regular && Self.isNoDate(identity.modified) }

    /// Whether it is the very beginning of either year, in some zone of the world: there the clocks stand up to 14 hours
    /// ahead or behind, by quarters of an hour.
    private static func isNoDate(_ nanoseconds: Int64) -> Bool {
        let second = nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds - 999_999_999) / 1_000_000_000
        return [0, 315_532_800].contains { abs(second - $0) <= 14 * 3600 && (second - $0).isMultiple(of: 900) }
    }

    /// Whether somebody who may drop into `folder` could have read this file as well.
    ///
    /// A name can be given to another's file, too (link(2); `fs.protected_hardlinks` may be off): the daemon could read
    /// what whoever dropped it cannot, and would quote it, send it or publish it. Nobody can tell who made a name, so
    /// what counts is who could have. A file with one name was written here, or moved here by its owner.
    package func isNoSecret(in folder: FileStatus) -> Bool {
        if links <= 1 || permissions & 0o004 != 0 { return true }
        if folder.permissions & 0o002 != 0 { return false }
        if folder.permissions & 0o020 == 0, folder.owner == owner { return true }
        return permissions & 0o040 != 0 && folder.group == group
    }

    /// The same for an open folder, which is asked only where it matters.
    package func isNoSecret(in folder: borrowing OpenFile) throws(Errno) -> Bool {
        links <= 1 ? true : isNoSecret(in: try folder.status())
    }

    /// Both as one: whichever of them is another, or is written anew, this is. The kind, the size and the rights stay
    /// those of the first.
    package func together(with other: FileStatus) -> FileStatus {
        var both = self
        for part in [Int64(truncatingIfNeeded: other.identity.inode), other.size, other.identity.modified] {
            both.identity.modified = both.identity.modified &* 1_000_003 &+ part
        }
        both.changed = max(changed, other.changed)
        return both
    }

    package var size: Int64 { identity.size }
    package var device: UInt64 { identity.device }
    package var place: Inode { Inode(device: device, inode: identity.inode) }

    init(_ raw: stat) {
        switch raw.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .symlink
        default: kind = .other
        }
        permissions = raw.st_mode & 0o7777
        identity = Identity(
            device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino), size: Int64(raw.st_size),
            // Wraps for dates beyond the year 2262: it is compared, never read.
            modified: Int64(raw.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(raw.st_mtim.tv_nsec))
        links = UInt64(raw.st_nlink)
        owner = UInt32(raw.st_uid)
        group = UInt32(raw.st_gid)
        changed = Int64(raw.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(raw.st_ctim.tv_nsec)
    }
}

/// Who may do what with a file or a folder.
package struct FileRights: Equatable, Sendable {
    /// The last twelve bits of `st_mode`.
    package var mode: UInt32
    /// A user id.
    package var owner: UInt32
    /// A group id.
    package var group: UInt32
    /// Whether an access list says more than the mode: then the mode's group bits are its mask (`acl(5)`).
    package var hasAccessList: Bool
}

/// How a file looked at a moment: another look is the same as long as the file is.
package struct FileLook: Equatable, Sendable {
    private let identity: FileStatus.Identity
    /// Its rights may have changed, too.
    private let changed: Int64

    /// `nil` where there is nothing, or it cannot be looked at. Symbolic links are followed. Blocking.
    package init?(_ path: FilePath) {
        guard let file = try? Kernel.open(path, O_RDONLY | O_NONBLOCK), let status = try? file.status() else {
            return nil
        }
        identity = status.identity
        changed = status.changed
    }
}
