// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Requests
internal import Spool
internal import SystemPackage

/// The spool as a job needs it on its way: what is written there, made durable and moved, as often as it takes.
struct JobStore: Sendable {
    let spool: Spool
    let files: FilePool
    let committer: Committer
    let ledger: Ledger
    let defaults: LaneDefaults
    let liveSettings: LiveSettings
    let board: StatusBoard
    let stop: StopToken
    let steering: SteeringWords
    let reached: @Sendable (Checkpoint) -> Void
    let orphans = OrphanFolders()

    var reader: RequestReader { RequestReader(rules: liveSettings.current.rules) }
    var claim: Claim {
        Claim(
            spool: spool, reader: reader, defaults: defaults, orphans: orphans,
            isStopped: { [steering] in steering.isStopped($0, since: $1) }, reached: reached)
    }

    /// The job's folder was taken away under our feet, while the spool itself is there.
    struct FolderGone: Error, CustomStringConvertible {
        var description: String { "the job's folder was taken out of processing/" }
    }

    /// Runs file work, and as long as the disk refuses it (no space, read-only, the spool moved away) waits and tries
    /// again: what was not recorded must not be acted upon, and a paid result must not be dropped.
    ///
    /// Throws ``FolderGone``, or `CancellationError` when the daemon stops while it waits.
    func patiently<Value: Sendable>(
        for job: String? = nil, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await whileTheDiskRefuses(for: job) { try await files.run(work) }
    }

    /// Writes and makes it durable; as patient as ``patiently(for:_:)``. It may run more than once, so it must come to the
    /// same when it is done again.
    ///
    /// - Parameter changes: what `write` has changed in the end, and what it relies on.
    func settle(
        _ job: String? = nil, _ changes: DiskChanges, write: @escaping @Sendable () throws -> Void
    ) async throws {
        try await whileTheDiskRefuses(for: job) { try await committer.commit(changes, on: files, write: write) }
    }

    /// The same for what is written already.
    func settle(_ job: String, _ changes: DiskChanges) async throws {
        try await whileTheDiskRefuses(for: job) { try await committer.commit(changes) }
    }

    /// The same, and only then acts, which may be done again with all of it.
    func settle<Value: Sendable>(
        _ job: String? = nil, _ changes: DiskChanges, write: @escaping @Sendable () throws -> Void,
        then act: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await whileTheDiskRefuses(for: job) {
            try await committer.commit(changes, on: files, write: write, then: act)
        }
    }

    /// Tries again at growing intervals as long as an error of the kernel comes back. Where that is the disk's, the
    /// status says so of all; where only these files have it, of the job.
    ///
    /// - Parameter job: whose files they are.
    func whileTheDiskRefuses<Value>(
        for job: String? = nil, _ work: () async throws -> Value
    ) async throws -> Value {
        var attempt = 0
        var isMissing = false
        // Made when it is needed: most wait for nothing.
        var waiter: DiskRefusals.Waiter?
        // However it ends, but for the daemon's own end: trouble that nobody has any more must not stay in the status.
        defer { if let waiter, !stop.isRaised { board.disk { $0.ended(waiter) } } }
        func refused(_ why: String, isEverybodys: Bool) {
            let this = waiter ?? .caller(.random(in: .min ... .max), job: job)
            waiter = this
            board.disk { $0.refused(this, why, isEverybodys: isEverybodys) }
        }
        while true {
            do {
                let value = try await work()
                if let waiter { board.disk { $0.served(waiter) } }
                return value
            } catch let error as Errno {
                if error == .noSuchFileOrDirectory, try await spoolIsThere() {
                    // The spool may have come back between the error and this look: once more before it is believed.
                    if isMissing { throw FolderGone() }
                    isMissing = true
                    continue
                }
                isMissing = false
                attempt += 1
                let isEverybodys = try await files.run { [spool] in spool.speaksForAll(error) }
                refused("\(error)", isEverybodys: isEverybodys)
                try await rest(attempt)
            } catch let trouble as LedgerTrouble {
                attempt += 1
                refused("\(trouble)", isEverybodys: true)
                try await rest(attempt)
            }
        }
    }

    /// Waits before the next attempt. Throws `CancellationError` when the daemon stops meanwhile.
    func rest(_ attempt: Int) async throws {
        try await stop.wait(
            Self.backoff(liveSettings.current).wait(attempt: attempt, random: Machine.jitter))
    }

    /// How often a disk that refuses is tried again.
    static func backoff(_ settings: DropFolderSettings) -> Backoff {
        Backoff(first: min(settings.retryInterval, .seconds(1)), limit: .seconds(30))
    }

    private func spoolIsThere() async throws -> Bool {
        let folders = spool.folders
        return try await files.run { folders.allSatisfy(Kernel.isDirectory) }
    }
}
