// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import NIOCore
internal import NanoBanana
internal import Requests

/// Asking for a task. A poll costs nothing, so it may fail any number of times; only the API's last word or the task's
/// own deadline ends it.
extension JobRunner {
    /// Without a good answer for so long, while others have theirs, a task has no place any more.
    private static let placePatience = Duration.seconds(120)
    /// A task that takes so long, and three times as long as usual, is late.
    private static let late = Duration.seconds(600)

    /// What came of one poll.
    private struct PollReply {
        /// Where it is the end, whatever was heard before.
        var end: JobEvent?
        var meaning: PollCourse.Answer
        /// Why the task would fail if the answer were believed.
        var failure: Failure?
        /// What the API, or the network, says.
        var words: String
        /// The answer, byte for byte.
        var response: [UInt8]?
    }

    func poll(_ variant: Int, _ task: TaskID, since: Timestamp, _ live: JobRun) async throws -> JobEvent {
        let expected = context.workTimes.expected(model: live.model)
        let age = TaskAge(since: since, wall: .now, now: .now)
        var course = PollCourse(
            timeout: context.settings.taskTimeout, age: age,
            schedule: PollSchedule(expected: expected, smallest: context.settings.pollInterval))
        let key = TroubledTasks.Key(job: live.job.origin.jobName, task: task.text)
        defer { context.tasks.isWell(key) }
        var wait = course.first(isResumed: live.notAskedBefore != nil, at: .now)
        if let moment = live.notAskedBefore { wait = max(wait, ContinuousClock.now.duration(to: moment)) }
        while true {
            try await Sleep.wait(wait)
            let heard = try await poll(variant, task, age, live)
            if let end = heard.end { return end }
            course.timeout = context.settings.taskTimeout
            switch course.saw(heard.meaning, at: .now, random: .random(in: 0...1)) {
            case .pollAgain(let time): wait = time
            case .believe:
                if let failure = heard.failure { return failed(variant, failure, heard.response) }
            case .timedOut: return timedOut(variant, task, heard)
            case .overdue(let moment, let time):
                if await context.limiter.isWell(since: moment) { return timedOut(variant, task, heard) }
                wait = time
            }
            let isLate = age.elapsed(at: .now) > max(Self.late, (expected ?? .zero) * 3)
            await note(heard, key, isLate ? since : nil, course.troubledSince, live.permits[variant])
        }
    }

    private func poll(_ variant: Int, _ task: TaskID, _ age: TaskAge, _ live: JobRun) async throws -> PollReply {
        do throws(PollError) {
            let report = try await context.service.poll(task, asked: live.job.request?.edit)
            context.counters.polled(isAnswered: true)
            await context.limiter.sawGoodPoll()
            return heard(report, variant, task, age, live)
        } catch {
            try Task.checkCancellation()
            context.counters.polled(isAnswered: false)
            return Self.heard(error, task)
        }
    }

    private func heard(
        _ report: TaskReport, _ variant: Int, _ task: TaskID, _ age: TaskAge, _ live: JobRun
    ) -> PollReply {
        let response = Array(report.body.readableBytesView)
        var heard = PollReply(meaning: .working, words: "", response: response)
        switch report.state {
        case .underWay(let word): heard.words = word
        case .succeeded(let pictures):
            // The API counts in whole seconds; its word also notices when work becomes faster than we poll.
            let elapsed = age.elapsed(at: .now)
            context.workTimes.saw(min(report.workTime ?? elapsed, elapsed), model: live.model)
            heard.end = .answered(variant: variant, Answer(pictures: pictures, response: response))
        case .failed(let failure):
            let hasNoWords = failure.cause == .noPictures && failure.message.isEmpty
            heard.words = hasNoWords ? "the task succeeded without a picture" : failure.message
            let why = Failure.taskFailed(task, message: heard.words, cause: failure.cause)
            switch failure.cause {
            case .request: heard.end = failed(variant, why, response)
            case .service, .noPictures: (heard.meaning, heard.failure) = (.doubtfulEnd, why)
            }
        }
        return heard
    }

    private static func heard(_ error: PollError, _ task: TaskID) -> PollReply {
        switch error {
        case .unknownTask(let message):
            PollReply(
                meaning: .unknownTask, failure: .taskUnknown(task, message: message), words: error.message,
                response: nil)
        case .notAccepted(let refusal):
            PollReply(meaning: .trouble(retryAfter: refusal.retryAfter), words: error.message, response: nil)
        case .trouble(_, let retryAfter, let answer):
            PollReply(
                meaning: .trouble(retryAfter: retryAfter), words: error.message,
                response: answer.map { Array($0.readableBytesView) })
        }
    }

    /// - Parameters:
    ///   - late: when a task that is late was submitted.
    ///   - troubledSince: since when there was no good answer.
    private func note(
        _ heard: PollReply, _ key: TroubledTasks.Key, _ late: Timestamp?, _ troubledSince: ContinuousClock.Instant?,
        _ permit: SubmitLimiter.Permit?
    ) async {
        // Shown on pages and in logs, where the links that a server repeats have no business.
        let words = Redaction.links(heard.words)
        switch heard.meaning {
        case .working:
            if let late { context.tasks.isLate(key, words: words, since: late) } else { context.tasks.isWell(key) }
        case .doubtfulEnd, .unknownTask, .trouble: context.tasks.isTroubled(key, words: words, at: .now)
        }
        guard let permit, let troubledSince, troubledSince.duration(to: .now) > Self.placePatience else { return }
        await context.limiter.stepAside(permit, troubledSince: troubledSince)
    }

    private func timedOut(_ variant: Int, _ task: TaskID, _ heard: PollReply) -> JobEvent {
        failed(
            variant, .taskTimedOut(task, after: context.settings.taskTimeout, lastWords: heard.words), heard.response)
    }

    private func failed(_ variant: Int, _ failure: Failure, _ response: [UInt8]?) -> JobEvent {
        .variantFailed(variant: variant, Wording.explain(failure), response: response.map(KeptAnswer.bytes))
    }
}

extension JobRun {
    fileprivate var model: String { job.request?.edit.model.id ?? "" }
}
