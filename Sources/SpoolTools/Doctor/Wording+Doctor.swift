// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Spool
internal import SystemPackage

/// The sentences of `doctor` about the machine: what was found, and what to do. Those about the settings and the
/// service are beside them.
extension SpoolSymptom {
    var words: Wording.Words {
        switch self {
        case .notNamed: .init("no spool is given", advice: "give --spool DIR, or set BANANADROP_SPOOL")
        case .works(let root, let user):
            .init("\(Wording.path(root)) is on one file system, and a trial worked as \(user)")
        case .worksFor(let user, let root, let other):
            .init(
                "\(Wording.path(root)) is on one file system, and a trial worked as \(user), which says nothing "
                    + "about \(other)",
                advice: "run `doctor` as root, who tries it as \(other)")
        case .untried(let root, let user, let other):
            .init(
                "whether the daemon can work in \(Wording.path(root)) was not tried: it runs as \(other), and \(user) may "
                    + "not write there",
                advice: "run `doctor` as root, who tries it as \(other)")
        case .outside(let root, let unit):
            .init(
                "the sandbox of \(unit) does not let the daemon write to \(Wording.path(root))",
                advice: "give it ReadWritePaths=\(Wording.path(root)) by `systemctl edit \(unit)`")
        case .broken(let error, let user):
            .init(Wording.line(error.what) + " (tried as \(user))", advice: error.advice)
        }
    }
}

extension PermissionsSymptom {
    var words: Wording.Words {
        switch self {
        case .group(let group): .init("members of the group \(group) can drop files and read results")
        case .ownerOnly(let owner): .init("only \(owner) can drop files")
        case .accessList(let inbox):
            .init("an access list says who can drop files; `getfacl \(Wording.path(inbox))` shows it")
        case .groupCannotRead(let group, let folders):
            .init(
                "members of the group \(group) can drop files, but not read \(Wording.paths(folders))",
                advice: "run `chmod g+rx` there, so that they get their pictures")
        case .everybody(let inbox):
            .init(
                "everybody on this machine can drop files into \(Wording.path(inbox)), and each request costs money",
                advice: "run `chmod o-w` there, and give a group the right to drop files")
        case .sticky(let inbox, let owner):
            .init(
                "\(Wording.path(inbox)) has the sticky bit and belongs to \(owner), so the daemon cannot take other "
                    + "people's files",
                advice: "run `chmod -t` there, or make the daemon's user the owner of the folder")
        }
    }
}

extension SpaceSymptom {
    var words: Wording.Words {
        switch self {
        case .enough(let room): .init(Self.bytes(room) + (room.totalFiles > 0 ? ", " + Self.files(room) : ""))
        case .fewBytes(let room): .init(Self.bytes(room), advice: "free space before pictures no longer fit")
        case .fewFiles(let room):
            .init(Self.files(room), advice: "remove or archive old results before no more files can be made")
        case .noBytes(let room): .init(Self.bytes(room), advice: "free space; until then, the daemon takes no files")
        case .noFiles(let room):
            .init(Self.files(room), advice: "remove or archive old results; until then, the daemon takes no files")
        }
    }

    private static func bytes(_ room: DiskRoom) -> String {
        "\(Wording.size(room.freeBytes)) of \(Wording.size(room.totalBytes)) free"
    }

    private static func files(_ room: DiskRoom) -> String {
        "\(room.freeFiles) of \(room.totalFiles) inodes free"
    }
}

extension FileSystemSymptom {
    var words: Wording.Words {
        switch self {
        case .local(let mount): .init(Self.name(mount))
        case .shared(let mount):
            .init(
                Self.name(mount) + ": the kernel does not report what other machines write there, so it is found later",
                advice: "if that is too slow, keep the spool on a disk of this machine and share it from here")
        case .memory(let mount):
            .init(
                Self.name(mount) + ": when the machine stops, everything there is lost, even paid pictures and "
                    + "journals",
                advice: "keep the spool on a disk")
        case .unknown(let path):
            .init("the file system of \(Wording.path(path)) is not in the mount table", advice: "see `findmnt`")
        }
    }

    private static func name(_ mount: MountTable.Mount) -> String {
        "\(Wording.line(mount.type)), mounted at \(Wording.path(mount.point))"
    }
}

extension EventsSymptom {
    var words: Wording.Words {
        switch self {
        case .arrive(let time): .init("a file made in the inbox was seen after \(Wording.time(time))")
        case .none(let time):
            .init(
                "a file made in the inbox was not seen within \(Wording.time(time)), so new files are found later",
                advice: "if that is too slow, keep the spool on a disk of this machine")
        case .cannotWatch(let error): .init(Wording.line("\(error)"))
        case .cannotTry(let inbox, let error):
            .init(
                "not tried, because no file can be made in \(Wording.path(inbox)): \(error)",
                advice: Wording.advice(for: error) ?? "run `doctor` as a user who can drop files there")
        }
    }
}

extension InotifySymptom {
    var words: Wording.Words {
        switch self {
        case .roomy(let use): .init(Self.numbers(use))
        case .near(let use):
            .init(Self.numbers(use), advice: "raise fs.inotify.max_user_watches or max_user_instances in time")
        case .fewWatches(let use):
            .init(
                Self.numbers(use) + ", too few for \(Wording.count(use.folders, "folder")) in the inbox",
                advice: "raise fs.inotify.max_user_watches; until then, the other folders are checked only every "
                    + "rescan-interval")
        case .noInstance(let use):
            .init(Self.numbers(use) + ", none left for the daemon", advice: "raise fs.inotify.max_user_instances")
        case .unknown: .init("the limits cannot be read", advice: "see /proc/sys/fs/inotify")
        }
    }

    private static func numbers(_ use: InotifyUse) -> String {
        (use.isWhole ? "" : "at least ")
            + "\(use.watches) of \(use.watchLimit) watches and \(use.instances) of \(use.instanceLimit) instances are in use"
            + (use.daemonRuns ? "" : ", the inbox needs \(use.folders + 1) and 1")
    }
}

extension DaemonSymptom {
    var words: Wording.Words {
        switch self {
        case .runs(let pid, let user): .init("process \(pid) works on the spool as \(user)")
        case .heldUp(let pid, let why):
            .init(
                "process \(pid) works on the spool but waits: " + why.map(Wording.line).joined(separator: "; "),
                advice: "see `bananadrop status`; it continues by itself when that is over")
        case .none(let start):
            .init(
                "no daemon works on the spool",
                advice: start.map { "start it with `\($0)`" } ?? "start it with `bananadrop run`, or its service")
        }
    }
}

extension Wording {
    static func paths(_ paths: [FilePath]) -> String { paths.map(path).joined(separator: " and ") }

    /// `0.4 ms`, `12 ms`, `2.0 s`.
    static func time(_ time: Duration) -> String {
        let microseconds = time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
        if microseconds < 10_000 { return "\(microseconds / 1000).\(microseconds % 1000 / 100) ms" }
        if microseconds < 1_000_000 { return "\(microseconds / 1000) ms" }
        return "\(microseconds / 1_000_000).\(microseconds % 1_000_000 / 100_000) s"
    }
}
