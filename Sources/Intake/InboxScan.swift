// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import Jobs
package import Requests
package import Spool
internal import Synchronization
internal import SystemPackage

/// Looks through the inbox, or one lane and those below it. Blocking; runs on the ``FilePool``. May run several times
/// at once.
package final class InboxScan: Sendable {
    /// What a scan may pass over.
    package struct Effort: Equatable, Sendable {
        /// Folders that look as they did and in which nothing was to be found.
        var trustsFolders: Bool
        /// Files that are left alone for a reason that seldom passes: they are tried again by the scans between.
        var sparesLeftAlone: Bool

        static let full = Effort(trustsFolders: false, sparesLeftAlone: false)
    }

    let spool: Spool
    private let names: IgnoredNames
    let backlog: Backlog
    let settleQueue: SettleQueue
    let leftAlone: LeftAloneFiles
    let holds: Holds
    private let steering: SteeringWords
    let takesPictures: @Sendable (Lane) -> Bool
    let takesFolders: @Sendable (Lane) -> Bool
    let pictureFolderAround: @Sendable (Lane) -> Origin?
    private let defaultsChanged: @Sendable (Lane) -> Void
    private let laneGone: @Sendable (Lane) -> Void
    private let memory = Mutex(FolderMemory())
    /// Lanes whose pictures were requests when they were asked last.
    let pictureLanes = Mutex<Set<Lane>>([])
    /// Lanes whose folders were batches when they were asked last.
    let folderLanes = Mutex<Set<Lane>>([])

    /// - Parameters:
    ///   - takesPictures: whether the pictures of a lane are requests. Blocking.
    ///   - takesFolders: whether the folders of a lane are batches of the pictures in them. Blocking.
    ///   - pictureFolderAround: the folder that is such a batch and that a lane is, or lies in. Blocking.
    ///   - defaultsChanged: hears of a lane whose `_defaults.yaml` is another than before.
    package init(
        spool: Spool, names: IgnoredNames, backlog: Backlog, settleQueue: SettleQueue, leftAlone: LeftAloneFiles,
        holds: Holds, steering: SteeringWords, takesPictures: @escaping @Sendable (Lane) -> Bool = { _ in false },
        takesFolders: @escaping @Sendable (Lane) -> Bool = { _ in false },
        pictureFolderAround: @escaping @Sendable (Lane) -> Origin? = { _ in nil },
        defaultsChanged: @escaping @Sendable (Lane) -> Void, laneGone: @escaping @Sendable (Lane) -> Void
    ) {
        self.spool = spool
        self.names = names
        self.backlog = backlog
        self.settleQueue = settleQueue
        self.leftAlone = leftAlone
        self.holds = holds
        self.steering = steering
        self.takesPictures = takesPictures
        self.takesFolders = takesFolders
        self.pictureFolderAround = pictureFolderAround
        self.defaultsChanged = defaultsChanged
        self.laneGone = laneGone
    }

    /// Hands the names of the request files that it meets to the backlog's feed, lane by lane. Throws where the folder
    /// itself cannot be read; a lane that vanishes meanwhile is no error.
    func run(_ lane: Lane = .root, _ effort: Effort = .full) throws(Errno) {
        if let deep = lane.tooDeep { return leftAlone.say(deep.path, .deepFolder) }
        if let folder = try lane.enclosingJobFolder(in: spool.inbox) { return lookUnlessWaiting(folder, effort) }
        if let folder = pictureFolder(enclosing: lane) { return lookUnlessWaiting(folder, effort) }
        try walk(lane, effort)
    }

    private func walk(_ lane: Lane, _ effort: Effort) throws(Errno) {
        let (subfolders, effort) = try look(into: lane, effort)
        // Afterwards, so that however deep the lanes are, one descriptor is enough.
        for name in subfolders { below(lane, name, effort) }
    }

    /// Returns the folders below, and what may be passed over there.
    private func look(
        into lane: Lane, _ effort: Effort
    ) throws(Errno) -> (subfolders: [FilePath.Component], effort: Effort) {
        let folder = try lane.open(below: spool.inbox)
        // Before the listing: what comes during it changes the folder once more, and is found the next time.
        let start = Self.moment
        let stamp = FolderMemory.Stamp(try folder.status())
        let hasNames = backlog.feed.count(in: lane) > 0
        let known = effort.trustsFolders ? memory.withLock { $0.subfolders(of: lane, stamp, isOpen: hasNames) } : nil
        // A folder that has not changed has no new file, but one that was there may have been written anew.
        if known == nil || memory.withLock({ $0.hasDefaults(lane) }) {
            // A job's folder that was dragged back is no lane: what it holds may be paid for already.
            if try folder.holds(JobFileNames.journal), let origin = Origin(folder: lane) {
                lookUnlessWaiting(origin, effort)
                return ([], effort)
            }
            if hasNewDefaults(lane, folder) {
                defaultsChanged(lane)
                return (try list(lane, folder, stamp, start, .full), .full)
            }
        }
        // No name has come or gone, but a word may say something else.
        for name in known == nil ? [] : steering.names(in: lane) { _ = isWord(name, in: lane, folder) }
        if let known { return (known, effort) }
        return (try list(lane, folder, stamp, start, effort), effort)
    }

    /// By the wall clock: nanoseconds since 1970.
    private static var moment: Int64 { Timestamp.now.milliseconds * 1_000_000 }

    private func hasNewDefaults(_ lane: Lane, _ folder: borrowing OpenFile) -> Bool {
        let name = FilePath(root: nil, [RequestDefaults.fileName])
        let identity = (try? Kernel.status(of: name, at: folder.descriptor))?.identity
        return memory.withLock { $0.sawDefaults(identity, in: lane) }
    }

    private func list(
        _ lane: Lane, _ folder: borrowing OpenFile, _ stamp: FolderMemory.Stamp, _ start: Int64, _ effort: Effort
    ) throws(Errno) -> [FilePath.Component] {
        var (stamp, start) = (stamp, start)
        while true {
            if let subfolders = try listOnce(lane, folder, stamp, start, effort) { return subfolders }
            (start, stamp) = (Self.moment, FolderMemory.Stamp(try folder.status()))
        }
    }

    /// Returns `nil` where another scan has overtaken this one.
    private func listOnce(
        _ lane: Lane, _ folder: borrowing OpenFile, _ stamp: FolderMemory.Stamp, _ start: Int64, _ effort: Effort
    ) throws(Errno) -> [FilePath.Component]? {
        let reading = backlog.feed.beginReading(lane)
        defer { backlog.feed.endReading(reading) }
        var waiting = backlog.names(in: lane)
        let known = Known(
            leftAlone: leftAlone.names(in: lane), held: holds.names(in: lane),
            underWay: waiting.union(settleQueue.names(in: lane)))
        var (gone, lostWords) = (known.leftAlone.union(known.held), steering.names(in: lane))
        var subfolders: [FilePath.Component] = []
        var pictures: [(FilePath.Component, DirectoryListing.Kind)] = []
        var texts: [(Sidecar, DirectoryListing.Kind)] = []
        var (found, isOpen) = (NameList(), false)
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (name, kind) = try listing.next() {
            if !gone.isEmpty { gone.remove(name) }
            if !lostWords.isEmpty { lostWords.remove(name) }
            if !waiting.isEmpty { waiting.remove(name) }
            let verdict = names.verdict(on: name)
            if verdict == .ignored { continue }
            if verdict == .conflictCopy {
                leftAlone.say(lane.path.appending(name), .conflictCopy)
            } else if verdict == .other, isWord(name, in: lane, folder) {
                continue
            } else if kind.isFolder(at: spool.inbox.pushing(lane.path.appending(name))) {
                subfolders.append(name)
            } else if verdict == .request {
                isOpen = true
                sort(lane, name, known, effort, &found)
            } else if PictureName.stem(of: name) != nil {
                pictures.append((name, kind))
            } else if let text = Sidecar(name) {
                texts.append((text, kind))
            } else {
                leave(name, kind, in: lane)
            }
        }
        let areTaken = !(pictures.isEmpty && texts.isEmpty) && takesPictures(in: lane)
        if sort(lane, pictures: pictures, areTaken, known, effort, &found) { isOpen = true }
        for (text, kind) in texts {
            if areTaken { sort(lane, text, beside: folder) } else { leave(text.name, kind, in: lane) }
        }
        let batches = sort(lane, folders: subfolders, effort, in: folder)
        if !batches.isEmpty {
            // One may be ready without the lane itself changing.
            isOpen = true
            subfolders.removeAll(where: batches.contains)
        }
        // Those that came while it was read are in neither list; what was claimed then may be held again.
        leftAlone.forget(gone, in: lane)
        holds.forget(gone.subtracting(backlog.feed.gone(during: reading)), in: lane)
        for name in lostWords { _ = isWord(name, in: lane, folder) }
        // Taken away, or claimed meanwhile.
        for name in waiting where backlog.contains(Origin(lane: lane, file: name)) {
            settleQueue.look(at: Origin(lane: lane, file: name))
        }
        // An earlier listing had found these, and they had a look that was not the last while this one was read.
        found.remove(settleQueue.names(in: lane).subtracting(known.underWay))
        // Its files after its words: what is paused is not begun.
        if !backlog.feed.listed(found, reading) { return nil }
        // A word for nobody may be for one of them.
        if !found.isEmpty { steering.lookAgain(in: lane) }
        let lost = memory.withLock { [subfolders, isOpen] memory in
            memory.listed(lane, stamp, at: start, subfolders: subfolders, isOpen: isOpen)
        }
        for lane in lost {
            isGone(lane)
            // Not where an event has told: whoever swaps a folder to and fro would keep all in it from being looked at.
            backlog.feed.forget(below: lane)
        }
        return subfolders
    }

    /// Whether it is a word, or has a word's name and is none, and no lane either.
    private func isWord(_ name: FilePath.Component, in lane: Lane, _ folder: borrowing OpenFile) -> Bool {
        guard let word = SteeringWord(name) else { return false }
        switch steering.found(name, word, in: lane, folder) {
        case .word, .gone: return true
        case .pause(_, let isFolder): return !isFolder
        case .leftAlone(let reason):
            leftAlone.say(lane.path.appending(name), reason)
            return true
        case .lane: return false
        }
    }

    /// Something with a word's name has come, gone or changed. Returns false for a lane. Blocking.
    func lookAtWord(_ name: FilePath.Component, in lane: Lane) throws(Errno) -> Bool {
        let folder = try lane.open(below: spool.inbox)
        return isWord(name, in: lane, folder)
    }

    /// What is known of a lane's files.
    struct Known {
        var leftAlone: Set<FilePath.Component>
        var held: Set<FilePath.Component>
        /// They wait, or are looked at until they have settled.
        var underWay: Set<FilePath.Component>
    }

    /// A file that is new waits for its look until there is room for it; one that had to stay may have changed.
    func sort(
        _ lane: Lane, _ name: FilePath.Component, _ known: Known, _ effort: Effort, _ found: inout NameList
    ) {
        if known.underWay.contains(name) { return }
        if known.leftAlone.contains(name) || known.held.contains(name) {
            lookUnlessWaiting(Origin(lane: lane, file: name), effort)
        } else {
            found.append(name)
        }
    }

    func leave(_ name: FilePath.Component, _ kind: DirectoryListing.Kind, in lane: Lane) {
        let path = lane.path.appending(name)
        leftAlone.say(path, kind == .regular ? .init(name: name) : .init(name: name, at: spool.inbox.pushing(path)))
    }

    private func below(_ lane: Lane, _ name: FilePath.Component, _ effort: Effort) {
        let path = lane.path.appending(name)
        if path.components.count > Lane.depthLimit { return leftAlone.say(path, .deepFolder) }
        do {
            try walk(Lane(path: path), effort)
        } catch  where error.isNoFolder {
            // It was there a moment ago; its files went with it.
        } catch {
            // What the whole disk has is said elsewhere, and the next look tries again.
            if !spool.speaksForAll(error) { leftAlone.say(path, .closedFolder(error)) }
        }
    }

    func lookUnlessWaiting(_ origin: Origin, _ effort: Effort) {
        if effort.sparesLeftAlone, leftAlone.isLeftAlone(origin.path) { return }
        if !backlog.contains(origin) { settleQueue.look(at: origin) }
    }

    /// The folder is gone, as an event tells.
    func forget(_ lane: Lane) {
        memory.withLock { $0.forget(lane) }
        leftAlone.forget(lane.path)
        isGone(lane)
    }

    private func isGone(_ lane: Lane) {
        leftAlone.forget(below: lane)
        pictureLanes.withLock { lanes in lanes = lanes.filter { !$0.path.starts(with: lane.path) } }
        folderLanes.withLock { lanes in lanes = lanes.filter { !$0.path.starts(with: lane.path) } }
        holds.forget(below: lane)
        steering.forget(below: lane)
        backlog.forget(below: lane)
        laneGone(lane)
    }
}
