// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import FileIO
package import Inotify
internal import Jobs
package import Logging
package import Requests
package import Spool
internal import SystemPackage

/// Watches the inbox: events tell where to look, and a scan at the start, on a timer and after a lost event looks
/// everywhere. An event never *is* a file.
package struct InboxWatcher: Sendable {
    package let spool: Spool
    package let files: FilePool
    package let backlog: Backlog
    package let settleQueue: SettleQueue
    package let leftAlone: LeftAloneFiles
    package let holds: Holds
    package let steering: SteeringWords
    package let names: IgnoredNames
    package let scanner: InboxScan
    package let keeper: WatchKeeper
    /// Looked at with each regular scan.
    package let clock: ClockWatch
    /// Called with the lane whose `_defaults.yaml` came, went or was written, as far as can be told. Blocking.
    package let defaultsChanged: @Sendable (Lane) -> Void
    package let unsettled: UnsettledDefaults
    /// Whether the defaults of a lane, and of those above it, can be read now. Blocking.
    package let areDefaultsSettled: @Sendable (Lane) -> Bool
    package let log: Logger

    package init(
        spool: Spool, files: FilePool, backlog: Backlog, settleQueue: SettleQueue, leftAlone: LeftAloneFiles,
        holds: Holds, steering: SteeringWords,
        names: IgnoredNames, scanner: InboxScan, keeper: WatchKeeper, clock: ClockWatch,
        defaultsChanged: @escaping @Sendable (Lane) -> Void, unsettled: UnsettledDefaults,
        areDefaultsSettled: @escaping @Sendable (Lane) -> Bool, log: Logger
    ) {
        self.spool = spool
        self.files = files
        self.backlog = backlog
        self.settleQueue = settleQueue
        self.leftAlone = leftAlone
        self.holds = holds
        self.steering = steering
        self.names = names
        self.scanner = scanner
        self.keeper = keeper
        self.clock = clock
        self.defaultsChanged = defaultsChanged
        self.unsettled = unsettled
        self.areDefaultsSettled = areDefaultsSettled
        self.log = log
    }

    /// Begins to watch. The watch comes before the first scan: what is dropped in between is seen twice rather than
    /// never.
    package func start() async throws -> Inotify {
        let names = names
        let inotify = try await Inotify(wakeDirectory: spool.processing) { path in
            path.lastComponent.map { !names.matches($0) && !names.isConflictCopy($0) } ?? true
        }
        do {
            try await keeper.watch(with: inotify)
        } catch {
            await inotify.close()
            throw error
        }
        return inotify
    }

    /// Runs until cancelled. Calls `ready` when the first scan is done.
    package func run(_ inotify: Inotify, ready: @Sendable () -> Void) async {
        await scan()
        ready()
        await withTaskGroup { group in
            group.addTask { await settleQueue.run() }
            group.addTask {
                await keeper.run(inotify) { effort in
                    clock.look()
                    await scan(effort: effort)
                    log.debug("Checked the whole inbox")
                }
            }
            group.addTask { await listen(to: inotify) }
            group.addTask { await unsettled.run(settled) }
            await group.waitForAll()
        }
        await inotify.close()
    }

    /// How long events may be handled before others have their turn.
    private static let slice = Duration.milliseconds(5)

    private func listen(to inotify: Inotify) async {
        var sliceBegan = ContinuousClock.now
        var isUnwatchedSaid = false
        for await event in inotify.events {
            // Those that were read already would come one by one; at the next start a scan finds what they stand for.
            if Task.isCancelled { return }
            if let name = event.nameBeside(spool.inbox) {
                if SteeringWord(name) == .pause { try? await files.run { [steering] in steering.lookAtSpool() } }
                continue
            }
            switch event {
            case .movedIn(let path): await arrived(path, isComplete: true)
            case .created(let path), .closedAfterWriting(let path): await arrived(path, isComplete: false)
            case .directoryAppeared(let path): await folderAppeared(path)
            case .movedOut(let path), .deleted(let path): await left(path)
            case .directoryDisappeared(let path): await folderDisappeared(path)
            case .overflow: await scan()
            // Of the spool's root the next look tells.
            case .watchLost(let path, _): if path == spool.inbox { keeper.lost() }
            case .cannotWatch(let path, let error):
                // Where the watches have run out there are thousands of such folders.
                log.log(
                    level: isUnwatchedSaid ? .debug : .warning,
                    "A folder cannot be watched; new files there are found only by the regular check",
                    metadata: ["path": "\(path)", "why": "\(Wording.unwatched(error))"])
                isUnwatchedSaid = true
            }
            // Where events come faster than they are handled this task would never rest, and the event loop looks at
            // its sockets and timers only when no task is ready to run: whoever renames a file to and fro could keep
            // everybody's answers waiting.
            if sliceBegan.duration(to: .now) > Self.slice {
                try? await Sleep.wait(.milliseconds(1))
                sliceBegan = .now
            }
        }
    }

    /// A rename into the inbox is complete at once; what was written in place has to settle.
    private func arrived(_ path: FilePath, isComplete: Bool) async {
        guard let name = path.lastComponent else { return }
        let lane = lane(path.removingLastComponent())
        if name == RequestDefaults.fileName { return await defaultsMayDiffer(in: lane) }
        if await lookAtPictureFolder(enclosing: lane) { return }
        if name == Canary.name { return keeper.canary.heard() }
        // An empty folder that something came into is a word no more.
        if let folder = Origin(folder: lane) { _ = await isWord(folder.file, in: folder.lane) }
        let verdict = names.verdict(on: name)
        if verdict == .ignored { return }
        if let deep = lane.tooDeep { return leftAlone.say(deep.path, .deepFolder) }
        let origin = Origin(lane: lane, file: name)
        if verdict == .conflictCopy { return leftAlone.say(origin.path, .conflictCopy) }
        if name == JobFileNames.journal, let folder = Origin(folder: lane) { return settleQueue.look(at: folder) }
        guard await isRequest(name, verdict, in: lane) else {
            if await isWord(name, in: lane) { return }
            if await isText(name, in: lane) { return }
            // It may have been held as a request, and given back when its lane took it no more.
            holds.forget([name], in: lane)
            let place = spool.inbox.pushing(origin.path)
            // Fails only when the daemon ends.
            let reason = try? await files.run { LeftAloneReason(name: name, at: place) }
            return leftAlone.say(origin.path, reason ?? .init(name: name))
        }
        steering.hasMoved(origin)
        if verdict == .request { await lookBeside(name, in: lane) }
        // Whether more is beside a picture only a look can tell.
        let isReady = isComplete && !origin.isPicture && !origin.liesInFolderOfItsName && !holds.mayContain(origin)
        if !isReady { return settleQueue.look(at: origin) }
        if holds.isHeld(lane) { backlog.pushName(origin) } else { backlog.push(origin) }
    }

    /// Whether the lane is a folder of pictures that is a batch, or lies in one: that is looked at as a whole, when no
    /// more comes for a moment.
    private func lookAtPictureFolder(enclosing lane: Lane) async -> Bool {
        guard scanner.mayLieInPictureFolder(lane) else { return false }
        // Fails only when the daemon ends.
        guard let folder = try? await files.run({ [scanner] in scanner.pictureFolder(enclosing: lane) }) else {
            return false
        }
        settleQueue.look(at: folder, after: Settling.pause)
        return true
    }

    private func isRequest(_ name: FilePath.Component, _ verdict: IgnoredNames.Verdict, in lane: Lane) async -> Bool {
        if verdict == .request { return true }
        if !PictureName.isOne(name) { return false }
        // Fails only when the daemon ends.
        return (try? await files.run { [scanner] in scanner.takes(name, in: lane) }) ?? false
    }

    /// Whether it is the text of a picture.
    private func isText(_ name: FilePath.Component, in lane: Lane) async -> Bool {
        if Sidecar(name) == nil { return false }
        // Fails only when the daemon ends.
        return (try? await files.run { [scanner] in scanner.takes(text: name, in: lane) }) ?? false
    }

    /// A picture with which it goes waits otherwise from now on.
    private func lookBeside(_ name: FilePath.Component, in lane: Lane) async {
        guard scanner.knowsPictures(in: lane), Sidecar(name) != nil else { return }
        // Fails only when the daemon ends.
        try? await files.run { [scanner] in scanner.lookBeside(name, in: lane) }
    }

    private func folderAppeared(_ path: FilePath) async {
        guard let name = path.lastComponent, !names.matches(name) else { return }
        let lane = lane(path)
        if names.isConflictCopy(name) { return leftAlone.say(lane.path, .conflictCopy) }
        if let folder = Origin(folder: lane), await isWord(name, in: folder.lane) { return }
        await scan(lane)
    }

    /// Looks at what has a word's name; whether it is a word, or left alone as one.
    private func isWord(_ name: FilePath.Component, in lane: Lane) async -> Bool {
        if SteeringWord(name) == nil { return false }
        // Fails where the lane went with it, or the daemon ends.
        return (try? await files.run { [scanner] in try scanner.lookAtWord(name, in: lane) }) ?? false
    }

    private func folderDisappeared(_ path: FilePath) async {
        let lane = lane(path)
        scanner.forget(lane)
        // A claim takes such a folder away, too, and brings it back where it is held.
        if let folder = Origin(folder: lane), holds.mayContain(folder) { settleQueue.look(at: folder) }
        if await lookAtPictureFolder(enclosing: lane) { return }
        if let folder = Origin(folder: lane) { _ = await isWord(folder.file, in: folder.lane) }
    }

    private func left(_ path: FilePath) async {
        guard let name = path.lastComponent else { return }
        let lane = lane(path.removingLastComponent())
        if name == RequestDefaults.fileName { return await defaultsMayDiffer(in: lane) }
        if await lookAtPictureFolder(enclosing: lane) { return }
        let origin = Origin(lane: lane, file: name)
        leftAlone.forget(origin.path)
        if await isWord(name, in: lane) { return }
        await lookBeside(name, in: lane)
        // A text that was in doubt may be one picture's by now.
        for other in Sidecar.siblings(of: name) where leftAlone.contains(other, in: lane) {
            settleQueue.look(at: Origin(lane: lane, file: other))
        }
        steering.hasMoved(origin)
        // A claim takes the file away, too, and brings it back where it is held; and an event may tell of a file that was
        // claimed before it was read. The settleQueue looks whether it is there.
        if holds.mayContain(origin) || backlog.contains(origin) { settleQueue.look(at: origin) }
    }

    private func settled(_ lane: Lane) async -> Bool {
        // Fails only when the daemon ends.
        guard (try? await files.run({ [areDefaultsSettled] in areDefaultsSettled(lane) })) == true else { return false }
        await defaultsMayDiffer(in: lane)
        return true
    }

    /// What waits for the lane's defaults is looked at with the new ones.
    private func defaultsMayDiffer(in lane: Lane) async {
        // Fails only when the daemon ends.
        try? await files.run { [defaultsChanged] in defaultsChanged(lane) }
        await scan(lane)
    }

    private func lane(_ folder: FilePath) -> Lane {
        var relative = folder
        _ = relative.removePrefix(spool.inbox)
        return Lane(path: relative)
    }

    package func scan(_ lane: Lane = .root, effort: InboxScan.Effort = .full) async {
        do {
            try await files.run { [scanner, steering] in
                if lane.isRoot { steering.lookAtSpool() }
                try scanner.run(lane, effort)
            }
        } catch let error as Errno where !lane.isRoot && error.isNoFolder {
            // The lane was there a moment ago; its files went with it.
        } catch {
            log.warning("The inbox cannot be read", metadata: ["error": "\(error)", "lane": "\(lane.path)"])
        }
    }
}

extension InotifyEvent {
    /// The name of what it is about, where that lies at the spool's root, beside the inbox.
    fileprivate func nameBeside(_ inbox: FilePath) -> FilePath.Component? {
        switch self {
        case .created(let path), .closedAfterWriting(let path), .movedIn(let path), .movedOut(let path),
            .deleted(let path):
            path.removingLastComponent() == inbox.removingLastComponent() ? path.lastComponent : nil
        case .directoryAppeared, .directoryDisappeared, .overflow, .watchLost, .cannotWatch: nil
        }
    }
}
