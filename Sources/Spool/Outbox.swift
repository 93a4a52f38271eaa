// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import FileIO
internal import Glibc
package import Jobs
internal import Requests
package import SystemPackage

/// `notifications/` in a spool: what is still to be told, a file for each and for each way to tell it. Blocking.
///
/// The file is written in the same round as the result that it tells of, and removed once that is told. So after any
/// crash it is told once more, with the same id, and never not at all. Where the result came to stand is known only once
/// its folder was renamed, and is added then; a start that finds nothing added looks for it.
package struct Outbox: Sendable {
    /// A way to tell.
    package enum Way: String, CaseIterable, Sendable {
        case command, url
    }

    /// What a file says.
    package enum Entry: Sendable {
        case ready(Notification)
        /// The result that it tells of is not published.
        case early
        /// It is no notification, or torn.
        case broken
    }

    package let spool: Spool
    package var folder: FilePath { spool.root.appending(Self.name) }
    package static let name: FilePath.Component = "notifications"
    /// Far more than one has: a hundred names of pictures.
    private static let limit = 1 << 20

    package init(spool: Spool) {
        self.spool = spool
    }

    package static func file(_ id: String, _ way: Way) -> FilePath.Component {
        FilePath.Component("\(id).\(way.rawValue)") ?? name
    }

    /// Writes it down, to be told by these ways. May be done again.
    ///
    /// - Parameter job: the folder that is about to be published; `nil` for what is true already.
    package func write(_ notification: Notification, to ways: [Way], of job: JobFolder? = nil) throws(Errno) {
        var entry: JSON = .object(["notification": notification.json])
        if let job {
            let status = try Kernel.status(of: job.path, at: AT_FDCWD)
            entry = .object([
                "notification": notification.json, "folder": job.path.lastComponent.map(NameText.json),
                "inode": .number(status.place.inode), "device": .number(status.place.device),
            ])
        }
        let bytes = entry.line + [UInt8(ascii: "\n")]
        for way in ways { try put(bytes, Self.file(notification.id, way)) }
    }

    private func put(_ bytes: [UInt8], _ name: FilePath.Component) throws(Errno) {
        do {
            try putBeside(bytes, name)
        } catch .noSuchFileOrDirectory {
            // Nobody but this user need look into it: it names what others have dropped.
            do throws(Errno) {
                try Ledger.makeFolder(folder, mode: 0o700)
            } catch .fileExists {
                // By another job in this very moment.
            }
            try putBeside(bytes, name)
        }
    }

    /// It has its name once it is whole: whoever looks through the folder would take half of it for a torn one.
    private func putBeside(_ bytes: [UInt8], _ name: FilePath.Component) throws(Errno) {
        let new = folder.appending(".\(String(decoding: name)).new")
        try Kernel.createAnew(new).writeAll(bytes)
        try Kernel.replace(folder.appending(name), with: new, at: AT_FDCWD)
    }

    /// What ``write(_:to:of:)`` changes.
    package func changes(_ notifications: [Notification], to ways: [Way]) -> DiskChanges {
        let files = notifications.flatMap { notification in ways.map { Self.file(notification.id, $0) } }
        return changes(files)
    }

    private func changes(_ files: [FilePath.Component]) -> DiskChanges {
        let places = files.map { DiskChanges.Place.file(folder.appending($0)) }
        return DiskChanges(places: Set(places).union([.arrivals(in: folder), .arrivals(in: spool.root)]))
    }

    // MARK: What was told of the whole spool

    private static let told: FilePath.Component = ".told.json"

    /// Writes down what people know of the whole spool, instead of what was written before.
    package func writeTold(_ bytes: [UInt8]) throws(Errno) { try put(bytes, Self.told) }

    /// What ``writeTold(_:)`` changes.
    package var toldChanges: DiskChanges { changes([Self.told]) }

    /// `nil` where nothing was written.
    package func readTold() throws(Errno) -> [UInt8]? {
        do {
            return try contents(of: Self.told, limit: Self.toldLimit)
        } catch .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Far more than is written there.
    private static let toldLimit = 64 << 20

    /// `nil` where it is no file.
    private func contents(of file: FilePath.Component, limit: Int) throws(Errno) -> [UInt8]? {
        let opened = try Kernel.open(folder.appending(file), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        guard try opened.status().kind == .regular else { return nil }
        return try opened.readAll(limit: limit, expecting: 4096)
    }

    // MARK: What is still to be told

    /// Adds where the result has come to stand. Where that cannot be written, it is found later.
    package func note(_ place: FilePath, for id: String, _ way: Way) {
        guard let file = try? Kernel.open(folder.appending(Self.file(id, way)), O_WRONLY | O_NOFOLLOW),
            let size = try? file.status().size
        else { return }
        let line = JSON.object(["path": NameText.json(relative(place))]).line
        try? file.writeAll(line + [UInt8(ascii: "\n")], at: Int(size))
    }

    /// To the spool's root.
    package func relative(_ place: FilePath) -> FilePath {
        var place = place
        _ = place.removePrefix(spool.root)
        return place
    }

    /// `nil` where it is not there.
    package func read(_ file: FilePath.Component) throws(Errno) -> Entry? {
        let bytes: [UInt8]
        do {
            guard let found = try contents(of: file, limit: Self.limit) else { return .broken }
            bytes = found
        } catch .noSuchFileOrDirectory {
            return nil
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first, let entry = try? JSONDocumentParser.parse(Array(first)),
            var notification = entry["notification"].flatMap(Notification.init(journal:))
        else { return .broken }
        guard let job = NameText.component(entry["folder"]) else { return .ready(notification) }
        let added = lines.dropFirst().first.flatMap { try? JSONDocumentParser.parse(Array($0)) }
        if let path = NameText.path(added?["path"]) {
            notification.subject?.path = path
        } else if try Kernel.exists(spool.processing.appending(job)) {
            return .early
        } else {
            let found = try place(of: notification, entry)
            notification.subject?.path = found.map(relative)
        }
        return .ready(notification)
    }

    /// Where a folder is now that was published before that could be noted: the renames keep its inode.
    private func place(of notification: Notification, _ entry: DocumentNode) throws(Errno) -> FilePath? {
        guard let subject = notification.subject, let inode = entry["inode"]?.integer,
            let device = entry["device"]?.integer, let lane = Lane(checking: subject.lane),
            let stem = FilePath(subject.job).lastComponent
        else { return nil }
        let top = notification.event == .failed ? spool.failed : spool.done
        for attempt in 1...Self.attempts {
            let path = top.pushing(lane.path).appending(ResultNames.folder(stem, attempt: attempt))
            guard let found = try? Kernel.status(of: path, at: AT_FDCWD) else { continue }
            if found.place.inode == UInt64(inode), found.place.device == UInt64(device) { return path }
        }
        return nil
    }

    /// How many names of one result are looked at.
    private static let attempts = 1000

    /// Some that wait for a way; the folder may hold a hundred thousand. In no order.
    package func waiting(
        _ way: Way, limit: Int, besides known: Set<FilePath.Component>
    ) throws(Errno) -> [FilePath.Component] {
        var found: [FilePath.Component] = []
        do {
            var listing = try DirectoryListing(folder)
            while found.count < limit, let (name, _) = try listing.next() {
                guard name.extension == way.rawValue, Notification.isID(name.stem), !known.contains(name) else {
                    continue
                }
                found.append(name)
            }
        } catch .noSuchFileOrDirectory {
            return []
        }
        // By their time, among these.
        return found.sorted { String(decoding: $0) < String(decoding: $1) }
    }

    /// It is told, or given up.
    package func remove(_ file: FilePath.Component) throws(Errno) {
        do {
            try Kernel.remove(folder.appending(file), at: AT_FDCWD)
        } catch .noSuchFileOrDirectory {}
    }
}
