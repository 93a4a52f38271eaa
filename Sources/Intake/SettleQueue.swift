// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import FileIO
internal import Glibc
package import Jobs
package import Requests
package import Spool
internal import Synchronization
internal import SystemPackage

/// Keeps the files that are not ready yet and looks at them again when it is time. Sleeps while there are none.
package final class SettleQueue: Sendable {
    private struct State {
        var settling: Settling
        var due: [Origin: ContinuousClock.Instant] = [:]
        var isShare = false

        /// Takes out what is due, and says when the next will be; `nil` where none is left.
        mutating func takeDue(at now: ContinuousClock.Instant) -> (due: [Origin], next: ContinuousClock.Instant?) {
            var taken: [Origin] = []
            var next: ContinuousClock.Instant?
            for (origin, instant) in due {
                if instant <= now { taken.append(origin) } else { next = min(instant, next ?? instant) }
            }
            // In the order in which they came.
            taken.sort { due[$0, default: now] < due[$1, default: now] }
            for origin in taken { due[origin] = nil }
            return (taken, next)
        }
    }

    /// How a file, or the folder of a job, looks now.
    private struct Seen {
        var sight: Settling.Sight
        /// How long at least it must go on to look so.
        var quiet: Duration
        var isBeingWritten: Bool
        /// Whether it is a file that may be young.
        var isYoung: Bool
    }

    private let spool: Spool
    private let files: FilePool
    private let backlog: Backlog
    private let leftAlone: LeftAloneFiles
    private let holds: Holds
    private let rules: @Sendable () -> RequestRules
    private let state: Mutex<State>
    private let arrived = WakeSignal()

    /// - Parameters:
    ///   - quiet: for how long size and time of a file must stay unchanged.
    ///   - rules: what requests may ask for, at the moment.
    package init(
        spool: Spool, files: FilePool, backlog: Backlog, leftAlone: LeftAloneFiles, holds: Holds,
        quiet: Duration, rules: @escaping @Sendable () -> RequestRules
    ) {
        self.spool = spool
        self.files = files
        self.backlog = backlog
        self.leftAlone = leftAlone
        self.holds = holds
        self.rules = rules
        state = Mutex(State(settling: Settling(quiet: quiet)))
    }

    /// Whether the inbox lies where what `stat(2)` says may be old.
    func isShare(_ isShare: Bool) {
        state.withLock { $0.isShare = isShare }
    }

    /// The file is to be looked at, now and until it has settled.
    package func look(at origin: Origin) {
        state.withLock { $0.due[origin] = .now }
        arrived.ring()
    }

    /// The same, but not before some time has passed.
    package func look(at origin: Origin, after time: Duration) {
        state.withLock { $0.due[origin] = .now.advanced(by: time) }
        arrived.ring()
    }

    /// Runs until cancelled.
    func run() async {
        while !Task.isCancelled {
            let now = ContinuousClock.now
            let (due, next) = state.withLock { $0.takeDue(at: now) }
            if due.isEmpty {
                // A file that comes meanwhile does not wait for those that take their time.
                await arrived.wait(atMost: next.map { ContinuousClock.now.duration(to: $0) })
            } else {
                // The pool ends only with the daemon; then there is nothing left to look at.
                try? await files.run { [self] in due.forEach(lookNow) }
            }
        }
    }

    /// `nil` where there is nothing to wait for. Blocking.
    private func look(_ origin: Origin) -> Seen? {
        let path = spool.inbox.pushing(origin.path)
        do {
            let status = try Kernel.status(of: path, at: AT_FDCWD)
            switch status.kind {
            case .regular: return lookAtFile(origin, path)
            case .directory:
                // What was said of a file that came before the journal.
                leftAlone.forget(below: Lane(path: origin.path))
                // A folder may be copied back file by file: it is whole when all of it has stopped changing.
                return Seen(
                    sight: .init(identity: try FolderLook.identity(of: path)), quiet: Settling.jobFolder,
                    isBeingWritten: Kernel.isOpenForWriting(path.appending(JobFileNames.journal)), isYoung: false)
            case .symlink, .other: leftAlone.say(origin.path, .notAFile(status.kind))
            }
        } catch {
            cannotLook(at: origin, error)
        }
        return nil
    }

    /// What this one has alone is said of it; what all have is said elsewhere, and the next scan tries again.
    private func cannotLook(at origin: Origin, _ error: Errno) {
        if error.isNoFolder {
            leftAlone.forget(origin.path)
            holds.forget([origin.file], in: origin.lane)
        } else if !spool.speaksForAll(error) {
            leftAlone.say(origin.path, .cannotTake(error))
        }
    }

    private func lookAtFile(_ origin: Origin, _ path: FilePath) -> Seen? {
        // The look comes after it: a writer that closes in between has written what it shows.
        let isBeingWritten = Kernel.isOpenForWriting(path)
        guard let status = try? Kernel.statusNow(of: path, at: AT_FDCWD), status.kind == .regular else { return nil }
        if status.isBrokenCopy {
            leftAlone.say(origin.path, .brokenCopy)
            return nil
        }
        let least: Duration = state.withLock { $0.isShare } ? Settling.share : .zero
        return Seen(
            sight: .init(identity: status.identity, changed: status.changed),
            quiet: max(least, isRestored(origin, status) ? Settling.copiedFolder : .zero),
            isBeingWritten: isBeingWritten, isYoung: YoungText.isPossible(changed: status.changed, at: .now))
    }

    /// Whether it seems to be the first file of a job's folder that comes back slowly, from a backup or another machine:
    /// it bears the folder's name, and is older than the folder, which was made a moment ago.
    private func isRestored(_ origin: Origin, _ status: FileStatus) -> Bool {
        guard origin.liesInFolderOfItsName else { return false }
        guard let birth = Kernel.birth(of: origin.lane.folder(below: spool.inbox)) else { return false }
        let made = Timestamp(nanoseconds: birth)
        let age = Timestamp.now.since(made)
        let ahead = made.since(Timestamp(nanoseconds: status.identity.modified))
        return age < Settling.newFolder && ahead > Settling.olderThanFolder
    }

    /// Blocking; runs on the ``FilePool``.
    private func lookNow(_ origin: Origin) {
        do throws(Errno) {
            // What lies in the folder of a job is the job's, at any depth: the folder is to be looked at.
            if let folder = try origin.lane.enclosingJobFolder(in: spool.inbox) {
                state.withLock { $0.settling.forget(origin) }
                return look(at: folder)
            }
        } catch {
            // Nobody can tell whose it is.
            cannotLook(at: origin, error)
            return state.withLock { $0.settling.forget(origin) }
        }
        guard let seen = look(origin) else { return state.withLock { $0.settling.forget(origin) } }
        if holds.contains(origin, seen.sight.identity, at: .now) { return }
        let verdict = state.withLock { state in
            seen.isBeingWritten
                ? state.settling.sawWriter(origin, at: .now)
                : state.settling.saw(origin, seen.sight, atLeast: seen.quiet, isYoung: seen.isYoung, at: .now)
        }
        act(on: verdict, origin, seen.sight)
    }

    private func act(on verdict: Settling.Verdict, _ origin: Origin, _ sight: Settling.Sight) {
        switch verdict {
        case .take:
            // Of the folder of a job that is put back nobody has asked.
            let changed = sight.changed > 0 ? Timestamp(nanoseconds: sight.changed) : nil
            backlog.push(origin, sight.identity, changed: changed)
        case .read:
            let text = YoungText(reader: RequestReader(rules: rules()))
            let isWhole = RequestFileName(origin.file).map { text.isWhole(origin, in: spool.inbox, $0) } ?? true
            act(on: state.withLock { $0.settling.read(origin, isWhole: isWhole, at: .now) }, origin, sight)
        case .empty: leftAlone.say(origin.path, .empty)
        case .lookAgain(let instant):
            state.withLock { state in
                // An event may have asked for a look before that.
                state.due[origin] = min(instant, state.due[origin] ?? instant)
            }
        }
    }
}
