// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Documents
internal import Jobs
internal import NanoBanana
internal import Requests
internal import SpoolState
internal import Synchronization
internal import SystemPackage

/// How many jobs are under way, and how far each is. A job is in it from the moment at which this run takes it up.
final class ActiveJobs: Sendable {
    /// One job.
    struct Entry: Equatable, Sendable {
        /// A task of a variant, which the API works on.
        struct Task: Equatable, Sendable {
            var model: String
            var since: Timestamp
        }

        let origin: Origin
        let since: Timestamp
        var stage: JobStage
        /// Submits on their way, and tasks under way.
        var tasks: Int
        /// The one that was submitted last.
        var task: Task?
        var progress: JobLine.Progress?
        var awaits: [String]
        /// Where what is done of a batch is shown, relative to the spool.
        var coming: FilePath?
    }

    struct Counts: Equatable, Sendable {
        var jobs: [JobStage: Int] = [:]
        var tasks = 0
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var counts = Counts()
        var next: UInt64 = 0
        /// Those that are no parts, the oldest first; some may have left.
        var order: Deque<UInt64> = []
        var whole = 0

        /// Returns whether that is a change.
        mutating func set(_ id: UInt64, _ entry: Entry?) -> Bool {
            let old = entries[id]
            if old == entry { return false }
            entries[id] = entry
            if let old { counts.count(old, -1) }
            if let entry { counts.count(entry, 1) }
            return true
        }

        mutating func leave(_ id: UInt64, isPart: Bool) -> Bool {
            guard set(id, nil) else { return false }
            if isPart { return true }
            whole -= 1
            // Those that have left: not more of them than of those that are there.
            if order.count > 2 * whole + 64 { order.removeAll { entries[$0] == nil } }
            return true
        }
    }

    private let state = Mutex(State())
    private let changed: @Sendable () -> Void

    /// - Parameter changed: called when there are more or fewer, or one has come further.
    init(changed: @escaping @Sendable () -> Void = {}) {
        self.changed = changed
    }

    var counts: Counts { state.withLock { $0.counts } }

    /// Those that are no parts of batches: how many, and the oldest of them.
    func oldest(_ most: Int) -> (count: Int, entries: [Entry]) {
        state.withLock { state in
            var oldest: [Entry] = []
            for id in state.order {
                if oldest.count == most { break }
                if let entry = state.entries[id] { oldest.append(entry) }
            }
            return (state.whole, oldest)
        }
    }

    /// A job is taken up; the number under which it is known from now on.
    func enter(_ job: Job, isPart: Bool = false) -> UInt64 {
        let entry = Entry(job)
        let id = state.withLock { state in
            state.next += 1
            _ = state.set(state.next, entry)
            if !isPart {
                state.order.append(state.next)
                state.whole += 1
            }
            return state.next
        }
        changed()
        return id
    }

    /// It has come further, perhaps.
    func update(_ id: UInt64?, _ job: Job) {
        guard let id else { return }
        var entry = Entry(job)
        let isChange = state.withLock { state in
            // How many parts are at their end is told otherwise.
            if entry.stage == .batch, let before = state.entries[id], before.stage == .batch {
                (entry.progress, entry.coming) = (before.progress, before.coming)
            }
            return state.set(id, entry)
        }
        if isChange { changed() }
    }

    /// It was claimed while somebody writes to its file, and waits for that.
    func awaitsWriter(_ id: UInt64?, of file: String) {
        guard let id else { return }
        let isChange = state.withLock { state in
            guard var entry = state.entries[id] else { return false }
            entry.awaits = [file]
            return state.set(id, entry)
        }
        if isChange { changed() }
    }

    /// So many parts of a batch are not at their end.
    func batch(_ id: UInt64, left: Int) {
        let isChange = state.withLock { state in
            guard var entry = state.entries[id], let progress = entry.progress, entry.stage == .batch else {
                return false
            }
            // Two that end at one moment may be told of in either order.
            entry.progress?.done = max(progress.done, min(progress.of - left, progress.of))
            return state.set(id, entry)
        }
        if isChange { changed() }
    }

    /// What is done of a batch is shown there; `nil` where it is not any more.
    func batch(_ id: UInt64, isShownAt coming: FilePath?) {
        let isChange = state.withLock { state in
            guard var entry = state.entries[id] else { return false }
            entry.coming = coming
            return state.set(id, entry)
        }
        if isChange { changed() }
    }

    /// It is no longer under way in this run.
    func leave(_ id: UInt64, isPart: Bool = false) {
        if state.withLock({ $0.leave(id, isPart: isPart) }) { changed() }
    }
}

extension ActiveJobs.Counts {
    fileprivate mutating func count(_ entry: ActiveJobs.Entry, _ change: Int) {
        jobs[entry.stage, default: 0] += change
        tasks += entry.tasks * change
    }
}

extension ActiveJobs.Entry {
    init(_ job: Job) {
        (origin, since, stage) = (job.origin, job.claimedAt, JobStage(job))
        tasks = job.variants.count { variant in
            switch variant {
            case .submitting, .submitted: true
            case .waiting, .answered, .fetched, .failed: false
            }
        }
        let submitted = job.variants.compactMap { variant in
            if case .submitted(_, let since) = variant { since } else { nil }
        }
        task = submitted.max().map { Task(model: job.request?.edit.model.id ?? "", since: $0) }
        progress = job.parts.map { JobLine.Progress(done: 0, of: $0) } ?? JobLine.Progress(variantsOf: job)
        awaits = Array(job.awaitedPictures.prefix(SpoolState.namesLimit))
    }

    /// As it is shown.
    ///
    /// - Parameter usual: how long work of a model usually takes, as far as was learned.
    func line(usual: (String) -> Duration?) -> JobLine {
        let expected =
            stage == .submitted ? task.flatMap { task in usual(task.model).map { task.since.after($0) } } : nil
        return JobLine(
            name: origin.jobName, stage: stage, since: since, expected: expected, progress: progress, awaits: awaits,
            coming: coming)
    }
}

extension Timestamp {
    fileprivate func after(_ time: Duration) -> Timestamp {
        let (seconds, attoseconds) = time.components
        return Timestamp(milliseconds: milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
