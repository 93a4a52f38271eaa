// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Spool
internal import SystemPackage

/// Whether a job can go its way through the folders.
enum SpoolSymptom: Symptom {
    /// No spool was named.
    case notNamed
    /// A trial went through as this user.
    case works(FilePath, as: String)
    /// A trial went through as this user, which says nothing of the other one, to whom the daemon or the spool belongs.
    case worksFor(String, FilePath, notTriedAs: String)
    /// This user may not try; the daemon runs as the other one.
    case untried(FilePath, by: String, for: String)
    /// The sandbox of this unit lets the daemon write elsewhere only.
    case outside(FilePath, String)
    /// Why it did not.
    case broken(SpoolError, as: String)

    static var subject: Diagnosis.Subject { .spool }

    var level: Diagnosis.Level {
        switch self {
        case .works: .ok
        case .worksFor, .untried: .warn
        case .notNamed, .outside, .broken: .fail
        }
    }
}

/// What the rights of the folders allow, as far as that is sure: who can drop, and read what comes back.
enum PermissionsSymptom: Symptom {
    /// The group drops and reads.
    case group(String)
    /// Nobody but the owner drops.
    case ownerOnly(String)
    /// An access list says it.
    case accessList(FilePath)
    /// The group drops, and cannot read what comes back.
    case groupCannotRead(String, [FilePath])
    /// Everybody on this machine drops, and spends.
    case everybody(FilePath)
    /// What others drop cannot be taken: the sticky bit (`inode(7)`) lets only their owner, or the folder's, rename
    /// them.
    case sticky(FilePath, owner: String)

    static var subject: Diagnosis.Subject { .permissions }

    var level: Diagnosis.Level {
        switch self {
        case .group, .ownerOnly, .accessList: .ok
        case .groupCannotRead, .everybody: .warn
        case .sticky: .fail
        }
    }

    /// - Parameters:
    ///   - inbox: the inbox and its rights.
    ///   - results: `done/` and `failed/` and theirs.
    ///   - daemon: the user that takes the files.
    ///   - accounts: the names of users and groups.
    init(
        inbox: (path: FilePath, rights: FileRights), results: [(path: FilePath, rights: FileRights)],
        daemon: UInt32, accounts: Accounts
    ) {
        let rights = inbox.rights
        if rights.mode & 0o1000 != 0, daemon != 0, daemon != rights.owner {
            self = .sticky(inbox.path, owner: accounts.user(rights.owner))
        } else if rights.mode & 0o003 == 0o003 {
            self = .everybody(inbox.path)
        } else if rights.hasAccessList {
            self = .accessList(inbox.path)
        } else if rights.mode & 0o030 == 0o030 {
            let closed = results.filter { result in
                // Another group may have the same members: nothing is sure then.
                result.rights.group == rights.group && result.rights.mode & 0o050 != 0o050
                    && !result.rights.hasAccessList
            }
            let group = accounts.group(rights.group)
            self = closed.isEmpty ? .group(group) : .groupCannotRead(group, closed.map(\.path))
        } else {
            self = .ownerOnly(accounts.user(rights.owner))
        }
    }
}

/// How much room there is.
enum SpaceSymptom: Symptom {
    case enough(DiskRoom)
    case fewBytes(DiskRoom)
    case fewFiles(DiskRoom)
    case noBytes(DiskRoom)
    case noFiles(DiskRoom)

    static var subject: Diagnosis.Subject { .space }

    /// A picture has up to 20 MB, and eight jobs under way fetch at once: below this, one round of them may not fit.
    static let leastBytes: UInt64 = 64 << 20
    /// Some fifty pictures: time to make room before anything stops.
    static let fewBytes: UInt64 = 1 << 30
    /// A job makes about eight files and folders: enough for a hundred of them.
    static let leastFiles: UInt64 = 800
    /// In a hundred: below it, file systems begin to scatter what they write.
    static let fewPercent: UInt64 = 5

    var level: Diagnosis.Level {
        switch self {
        case .enough: .ok
        case .fewBytes, .fewFiles: .warn
        case .noBytes, .noFiles: .fail
        }
    }

    init(_ room: DiskRoom) {
        let countsFiles = room.totalFiles > 0
        if room.freeBytes < Self.leastBytes {
            self = .noBytes(room)
        } else if countsFiles, room.freeFiles < Self.leastFiles {
            self = .noFiles(room)
        } else if room.freeBytes < max(Self.fewBytes, room.totalBytes / 100 * Self.fewPercent) {
            self = .fewBytes(room)
        } else if countsFiles, room.freeFiles < room.totalFiles / 100 * Self.fewPercent {
            self = .fewFiles(room)
        } else {
            self = .enough(room)
        }
    }
}

/// What the spool lies on.
enum FileSystemSymptom: Symptom {
    /// A disk of this machine.
    case local(MountTable.Mount)
    /// Other machines, or other programs behind FUSE, may write there without the kernel's knowledge: no events.
    case shared(MountTable.Mount)
    /// In memory.
    case memory(MountTable.Mount)
    /// The mount table does not tell.
    case unknown(FilePath)

    static var subject: Diagnosis.Subject { .fileSystem }

    var level: Diagnosis.Level {
        switch self {
        case .local: .ok
        case .shared, .memory, .unknown: .warn
        }
    }

    private static let sharedTypes: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "vboxsf", "prl_fs", "ceph", "afs", "ncpfs", "lustre",
        "gfs2", "ocfs2", "coda", "beegfs", "gpfs", "orangefs", "fuse",
    ]

    init(_ mount: MountTable.Mount?, of path: FilePath) {
        guard let mount else {
            self = .unknown(path)
            return
        }
        if ["tmpfs", "ramfs"].contains(mount.type) {
            self = .memory(mount)
        } else if Self.sharedTypes.contains(mount.type) || mount.type.hasPrefix("fuse.") {
            self = .shared(mount)
        } else {
            self = .local(mount)
        }
    }
}
