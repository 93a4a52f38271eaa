// SPDX-License-Identifier: Apache-2.0

/// What kind of file system something lies on, as `statfs(2)` tells by a magic number, and what it does for a watcher.
package struct FileSystemKind: Equatable, Sendable {
    package enum Reach: Sendable {
        /// Whoever writes goes through this kernel, so that inotify hears of it.
        case local
        /// Others write on a server, on the host of this machine, or in a program behind the mount: inotify(7), "does
        /// not report … remote events for network filesystems". What `stat(2)` says may be old there, too.
        case shared
    }

    /// As `mount(8)` calls it.
    package let name: String
    let magic: UInt32
    package let reach: Reach
    /// Whether a folder's own times change with every entry that comes, goes or is renamed, exactly and at once.
    package let hasSoundTimes: Bool

    private init(_ name: String, _ magic: UInt32, _ reach: Reach, soundTimes: Bool = false) {
        self.name = name
        self.magic = magic
        self.reach = reach
        hasSoundTimes = soundTimes
    }

    /// The numbers are those of linux/magic.h where nothing else is said.
    static let table: [FileSystemKind] = [
        FileSystemKind("ext4", 0xEF53, .local, soundTimes: true),
        FileSystemKind("xfs", 0x5846_5342, .local, soundTimes: true),
        FileSystemKind("btrfs", 0x9123_683E, .local, soundTimes: true),
        FileSystemKind("tmpfs", 0x0102_1994, .local, soundTimes: true),
        FileSystemKind("ramfs", 0x8584_58F6, .local, soundTimes: true),
        FileSystemKind("f2fs", 0xF2F5_2010, .local, soundTimes: true),
        FileSystemKind("overlay", 0x794C_7630, .local, soundTimes: true),
        // module/os/linux/zfs/zfs_super.c of OpenZFS: ZFS_SUPER_MAGIC
        FileSystemKind("zfs", 0x2FC1_2FC1, .local, soundTimes: true),
        // fs/bcachefs/bcachefs_format.h: BCACHEFS_STATFS_MAGIC
        FileSystemKind("bcachefs", 0xCA45_1A4E, .local, soundTimes: true),
        FileSystemKind("reiserfs", 0x5265_4973, .local),
        FileSystemKind("nilfs2", 0x3434, .local),
        // fs/jfs/jfs_superblock.h: JFS_SUPER_MAGIC
        FileSystemKind("jfs", 0x3153_464A, .local),
        // Times of folders have a grain of two seconds, and are left as they are when an entry comes.
        FileSystemKind("vfat", 0x4D44, .local),
        FileSystemKind("exfat", 0x2011_BAB0, .local),
        // fs/ntfs3/super.c: its s_magic
        FileSystemKind("ntfs3", 0x7366_746E, .local),
        // fs/hfsplus/hfsplus_raw.h: HFSPLUS_VOLHEAD_SIG
        FileSystemKind("hfsplus", 0x482B, .local),
        FileSystemKind("ecryptfs", 0xF15F, .local),
        FileSystemKind("nfs", 0x6969, .shared),
        FileSystemKind("cifs", 0xFF53_4D42, .shared),
        FileSystemKind("smb3", 0xFE53_4D42, .shared),
        FileSystemKind("smbfs", 0x517B, .shared),
        // sshfs, rclone, Docker Desktop, mergerfs and many more; virtiofs has the same number.
        FileSystemKind("fuse", 0x6573_5546, .shared),
        FileSystemKind("9p", 0x0102_1997, .shared),
        // fs/vboxsf/super.c: VBOXSF_SUPER_MAGIC
        FileSystemKind("vboxsf", 0x786F_4256, .shared),
        // open-vm-tools, modules/linux/vmhgfs: HGFS_SUPER_MAGIC
        FileSystemKind("vmhgfs", 0xBACB_ACBC, .shared),
        FileSystemKind("ceph", 0x00C3_6400, .shared),
        FileSystemKind("afs", 0x6B41_4653, .shared),
        FileSystemKind("afs", 0x5346_414F, .shared),
        FileSystemKind("coda", 0x7375_7245, .shared),
        FileSystemKind("ocfs2", 0x7461_636F, .shared),
        // fs/gfs2, linux/gfs2_ondisk.h: GFS2_MAGIC
        FileSystemKind("gfs2", 0x0116_1970, .shared),
        // statfs(2) of Lustre (lustre_user.h: LL_SUPER_MAGIC) and of IBM Spectrum Scale
        FileSystemKind("lustre", 0x0BD0_0BD0, .shared),
        FileSystemKind("gpfs", 0x4750_4653, .shared),
    ]

    /// `nil` for a kind that is not in the table.
    package init?(magic: UInt32) {
        guard let kind = Self.table.first(where: { $0.magic == magic }) else { return nil }
        self = kind
    }
}

/// How much room a file system has, for those who are not root.
package struct DiskRoom: Equatable, Sendable {
    package var freeBytes: UInt64
    package var totalBytes: UInt64
    /// Inodes; both 0 where the file system makes them as it needs them (btrfs).
    package var freeFiles: UInt64
    package var totalFiles: UInt64
}
