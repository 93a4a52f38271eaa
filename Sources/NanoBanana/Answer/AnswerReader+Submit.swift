// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// The answer to a submit. What may be sent again is listed; whatever is not in the list was taken, or may have been:
/// nothing is paid twice because an answer was not understood.
extension AnswerReader {
    func submitAnswer() throws(SubmitError) -> SubmitAnswer {
        // A 5xx says nothing of what happened before it, whatever its body claims.
        if status >= 500 { throw unknown(.serverError(status: status), quoted("the API answered HTTP \(status)")) }
        guard (200...299).contains(status) else { throw error(forStatus: words(in: places)) }
        if let content = taken { return SubmitAnswer(content: content, task: places.namedTasks.first, body: keptBody) }
        if let code, isWhole { throw try refusal(code, words(in: places)) }
        throw unreadable
    }

    /// What the answer has in it, whatever `code` says: a task that is named exists, and may have been paid for.
    private var taken: SubmitAnswer.Content? {
        let task = places.task(bare: root)
        let meaning = places.state(of: task)?.meaning
        // A task that is named as one can be asked for, which costs nothing, and says itself when it is over.
        if let task = places.namedTasks.first, meaning != .success { return .task(task) }
        // Of an answer that is not whole some pictures may be missing.
        let pictures = isWhole ? pictures(in: places) : []
        if let task, pictures.isEmpty || meaning == .underWay { return .task(task) }
        return pictures.isEmpty ? nil : .pictures(pictures)
    }

    private var unreadable: SubmitError {
        unknown(
            .unreadableAnswer,
            quoted(
                isJSON ? "the API's answer names neither a task nor pictures" : "the API's answer could not be read"))
    }

    /// A refusal in the body of a 200: surely no task.
    private func refusal(_ code: Int, _ words: AnswerWords) throws(SubmitError) -> SubmitError {
        // Nobody knows what other codes mean: 0, 1, 201, 1000.
        guard (400...599).contains(code) else { throw unreadable }
        let fallback = number(code)
        if let reason = reason(code, words) { return .notAccepted(notAccepted(reason, words.message, fallback)) }
        if code >= 500 || code == 408 || code == 425 || words.speakOfService {
            return .notAccepted(notAccepted(.service, words.message, fallback))
        }
        return .refused(Refusal(code: code, message: words.message, body: bytes))
    }

    private func error(forStatus words: AnswerWords) -> SubmitError {
        // Where a task is named after all, it may have been made.
        if taken != nil { return unknown(.serverError(status: status), quoted("the API answered HTTP \(status)")) }
        if let reason = reason(status, words) {
            return .notAccepted(notAccepted(reason, words.message, number(status)))
        }
        switch status {
        case 400, 406, 413, 414, 415, 422, 431, 451:
            if words.speakOfService { return .notAccepted(notAccepted(.service, words.message, "")) }
            let message = words.message.isEmpty ? page : words.message
            return .refused(Refusal(code: code ?? status, message: message, body: bytes))
        case 407:
            // A proxy says so before it passes anything on (RFC 9110, 15.5.8).
            return .notAccepted(notAccepted(.service, Self.proxyAsksWho, ""))
        case 300...399: return .notAccepted(notAccepted(.service, redirected, ""))
        case 404, 405, 410:
            let words = "nothing at this address takes submits (HTTP \(status)); check api-url"
            return .notAccepted(notAccepted(.service, words, ""))
        default:
            // 408, 425 and their like come from something between us and the API, which may have passed the request on.
            return unknown(.serverError(status: status), quoted("the API answered HTTP \(status)"))
        }
    }

    private var bytes: [UInt8] { Array(keptBody.readableBytesView) }

    private func unknown(_ cause: UnknownOutcome.Cause, _ message: String) -> SubmitError {
        .unknownOutcome(UnknownOutcome(cause: cause, message: message, body: bytes, task: places.namedTasks.first))
    }
}
