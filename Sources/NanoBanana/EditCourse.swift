// SPDX-License-Identifier: Apache-2.0

/// What to make of the answers about one task: when to poll again, and when its end is believed. A poll is free and
/// what it is about is paid for, so patience costs nothing. Pure; time is passed in.
struct EditCourse: Equatable, Sendable {
    enum Verdict: Equatable, Sendable {
        case pollAgain(after: Duration)
        case pictures([PictureLink])
        case over(EditError.Reason)
    }

    private let patience: EditPatience
    private var waits: GrowingWait
    /// Since when every answer that spoke of the task spoke of an end that may be none.
    private var doubtedSince: Duration?

    init(_ patience: EditPatience) {
        self.patience = patience
        waits = GrowingWait(patience)
    }

    /// How long to wait before the first poll of a task that was just made.
    mutating func first() -> Duration { waits.take(left: patience.task) }

    /// - Parameter elapsed: since the task was made, or since somebody began to wait for it.
    mutating func saw(_ report: Result<TaskReport, PollError>, at elapsed: Duration) -> Verdict {
        switch report {
        case .success(let report): saw(report.state, at: elapsed)
        case .failure(let error): saw(error, at: elapsed)
        }
    }

    private mutating func saw(_ state: TaskReport.State, at elapsed: Duration) -> Verdict {
        switch state {
        case .succeeded(let links): return .pictures(links)
        case .underWay(let word):
            doubtedSince = nil
            return pollAgain(word, at: elapsed)
        case .failed(let failure):
            switch failure.cause {
            case .request: return .over(.taskFailed(failure))
            case .service, .noPictures: return doubts(.taskFailed(failure), failure.message, at: elapsed)
            }
        }
    }

    private mutating func saw(_ error: PollError, at elapsed: Duration) -> Verdict {
        switch error {
        case .unknownTask(let message): return doubts(.unknownTask(message: message), message, at: elapsed)
        case .trouble(let message, let retryAfter, _): return pollAgain(message, retryAfter, at: elapsed)
        case .notAccepted(let refusal):
            switch refusal.reason {
            // It will be refused the next time, too, and whoever gave it waits to be told.
            case .key: return .over(.keyRefused(refusal))
            case .balance, .tooFast, .service, .blocked:
                return pollAgain(refusal.message, refusal.retryAfter, at: elapsed)
            }
        }
    }

    private mutating func doubts(_ reason: EditError.Reason, _ word: String, at elapsed: Duration) -> Verdict {
        let since = doubtedSince ?? elapsed
        doubtedSince = since
        let isBelieved = elapsed - since >= patience.doubt || elapsed >= patience.task
        return isBelieved ? .over(reason) : pollAgain(word, at: elapsed)
    }

    /// - Parameter word: what was said last.
    private mutating func pollAgain(
        _ word: String, _ retryAfter: Duration? = nil, at elapsed: Duration
    ) -> Verdict {
        let left = patience.task - elapsed
        if left <= .zero { return .over(.timedOut(lastWord: word)) }
        return .pollAgain(after: waits.take(retryAfter: retryAfter, left: left))
    }
}

/// How often one picture is tried for. Pure; time is passed in.
struct PictureCourse: Equatable, Sendable {
    private let patience: EditPatience
    private var waits: GrowingWait

    init(_ patience: EditPatience) {
        self.patience = patience
        waits = GrowingWait(patience)
    }

    /// How long to wait before the next attempt; `nil` gives up.
    ///
    /// - Parameter elapsed: since the first attempt began.
    mutating func saw(_ error: PictureError, at elapsed: Duration) -> Duration? {
        let left = patience.picture - elapsed
        guard error.mayPass, left > .zero else { return nil }
        return waits.take(retryAfter: error.retryAfter, left: left)
    }
}
