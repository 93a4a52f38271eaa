// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import Synchronization
internal import SystemPackage

/// A job of this run as the words of people reach it, whoever works on it at the moment.
final class SteeredJob: Sendable {
    let origin: Origin
    let folder: FilePath
    let isPart: Bool
    /// A word that came long before that is not about it.
    let since: Timestamp
    /// The same for words that only say whose turn it is: when the file was made, however often it was held since. Of a job
    /// that has begun in an earlier run nobody knows, and any word will do.
    let made: Timestamp
    /// Raised when nothing more of it is to be submitted.
    let cancel = StopToken()
    private let isSettled = Mutex(false)
    private let wasSent = Mutex(false)

    init(_ job: Job, in folder: FilePath, isPart: Bool, since: Timestamp?, came: [Timestamp]) {
        (origin, self.folder, self.isPart, self.since) = (job.origin, folder, isPart, since ?? job.takenUpAt)
        made = came.min() ?? Timestamp(milliseconds: 0)
        wasSent.withLock { $0 = job.variants.contains { $0 != .waiting } }
    }

    /// Whether it is not yet cancelled on the disk, nor past that. What was read from its journal may be in memory only.
    var isOpen: Bool { isSettled.withLock { !$0 } }

    func settle() { isSettled.withLock { $0 = true } }

    /// Whether it waits behind others no more; of a batch it is for its parts to be sent.
    var isSent: Bool { wasSent.withLock { $0 } }

    /// Its first submit is announced. Returns whether that is news.
    func send() -> Bool {
        wasSent.withLock { wasSent in
            defer { wasSent = true }
            return !wasSent
        }
    }
}

/// All of them.
final class SteeredJobs: Sendable {
    private struct State {
        var jobs: [JobScheduler.Number: SteeredJob] = [:]
        /// The folders of batches of which nothing more is begun.
        var cancelledBatches: Set<FilePath> = []
    }

    private let state = Mutex(State())

    func set(_ job: SteeredJob?, for number: JobScheduler.Number) {
        state.withLock { $0.jobs[number] = job }
    }

    func all(where isMeant: (SteeredJob) -> Bool) -> [(number: JobScheduler.Number, job: SteeredJob)] {
        state.withLock { state in state.jobs.compactMap { isMeant($1) ? ($0, $1) : nil } }
    }

    /// Nothing more of the batch is begun in this run.
    func cancel(batch folder: FilePath) { _ = state.withLock { $0.cancelledBatches.insert(folder) } }

    func isCancelled(batchOf part: FilePath) -> Bool {
        state.withLock { state in
            state.cancelledBatches.isEmpty ? false : state.cancelledBatches.contains(part.removingLastComponent())
        }
    }

    /// The batch is at its end.
    func forget(batch folder: FilePath) { _ = state.withLock { $0.cancelledBatches.remove(folder) } }
}
