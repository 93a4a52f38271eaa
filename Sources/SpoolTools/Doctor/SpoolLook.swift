// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Spool
internal import SystemPackage

/// Gathers what `doctor` has to know of a spool. Blocking.
struct SpoolLook: Sendable {
    let spool: Spool
    let unit: ServiceUnit?
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

    /// The same, or the user as whom it will run, as far as that is known.
    private var serviceUser: UInt32? { ServiceUnit.user(on: spool, unit) }

    /// What the daemon may do counts, not what this user may, who may be root, or only drop.
    private var trial: SpoolSymptom {
        guard let service = serviceUser, service != me else { return trial(as: me, tryOut()) }
        if me == 0, let error = FileIdentity(user: service)?.perform(tryOut) { return trial(as: service, error) }
        switch tryOut() {
        case nil: return .worksFor(accounts.user(me), spool.root, notTriedAs: accounts.user(service))
        case .cannotUse?: return .untried(spool.root, by: accounts.user(me), for: accounts.user(service))
        case let error?: return .broken(error, as: accounts.user(me))
        }
    }

    private func trial(as user: UInt32, _ error: SpoolError?) -> SpoolSymptom {
        if let error { return .broken(error, as: accounts.user(user)) }
        // A daemon that runs has proved it.
        if let unit, daemonUser == nil, !unit.mayWrite(to: spool.root) { return .outside(spool.root, unit.name) }
        return .works(spool.root, as: accounts.user(user))
    }

    private func tryOut() -> SpoolError? {
        do {
            try spool.check()
            return nil
        } catch {
            return error
        }
    }

    private var permissions: PermissionsSymptom? {
        guard hasInbox, let inbox = try? Kernel.rights(of: spool.inbox) else { return nil }
        let results = [spool.done, spool.failed].compactMap { folder in
            (try? Kernel.rights(of: folder)).map { (path: folder, rights: $0) }
        }
        return PermissionsSymptom(
            inbox: (spool.inbox, inbox), results: results, daemon: serviceUser ?? me, accounts: accounts)
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
        guard let pid = SpoolLock.holder(of: spool) else { return .none(start: unit?.command("start")) }
        let trouble = StatusFile.trouble(in: spool)
        if !trouble.isEmpty { return .heldUp(pid: pid, trouble) }
        return .runs(pid: pid, as: daemonUser.map(accounts.user) ?? "a user")
    }

    var inotify: InotifySymptom {
        guard let watches = ProcessTable.inotifyLimit("max_user_watches"),
            let instances = ProcessTable.inotifyLimit("max_user_instances")
        else { return InotifySymptom(nil) }
        let used = ProcessTable.inotify(of: serviceUser ?? me)
        return InotifySymptom(
            InotifyUse(
                watchLimit: watches, instanceLimit: instances, watches: used.watches, instances: used.instances,
                isWhole: used.isWhole,
                folders: folders(below: spool.inbox) + 1, daemonRuns: daemonUser != nil))
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
