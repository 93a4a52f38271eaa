// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs

/// What a job's events say for the metrics.
extension JobRunner {
    /// Looks at the job after the event.
    func count(_ event: JobEvent, at now: Timestamp, in live: inout JobRun) {
        context.activeJobs.update(live.place, live.job)
        switch event {
        case .submitted, .answered:
            if let dropped = live.droppedAt { context.counters.taken(after: now.since(dropped)) }
            live.droppedAt = nil
            live.takenAt = live.takenAt ?? now
        case .claimed, .retried, .read, .split, .sharing, .shared, .submitting, .notAccepted, .outcomeUnknown,
            .pictureSaved, .fetched, .picturesLost, .variantFailed, .done, .failed:
            break
        }
    }

    /// A job that was published. A batch is no more than its parts, which were counted.
    func count(_ outcome: JobOutcome, _ live: JobRun) {
        if live.job.parts != nil { return }
        context.board.published(outcome == .done ? .done : .failed)
        context.counters.ended(outcome)
        if outcome == .done, let taken = live.takenAt { context.counters.done(after: Timestamp.now.since(taken)) }
    }
}
