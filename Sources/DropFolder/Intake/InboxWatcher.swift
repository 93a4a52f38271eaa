// SPDX-License-Identifier: Apache-2.0

internal import Inotify
internal import Logging
internal import SystemPackage

/// Watches the inbox: events tell where to look, and a scan at the start, on a timer and after a lost event looks
/// everywhere. An event never *is* a file.
struct InboxWatcher: Sendable {
    let spool: Spool
    let files: FilePool
    let backlog: Backlog
    let desk: SettleDesk
    let foreign: ForeignFiles
    let holds: Holds
    let ignored: IgnoredNames
    let rescanInterval: Duration
    let board: StatusBoard
    let log: Logger

    /// How often a lost inbox is looked for.
    private static let searchInterval = Duration.seconds(2)

    /// Begins to watch. The watch comes before the first scan: what is dropped in between is seen twice rather than
    /// never.
    func start() async throws -> Inotify {
        let ignored = ignored
        let inotify = try await Inotify(wakeDirectory: spool.processing) { path in
            path.lastComponent.map { !ignored.matches($0) } ?? true
        }
        do {
            try await inotify.watch(spool.inbox)
        } catch {
            await inotify.close()
            throw error
        }
        return inotify
    }

    /// Runs until cancelled. Calls `ready` when the first scan is done.
    func run(_ inotify: Inotify, ready: @Sendable () -> Void) async {
        await scan()
        ready()
        await withTaskGroup { group in
            group.addTask { await desk.run() }
            group.addTask { await scanRegularly() }
            group.addTask { await listen(to: inotify) }
            await group.waitForAll()
        }
        await inotify.close()
    }

    private func scanRegularly() async {
        while !Task.isCancelled {
            try? await Sleep.wait(rescanInterval)
            await scan()
        }
    }

    private func listen(to inotify: Inotify) async {
        for await event in inotify.events {
            switch event {
            case .movedIn(let path): arrived(path, isComplete: true)
            case .created(let path), .closedAfterWriting(let path): arrived(path, isComplete: false)
            case .directoryAppeared(let path): await scan(lane(path))
            case .movedOut, .deleted, .directoryDisappeared: break
            case .overflow: await scan()
            case .watchLost: await findAgain(inotify)
            case .cannotWatch(let path, let error):
                log.warning(
                    "A folder cannot be watched; it is looked at every rescan-interval",
                    metadata: ["path": "\(path)", "error": "\(error)"])
            }
            if backlog.wantsScan() { await scan() }
        }
    }

    /// A rename into the inbox is complete at once; what was written in place has to settle.
    private func arrived(_ path: FilePath, isComplete: Bool) {
        guard let name = path.lastComponent, !ignored.matches(name) else { return }
        let lane = lane(path.removingLastComponent())
        if name == Journal.fileName, let folder = lane.asJobFolder { return desk.look(at: folder) }
        let origin = Origin(lane: lane, file: name)
        guard RequestFileName(name) != nil else { return foreign.say(origin.path, .name) }
        let isReady = isComplete && !origin.liesInFolderOfItsName && !holds.mayContain(origin)
        if isReady { backlog.push(origin) } else { desk.look(at: origin) }
    }

    private func lane(_ folder: FilePath) -> Lane {
        var relative = folder
        _ = relative.removePrefix(spool.inbox)
        return Lane(path: relative)
    }

    private func scan(_ lane: Lane = .root) async {
        let scan = InboxScan(spool: spool, ignored: ignored, backlog: backlog, desk: desk, foreign: foreign)
        do {
            try await files.run { try scan.run(lane) }
        } catch let error as Errno where !lane.isRoot && error == .noSuchFileOrDirectory {
            // The lane was there a moment ago; its files went with it.
        } catch {
            log.warning("The inbox cannot be read", metadata: ["error": "\(error)", "lane": "\(lane.path)"])
        }
    }

    /// The inbox was deleted, moved away or unmounted: waits until there is one again.
    private func findAgain(_ inotify: Inotify) async {
        log.warning("The inbox is gone; waits until it is back", metadata: ["path": "\(spool.inbox)"])
        board.inboxIsGone(true)
        while !Task.isCancelled {
            try? await Sleep.wait(Self.searchInterval)
            await inotify.unwatch(spool.inbox)
            guard (try? await inotify.watch(spool.inbox)) != nil else { continue }
            log.notice("The inbox is back", metadata: ["path": "\(spool.inbox)"])
            board.inboxIsGone(false)
            return await scan()
        }
    }
}
