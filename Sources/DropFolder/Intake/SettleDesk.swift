// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Keeps the files that are not ready yet and looks at them again when it is time. Sleeps while there are none.
final class SettleDesk: Sendable {
    private struct State {
        var settling: Settling
        var due: [Origin: ContinuousClock.Instant] = [:]
    }

    private let spool: Spool
    private let files: FilePool
    private let backlog: Backlog
    private let foreign: ForeignFiles
    private let holds: Holds
    private let state: Mutex<State>
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    init(spool: Spool, files: FilePool, backlog: Backlog, foreign: ForeignFiles, holds: Holds, quiet: Duration) {
        self.spool = spool
        self.files = files
        self.backlog = backlog
        self.foreign = foreign
        self.holds = holds
        state = Mutex(State(settling: Settling(quiet: quiet)))
        (arrivals, arrived) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The file is to be looked at, now and until it has settled.
    func look(at origin: Origin) {
        state.withLock { state in
            if state.due[origin] == nil { state.due[origin] = .now }
        }
        arrived.yield()
    }

    /// Runs until cancelled.
    func run() async {
        for await _ in arrivals {
            while let next = state.withLock({ $0.due.values.min() }), !Task.isCancelled {
                try? await Sleep.wait(until: next)
                await lookAtDue()
            }
        }
    }

    private func lookAtDue() async {
        let now = ContinuousClock.now
        let due = state.withLock { state in
            let due = state.due.filter { $0.value <= now }.map(\.key)
            for origin in due { state.due[origin] = nil }
            return due
        }
        // The pool ends only with the daemon; then there is nothing left to look at.
        try? await files.run { [self] in due.forEach(lookNow) }
    }

    /// How a file, or the folder of a job, looks now, and how long it must go on to look so; `nil` where there is
    /// nothing to wait for. Blocking.
    private func look(_ origin: Origin) -> (FileStatus.Identity, quiet: Duration)? {
        let path = spool.inbox.pushing(origin.path)
        guard let status = try? Kernel.status(of: path, at: AT_FDCWD) else { return nil }
        switch status.kind {
        case .regular: return (status.identity, origin.liesInFolderOfItsName ? Settling.copiedFolder : .zero)
        case .directory:
            // A folder may be copied back file by file: it is whole when all of it has stopped changing.
            return (try? FolderLook.identity(of: path)).map { ($0, Settling.jobFolder) }
        case .symlink, .other:
            foreign.say(origin.path, .notAFile(status.kind))
            return nil
        }
    }

    /// Blocking; runs on the ``FilePool``.
    private func lookNow(_ origin: Origin) {
        guard let (identity, quiet) = look(origin) else { return state.withLock { $0.settling.forget(origin) } }
        if holds.contains(origin, identity, at: .now) { return }
        let path = spool.inbox.pushing(origin.path)
        let isFolder = RequestFileName(origin.file) == nil
        let isBeingWritten = Kernel.isOpenForWriting(isFolder ? path.appending(Journal.fileName) : path)
        let verdict = state.withLock { state in
            let verdict =
                isBeingWritten
                ? state.settling.sawWriter(origin, at: .now)
                : state.settling.saw(origin, identity, atLeast: quiet, at: .now)
            if case .lookAgain(let instant) = verdict { state.due[origin] = instant }
            return verdict
        }
        switch verdict {
        case .take: backlog.push(origin)
        case .empty: foreign.say(origin.path, .empty)
        case .lookAgain: break
        }
    }
}
