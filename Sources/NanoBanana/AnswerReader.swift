// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What an HTTP answer of the API means for the caller. Pure.
struct AnswerReader {
    var status: Int
    /// Already read from `Retry-After`.
    var retryAfter: Duration?
    /// Already read from `Date`, in seconds since 1970.
    var serverTime: Int64?
    var body: ByteBuffer
    /// What was sent along and is not to be kept with the answer, should the server repeat it.
    var sent = Redaction()

    private static let proxyAsksWho =
        "a proxy asks for a user and a password (HTTP 407); give them with the setting proxy"

    /// The answer byte for byte, but for secrets.
    private var keptBody: ByteBuffer { sent.secrets(in: body) }

    private var bytes: [UInt8] { Array(keptBody.readableBytesView) }

    /// The links of pictures are left as they are, whatever stands in them: they are paid for.
    private var wire: WireAnswer? {
        guard var answer = WireAnswer.read(body) else { return nil }
        answer.message = sent.secrets(in: answer.message)
        if let message = answer.payload?.message { answer.payload?.message = sent.secrets(in: message) }
        return answer
    }

    func submitAnswer() throws(SubmitError) -> SubmitAnswer {
        // A 5xx says nothing of what happened before it, whatever its body claims.
        if status >= 500 { throw unknown(.serverError(status: status), "the API answered HTTP \(status)") }
        let answer = wire
        if (200...299).contains(status) { return try accepted(answer) }
        throw error(forStatus: answer)
    }

    private func accepted(_ answer: WireAnswer?) throws(SubmitError) -> SubmitAnswer {
        guard let answer else { throw unknown(.unreadableAnswer, "the API's answer could not be read") }
        // A task that is named exists, and may have been paid for, whatever `code` says.
        if let task = answer.payload?.taskID.flatMap(TaskID.init) {
            return SubmitAnswer(content: .task(task), body: keptBody)
        }
        if let code = answer.code, code != 200 { throw refusal(code, answer.message) }
        if let pictures = answer.payload?.pictures, !pictures.isEmpty {
            return SubmitAnswer(content: .pictures(pictures), body: keptBody)
        }
        throw unknown(.unreadableAnswer, "the API's answer names neither a task nor pictures")
    }

    /// A refusal in the body of a 200: surely no task.
    private func refusal(_ code: Int, _ message: String) -> SubmitError {
        if let reason = reason(code, message) { return .notAccepted(notAccepted(reason, message, "code \(code)")) }
        if (400...499).contains(code) { return .refused(Refusal(code: code, message: message, body: bytes)) }
        return .notAccepted(notAccepted(.service, message, "code \(code)"))
    }

    private func error(forStatus answer: WireAnswer?) -> SubmitError {
        let message = answer?.message ?? ""
        if let reason = reason(status, message) {
            return .notAccepted(notAccepted(reason, message, "HTTP \(status)"))
        }
        switch status {
        case 400, 413, 414, 415, 422, 431:
            return .refused(Refusal(code: answer?.code ?? status, message: message, body: bytes))
        case 407:
            // A proxy says so before it passes anything on (RFC 9110, 15.5.8).
            return .notAccepted(notAccepted(.service, Self.proxyAsksWho, ""))
        case 300...399, 404, 405, 410:
            let words = "nothing that takes submits stands at this address (HTTP \(status)); check api-url"
            return .notAccepted(notAccepted(.service, words, ""))
        default:
            // 408, 425 and their like come from something between us and the API, which may have passed the request on.
            return unknown(.serverError(status: status), "the API answered HTTP \(status)")
        }
    }

    private func reason(_ code: Int, _ message: String) -> NotAccepted.Reason? {
        switch code {
        case 401, 403: return .key
        case 402: return .balance
        case 429: return .tooFast
        default: break
        }
        let lower = message.lowercased().replacing("white balance", with: "")
        // A bad request may speak of the white balance: there only words that surely mean money count.
        let surely = [
            "余额", "insufficient balance", "insufficient credit", "insufficient fund", "balance is", "no balance",
        ]
        let moneyWords = code == 400 ? surely : surely + ["balance", "insufficient"]
        return moneyWords.contains(where: lower.contains) ? .balance : nil
    }

    private func notAccepted(_ reason: NotAccepted.Reason, _ message: String, _ fallback: String) -> NotAccepted {
        NotAccepted(reason: reason, message: message.isEmpty ? fallback : message, retryAfter: retryAfter)
    }

    private func unknown(_ cause: UnknownOutcome.Cause, _ message: String) -> SubmitError {
        .unknownOutcome(UnknownOutcome(cause: cause, message: message, body: bytes))
    }
}

extension AnswerReader {
    /// An answer to a question for a task that cannot exist.
    func pingAnswer() throws(PingError) {
        guard status < 500 else { throw .down(message: "HTTP \(status)", retryAfter: retryAfter) }
        if status == 407 { throw .down(message: Self.proxyAsksWho, retryAfter: retryAfter) }
        let answer = wire
        let code = (200...299).contains(status) ? answer?.code ?? 200 : status
        let message = answer?.message ?? ""
        guard let reason = reason(code, message) else { return }
        throw .notAccepted(notAccepted(reason, message, "code \(code)"))
    }

    func taskReport() throws(PollError) -> TaskReport {
        guard status < 500 else { throw .trouble(message: "HTTP \(status)", retryAfter: retryAfter) }
        let answer = wire
        let code = (200...299).contains(status) ? answer?.code ?? 200 : status
        let message = answer?.message ?? ""
        if code != 200 {
            if let reason = reason(code, message) { throw .notAccepted(notAccepted(reason, message, "code \(code)")) }
            // Only the API's own JSON is believed; a bare 404 may come from anything that stands in between.
            if let word = answer?.code, word == 400 || word == 404 { throw .unknownTask(message: message) }
            throw .trouble(message: message.isEmpty ? "code \(code)" : message, retryAfter: retryAfter)
        }
        guard let payload = answer?.payload, let state = state(payload) else {
            throw .trouble(message: "the API's answer could not be read", retryAfter: retryAfter)
        }
        return TaskReport(state: state, workTime: payload.workTime, body: keptBody)
    }

    /// The word counts; the number stands in where the word is missing. An unknown word is work under way: only a word
    /// that surely means the end ends it.
    private func state(_ payload: WirePayload) -> TaskReport.State? {
        let word = payload.word ?? payload.status.map { ["0", "1", "error", "succeeded"][safe: $0] ?? "" }
        switch word {
        case "succeeded":
            let pictures = payload.pictures ?? []
            return pictures.isEmpty ? .failed(TaskFailure(.noPictures, payload.message)) : .succeeded(pictures)
        case "error", "failed", "cancelled", "canceled": return .failed(TaskFailure(.request, payload.message))
        case .some(let word): return .underWay(word)
        case nil: return nil
        }
    }
}

extension WirePayload {
    fileprivate var workTime: Duration? {
        guard let createTime, let updateTime, createTime >= 0, updateTime >= createTime else { return nil }
        return .seconds(updateTime - createTime)
    }

    /// An empty word is as good as none.
    fileprivate var word: String? {
        state.flatMap { $0.isEmpty ? nil : $0.lowercased() }
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}
