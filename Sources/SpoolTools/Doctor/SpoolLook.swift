// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Spool
internal import SystemPackage

/// Gathers what `doctor` has to know of a spool. Blocking.
struct SpoolLook: Sendable {
    let spool: Spool
    let accounts: Accounts

    /// Those that need no more than the disk, in their order. `nil` where there is nothing to look at: the first one
    /// says so.
    static let checks: [@Sendable (SpoolLook) -> Diagnosis?] = [
        { Diagnosis($0.trial) }, { $0.permissions.map(Diagnosis.init) }, { $0.space.map(Diagnosis.init) },
        { $0.fileSystem.map(Diagnosis.init) },
    ]

    var hasInbox: Bool { Kernel.isDirectory(spool.inbox) }

    private var me: UInt32 { geteuid() }

    /// The user as whom the daemon runs; `nil` where none runs.
    private var daemonUser: UInt32? { SpoolLock.holder(of: spool).flatMap(ProcessTable.user) }

    private var trial: SpoolSymptom {
        let name = accounts.user(me)
        do {
            try spool.check()
        } catch {
            // A user who only drops needs less than the daemon.
            if case .cannotUse = error, let daemon = daemonUser, daemon != me {
                return .brokenFor(name, error, daemon: accounts.user(daemon))
            }
            return .broken(error, as: name)
        }
        // Root may do everything everywhere, so the trial says nothing of the user to whom the folders belong.
        let owner = me == 0 ? try? Kernel.rights(of: spool.processing).owner : nil
        guard let other = daemonUser ?? owner, other != me else { return .works(spool.root, as: name) }
        return .worksFor(name, spool.root, notTriedAs: accounts.user(other))
    }

    private var permissions: PermissionsSymptom? {
        guard hasInbox, let inbox = try? Kernel.rights(of: spool.inbox) else { return nil }
        let results = [spool.done, spool.failed].compactMap { folder in
            (try? Kernel.rights(of: folder)).map { (path: folder, rights: $0) }
        }
        return PermissionsSymptom(
            inbox: (spool.inbox, inbox), results: results, daemon: daemonUser ?? me, accounts: accounts)
    }

    /// The folder that stands for the spool's file system: where jobs are written.
    private var disk: FilePath? {
        [spool.processing, spool.root].first { Kernel.isDirectory($0) }
    }

    private var space: SpaceSymptom? {
        disk.flatMap { try? Kernel.room(at: $0) }.map(SpaceSymptom.init)
    }

    private var fileSystem: FileSystemSymptom? {
        guard let disk, let place = try? Kernel.openPlace(disk).place() else { return nil }
        return FileSystemSymptom(MountTable.current().mount(of: place), of: disk)
    }

    var daemon: DaemonSymptom {
        guard let pid = SpoolLock.holder(of: spool) else { return .none }
        let trouble = SpoolSurvey.trouble(in: spool)
        if !trouble.isEmpty { return .heldUp(pid: pid, trouble) }
        return .runs(pid: pid, as: daemonUser.map(accounts.user) ?? "a user")
    }

    var inotify: InotifySymptom {
        guard let watches = ProcessTable.inotifyLimit("max_user_watches"),
            let instances = ProcessTable.inotifyLimit("max_user_instances")
        else { return InotifySymptom(nil) }
        let daemon = daemonUser
        let used = ProcessTable.inotify(of: daemon ?? me)
        return InotifySymptom(
            InotifyUse(
                watchLimit: watches, instanceLimit: instances, watches: used.watches, instances: used.instances,
                isWhole: used.isWhole,
                folders: folders(below: spool.inbox) + 1, daemonRuns: daemon != nil))
    }

    /// How many folders the daemon will watch, without the first.
    private func folders(below folder: FilePath) -> Int {
        guard var listing = try? DirectoryListing(folder) else { return 0 }
        var count = 0
        while let (name, kind) = try? listing.next() {
            let place = folder.appending(name)
            if IgnoredNames.standard.matches(name) || !kind.isFolder(at: place) { continue }
            count += 1 + folders(below: place)
        }
        return count
    }
}

extension TimeZoneSymptom {
    static var ofThisMachine: TimeZoneSymptom {
        let link = try? Kernel.readSymlink("/etc/localtime", at: AT_FDCWD)
        var now = time(nil)
        var fields = tm()
        localtime_r(&now, &fields)
        return TimeZoneSymptom(
            variable: getenv("TZ").map { String(cString: $0) }, link: link.map { String(decoding: $0) },
            offset: fields.tm_gmtoff
        ) { name in
            name.hasPrefix("/")
                ? (try? Kernel.exists(FilePath(name))) == true
                : (try? Kernel.exists(FilePath("/usr/share/zoneinfo").pushing(FilePath(name)))) == true
        }
    }
}
