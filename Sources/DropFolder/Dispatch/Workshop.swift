// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import ServiceLifecycle
internal import Synchronization
internal import SystemPackage

/// What every job needs on its way: the disk, the service, the doors between them.
struct Workshop: Sendable {
    let spool: Spool
    let files: FilePool
    let committer: Committer
    let service: any ImageService
    let admission: Admission
    let settings: DropFolderSettings
    let board: StatusBoard
    let log: Logger
    let reached: @Sendable (Checkpoint) -> Void
    let workTimes = WorkTimesBook()

    /// The job's folder was taken away under our feet, while the spool itself is there.
    struct FolderGone: Error {}

    /// Runs file work, and as long as the disk refuses it (no space, read-only, the spool moved away) waits and tries
    /// again: what was not recorded must not be acted upon, and a paid result must not be dropped.
    ///
    /// Throws ``FolderGone``, or `CancellationError` when the daemon stops while it waits.
    func patiently<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await whileTheDiskRefuses {
            do {
                return try await files.run(work)
            } catch Errno.noSuchFileOrDirectory {
                if try await spoolIsThere() { throw FolderGone() }
                throw Errno.noSuchFileOrDirectory
            }
        }
    }

    /// Tries again at growing intervals as long as the disk's own error comes back.
    private func whileTheDiskRefuses<Value>(_ work: () async throws -> Value) async throws -> Value {
        var attempt = 0
        while true {
            do {
                let value = try await work()
                if attempt > 0 { board.diskIsWell() }
                return value
            } catch let error as Errno {
                attempt += 1
                board.diskRefuses(error)
                try await waitUnlessStopping(diskBackoff.wait(attempt: attempt, random: .random(in: 0...1)))
            }
        }
    }

    private var diskBackoff: Backoff {
        Backoff(first: min(settings.retryInterval, .seconds(1)), limit: .seconds(30))
    }

    private func spoolIsThere() async throws -> Bool {
        let folders = spool.folders
        return try await files.run { folders.allSatisfy(Kernel.isDirectory) }
    }

    /// Sleeps; throws `CancellationError` as soon as the daemon is asked to stop.
    func waitUnlessStopping(_ time: Duration) async throws {
        if time <= .zero { return try Task.checkCancellation() }
        try await cancelWhenGracefulShutdown { try await Sleep.wait(time) }
    }

    /// Makes everything written so far durable; as patient as ``patiently(_:)``.
    func commit() async throws {
        try await whileTheDiskRefuses { try await committer.commit() }
    }
}

/// The learned ``WorkTimes``, shared by all jobs.
final class WorkTimesBook: Sendable {
    private let times = Mutex(WorkTimes())

    func saw(_ time: Duration, model: String) {
        times.withLock { $0.saw(time, model: model) }
    }

    func expected(model: String) -> Duration {
        times.withLock { $0.expected(model: model) }
    }
}
