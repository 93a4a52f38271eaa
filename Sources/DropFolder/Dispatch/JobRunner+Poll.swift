// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOCore
internal import NanoBanana

/// Asking for a task. A poll costs nothing, so it may fail any number of times; only the API's last word or the task's
/// own deadline ends it.
extension JobRunner {
    /// How long the API must claim without a break not to know a task that it has named, before it is believed.
    private static let unknownTaskPatience = Duration.seconds(120)

    func poll(_ variant: Int, _ task: TaskID, since: Timestamp, _ live: LiveJob) async throws -> JobEvent {
        let model = live.job.request?.edit.model.id ?? ""
        var schedule = PollSchedule(
            expected: shop.workTimes.expected(model: model), smallest: shop.settings.pollInterval)
        var wait = schedule.first(elapsed: elapsed(since))
        if let moment = live.notAskedBefore {
            schedule.goOn(elapsed: elapsed(since))
            wait = max(wait, ContinuousClock.now.duration(to: moment))
        }
        var unknownSince: ContinuousClock.Instant?
        var isTroubled = false
        while true {
            try await Sleep.wait(wait)
            do {
                let report = try await shop.service.report(on: task, asked: live.job.request?.edit)
                shop.counters.polled(isAnswered: true)
                await shop.admission.sawGoodPoll()
                if isTroubled { logger(for: live).notice("The API answers for the task again") }
                isTroubled = false
                if let event = event(of: report, variant, task, elapsed(since), model) { return event }
                unknownSince = nil
                wait = schedule.next(elapsed: elapsed(since))
                // Only the API's own word that it still works on it makes a task late: trouble on the way says nothing.
                if elapsed(since) > shop.settings.taskTimeout {
                    return failed(variant, .taskTimedOut(task, after: shop.settings.taskTimeout), nil)
                }
            } catch {
                try Task.checkCancellation()
                shop.counters.polled(isAnswered: false)
                if !isTroubled {
                    logger(for: live).notice(
                        "No answer for the task; goes on asking", metadata: ["why": "\(error.message)"])
                }
                isTroubled = true
                if case .unknownTask(let message) = error {
                    let first = unknownSince ?? .now
                    unknownSince = first
                    if first.duration(to: .now) > Self.unknownTaskPatience {
                        return failed(variant, .taskUnknown(task, message: message), nil)
                    }
                }
                if case .notAccepted(let refusal) = error {
                    await shop.admission.sawTrouble(ServiceTrouble(refusal), nil)
                }
                wait = schedule.afterTrouble(retryAfter: error.retryAfter, random: .random(in: 0...1))
            }
        }
    }

    /// Never negative, though the wall clock may have been set back.
    private func elapsed(_ since: Timestamp) -> Duration {
        max(Timestamp.now.since(since), .zero)
    }

    private func event(
        of report: TaskReport, _ variant: Int, _ task: TaskID, _ elapsed: Duration, _ model: String
    ) -> JobEvent? {
        let response = Array(report.body.readableBytesView)
        switch report.state {
        case .underWay: return nil
        case .succeeded(let pictures):
            // The API counts in whole seconds; its word also notices when work becomes faster than we ask.
            shop.workTimes.saw(min(report.workTime ?? elapsed, elapsed), model: model)
            return .answered(variant: variant, Answer(pictures: pictures, response: response))
        case .failed(let failure):
            let words = failure.cause == .noPictures && failure.message.isEmpty
            let message = words ? "the task succeeded without a picture" : failure.message
            return failed(variant, .taskFailed(task, message: message), response)
        }
    }

    private func failed(_ variant: Int, _ failure: Failure, _ response: [UInt8]?) -> JobEvent {
        .variantFailed(variant: variant, Wording.explain(failure), response: response.map(KeptAnswer.bytes))
    }
}

extension PollError {
    fileprivate var retryAfter: Duration? {
        switch self {
        case .unknownTask: nil
        case .notAccepted(let refusal): refusal.retryAfter
        case .trouble(_, let retryAfter, _): retryAfter
        }
    }
}
