// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// The answers to questions, which cost nothing: whatever is not understood is asked again.
extension AnswerReader {
    /// An answer to a poll that cannot exist.
    func pingAnswer() throws(PingError) {
        guard status < 500 else { throw .down(message: "HTTP \(status)", retryAfter: retryAfter) }
        if status == 407 { throw .down(message: Self.proxyAsksWho, retryAfter: retryAfter) }
        if (300...399).contains(status) { throw .down(message: redirected, retryAfter: retryAfter) }
        let isSuccess = (200...299).contains(status)
        if isSuccess, !isJSON {
            throw .down(message: quoted("what answers at this address is not the API"), retryAfter: retryAfter)
        }
        let code = isSuccess ? code ?? 200 : status
        let words = words(in: places)
        guard let reason = reason(code, words) else { return }
        throw .notAccepted(notAccepted(reason, words.message, number(code)))
    }

    /// - Parameter task: the one that was asked for; `nil` believes whichever the answer names.
    func taskReport(on task: TaskID? = nil) throws(PollError) -> TaskReport {
        guard status < 500 else { throw trouble(statusWords) }
        guard (200...299).contains(status) else { throw refusal(status) }
        let about = task.map { places.about($0, in: root) } ?? places
        guard let about else {
            throw trouble(quoted("the API's answer is about another task; is there a cache on the way?"))
        }
        if isWhole || about.state(of: task) != nil, let state = state(in: about, task) {
            return TaskReport(state: state, workTime: about.workTime, body: keptBody)
        }
        if let code, code != 200, code != 0 { throw refusal(code) }
        throw trouble(quoted("the API's answer could not be read"))
    }

    /// How far the task is. Pictures in hand are the end, whatever the word: a link lives for a day, and a word that
    /// nobody knows may never change. Only a word that surely means work under way outweighs them.
    private func state(in places: AnswerPlaces, _ task: TaskID?) -> TaskReport.State? {
        let state = places.state(of: task)
        let pictures = pictures(in: places)
        if !pictures.isEmpty, state?.meaning != .underWay { return .succeeded(pictures) }
        guard let state else { return nil }
        let words = words(in: places)
        switch state.meaning {
        case .underWay, .unknown: return .underWay(state.word)
        case .success: return .failed(TaskFailure(.noPictures, words.message))
        case .failure:
            // An answer that refuses the question says nothing of the task, unless it names that.
            if let code, (400...599).contains(code), !places.speak(of: task) { return nil }
            let isService = words.message.isEmpty || words.speakOfService
            return .failed(TaskFailure(isService ? .service : .request, words.message))
        }
    }

    private func refusal(_ code: Int) -> PollError {
        let words = words(in: places)
        if let reason = reason(code, words) {
            let refusal = notAccepted(reason, words.message, number(code))
            // Of one question a firewall says nothing about key, money and speed.
            return reason == .blocked ? trouble(refusal.message) : .notAccepted(refusal)
        }
        if (300...399).contains(status) { return trouble(redirected) }
        // Only the API's own JSON is believed; a bare 404 may come from anything that stands in between.
        if let own = self.code, own == 400 || own == 404, !words.speakOfService {
            return .unknownTask(message: words.message)
        }
        if !words.message.isEmpty { return trouble(words.message) }
        return trouble(page.isEmpty ? number(code) : "\(number(code)): \(page)")
    }

    private func trouble(_ message: String) -> PollError {
        .trouble(message: message, retryAfter: retryAfter, answer: keptBody)
    }
}

extension AnswerPlaces {
    /// How long the work took; `nil` where the answer does not say, or makes no sense.
    fileprivate var workTime: Duration? {
        let times = apartFromErrors.lazy.compactMap { place -> Duration? in
            guard let start = place["createtime"]?.integer, let end = place["updatetime"]?.integer, start >= 0,
                end >= start
            else { return nil }
            return .seconds(end - start)
        }
        return times.first
    }
}

extension PictureLink {
    /// The very pictures that an answer gave when it was read, in their order; none where none can be read.
    ///
    /// - Parameters:
    ///   - answer: the body as it was kept.
    ///   - asked: what was submitted, where that is known.
    ///   - task: the one that the answer was asked for; `nil` for the answer to a submit.
    public static func all(in answer: ByteBuffer, asked: EditRequest?, task: TaskID? = nil) -> [PictureLink] {
        let reader = AnswerReader(status: 200, body: answer, asked: asked)
        if let task {
            guard case .succeeded(let pictures) = try? reader.taskReport(on: task).state else { return [] }
            return pictures
        }
        return reader.pictures(in: reader.places)
    }
}
