// SPDX-License-Identifier: Apache-2.0

internal import Jobs
internal import Synchronization

/// How many jobs are under way, and how far each is. A job is in it from the moment at which this run takes it up.
final class ActiveJobs: Sendable {
    /// One job.
    struct Entry: Equatable, Sendable {
        var stage: Stage
        /// Submits on their way, and tasks under way.
        var tasks: Int
    }

    /// How far a job is. Pure.
    enum Stage: String, CaseIterable, Sendable {
        /// The request is still to be read.
        case claimed
        /// It waits for its own pictures, or shares them.
        case sharing
        /// It waits until a submit may leave.
        case waiting
        case submitting, submitted, fetching
        /// A batch, until its parts are at their end.
        case batch
        /// All that is left is to write the result.
        case publishing
    }

    struct Counts: Equatable, Sendable {
        var jobs: [Stage: Int] = [:]
        var tasks = 0
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var counts = Counts()
        var next: UInt64 = 0

        mutating func set(_ id: UInt64, _ entry: Entry?) {
            let old = entries[id]
            if old == entry { return }
            entries[id] = entry
            if let old { counts.count(old, -1) }
            if let entry { counts.count(entry, 1) }
        }
    }

    private let state = Mutex(State())

    var counts: Counts { state.withLock { $0.counts } }

    /// A job is taken up; the number under which it is known from now on.
    func enter(_ job: Job) -> UInt64 {
        let entry = Entry(job)
        return state.withLock { state in
            state.next += 1
            state.set(state.next, entry)
            return state.next
        }
    }

    /// It has come further, perhaps.
    func update(_ id: UInt64?, _ job: Job) {
        guard let id else { return }
        let entry = Entry(job)
        state.withLock { $0.set(id, entry) }
    }

    /// It is no longer under way in this run.
    func leave(_ id: UInt64) {
        state.withLock { $0.set(id, nil) }
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
        stage = ActiveJobs.Stage(job)
        tasks = job.variants.count { variant in
            switch variant {
            case .submitting, .submitted: true
            case .waiting, .answered, .fetched, .failed: false
            }
        }
    }
}

extension ActiveJobs.Stage {
    /// A job of several variants is where the one is that has the longest way to go.
    init(_ job: Job) {
        if job.outcome != nil {
            self = .publishing
        } else if job.parts != nil {
            self = .batch
        } else if job.request == nil {
            self = .claimed
        } else if job.needsSharing {
            self = .sharing
        } else {
            let stages = job.variants.map(Self.init(of:))
            let way: [Self] = [.waiting, .submitting, .submitted, .fetching]
            self = way.first(where: stages.contains) ?? .publishing
        }
    }

    private init(of variant: Variant) {
        switch variant {
        case .waiting: self = .waiting
        case .submitting: self = .submitting
        case .submitted: self = .submitted
        case .answered: self = .fetching
        case .fetched, .failed: self = .publishing
        }
    }
}
