// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import FileIO
internal import Glibc
internal import Inotify
package import Logging
package import Spool
internal import Synchronization
internal import SystemPackage

/// Keeps the inbox under watch, whatever becomes of it: finds out whether events come from where it lies, looks through
/// it regularly, and notices when it is away, or another folder stands in its place.
package final class WatchKeeper: Sendable {
    private struct State {
        /// What is watched.
        var folder: FileStatus.Inode?
        var kind: FileSystemKind?
        var isLost = false
    }

    let canary = Canary()
    private let spool: Spool
    private let files: FilePool
    private let settleQueue: SettleQueue
    private let setting: WatchSetting
    private let rescanInterval: Duration
    private let watching: @Sendable (WatchMode) -> Void
    private let isGone: @Sendable (Bool) -> Void
    private let log: Logger
    private let wakeSignal = WakeSignal()
    private let state = Mutex(State())

    /// How often a lost inbox is looked for.
    private static let searchInterval = Duration.seconds(2)
    /// Every so many looks nothing is passed over, however little has changed: a clock that was set, or a file system
    /// that errs, is not believed for ever.
    private static let fullLook = 20

    /// - Parameters:
    ///   - watching: told how the inbox is watched, each time that it has been put under watch.
    ///   - isGone: told when the inbox is away, and when it is back.
    package init(
        spool: Spool, files: FilePool, settleQueue: SettleQueue, watch setting: WatchSetting,
        rescanInterval: Duration, log: Logger, watching: @escaping @Sendable (WatchMode) -> Void,
        isGone: @escaping @Sendable (Bool) -> Void
    ) {
        self.spool = spool
        self.files = files
        self.settleQueue = settleQueue
        self.setting = setting
        self.rescanInterval = rescanInterval
        self.watching = watching
        self.isGone = isGone
        self.log = log
    }

    /// An event has told that the inbox is no longer watched.
    func lost() {
        state.withLock { $0.isLost = true }
        wakeSignal.wake()
    }

    /// Puts the inbox under watch, and finds out where it lies. Throws ``InotifyError``.
    func watch(with inotify: Inotify) async throws {
        while true {
            let before = await folder()
            state.withLock { $0.isLost = false }
            try await inotify.watch(spool.inbox)
            // For a pause of all. Where it cannot be watched, each regular look finds it.
            try? await inotify.watch(spool.root, below: false)
            // Swapped in between: nobody knows which of the two is watched.
            guard await folder() == before else {
                await inotify.unwatch(spool.inbox)
                continue
            }
            let magic = try? await files.run { [inbox = spool.inbox] in try Kernel.fileSystemType(of: inbox) }
            let kind = magic.flatMap(FileSystemKind.init(magic:))
            state.withLock { state in
                state.folder = before
                state.kind = kind
            }
            return settleQueue.liesOn(kind)
        }
    }

    /// Runs until cancelled. `scan` looks through the whole inbox, which has been done once.
    func run(_ inotify: Inotify, scan: (InboxScan.Effort) async -> Void) async {
        while !Task.isCancelled {
            let mode = await mode()
            watching(mode)
            await look(mode, scan)
            if Task.isCancelled { return }
            await findAgain(inotify)
            await scan(.full)
        }
    }

    private func mode() async -> WatchMode {
        let kind = state.withLock { $0.kind }
        let name = try? await files.run { [inbox = spool.inbox] in
            (try? Kernel.realPath(inbox)).flatMap { MountTable.current().mount(of: $0)?.type }
        }
        if let mode = WatchMode(setting, kind, name: name ?? kind?.name ?? "an unnamed one") { return mode }
        // Where no file can be made none can be taken either; then there is nothing to poll for.
        return await canary.sings(in: spool.inbox, files) == false ? .polling(.silent) : .events
    }

    /// Looks regularly, until the inbox is away or another.
    private func look(_ mode: WatchMode, _ scan: (InboxScan.Effort) async -> Void) async {
        let isPolling = mode != .events
        let interval = isPolling ? min(WatchMode.interval, rescanInterval) : rescanInterval
        let hasSoundTimes = state.withLock { $0.kind?.hasSoundTimes ?? false }
        var regular = ContinuousClock.now
        var looks = 0
        while !Task.isCancelled {
            await wakeSignal.wait(atMost: interval)
            if Task.isCancelled { return }
            if await !isThere() { return }
            let isRegular = ContinuousClock.now >= regular.advanced(by: rescanInterval)
            if isRegular {
                regular = .now
                looks += 1
            }
            let isFull = isRegular && looks.isMultiple(of: Self.fullLook)
            await scan(
                isFull ? .full : .init(trustsFolders: hasSoundTimes, sparesLeftAlone: isPolling && !isRegular))
        }
    }

    /// A file system that is mounted over the inbox gives no event.
    private func isThere() async -> Bool {
        if state.withLock({ $0.isLost }) { return false }
        let now = await folder()
        return now != nil && now == state.withLock { $0.folder }
    }

    /// The folder that the inbox's path leads to; `nil` where there is none.
    private func folder() async -> FileStatus.Inode? {
        try? await files.run { [inbox = spool.inbox] in
            let status = try Kernel.status(of: inbox, at: AT_FDCWD)
            guard status.kind == .directory else { throw Errno.notDirectory }
            return status.place
        }
    }

    /// The inbox was deleted, moved away, unmounted or covered: waits until there is one again, and watches it.
    private func findAgain(_ inotify: Inotify) async {
        let now = await folder()
        let isGone = now == nil
        if isGone {
            log.warning("The inbox is gone; waiting until it is back", metadata: ["path": "\(spool.inbox)"])
            self.isGone(true)
        } else if now == state.withLock({ $0.folder }) {
            log.notice("The watch on the inbox was lost; watching it again", metadata: ["path": "\(spool.inbox)"])
        } else {
            log.warning(
                "The inbox was replaced by another folder; watching that one now",
                metadata: ["path": "\(spool.inbox)"])
        }
        while !Task.isCancelled {
            await inotify.unwatch(spool.inbox)
            if await folder() != nil, (try? await watch(with: inotify)) != nil { break }
            try? await Sleep.wait(Self.searchInterval)
        }
        if isGone, !Task.isCancelled {
            log.notice("The inbox is back", metadata: ["path": "\(spool.inbox)"])
            self.isGone(false)
        }
        await warnOfOtherFileSystem()
    }

    /// An inbox whose disk is not mounted is an empty folder of the disk below: what is dropped there cannot be taken.
    private func warnOfOtherFileSystem() async {
        let device = try? await files.run { [processing = spool.processing] in
            try Kernel.status(of: processing, at: AT_FDCWD).device
        }
        guard let device, let folder = state.withLock({ $0.folder }), device != folder.device else { return }
        log.warning("\(Wording.inboxElsewhere)", metadata: ["path": "\(spool.inbox)"])
    }
}
