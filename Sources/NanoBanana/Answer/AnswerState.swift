// SPDX-License-Identifier: Apache-2.0

/// How far a task is, in the words and numbers of an answer.
struct TaskState: Equatable, Sendable {
    enum Meaning: Equatable, Sendable {
        case underWay, success, failure
        /// A word that nobody knows.
        case unknown
    }

    /// As the API says it, in lower case, or its number.
    let word: String
    let meaning: Meaning

    /// `state`, `status`, `task_status` …
    fileprivate static let names = Set(([""] + AnswerPlaces.work).flatMap { [$0 + "state", $0 + "status"] })

    private static let underWay = [
        "pending", "running", "queued", "queueing", "queuing", "processing", "inprogress", "inqueue", "waiting",
        "submitted", "starting", "started", "created", "accepted", "generating", "working",
    ]

    /// A word is its stem with whatever ending: succeeded, success, succeed; failed, fail, failure.
    private static let stems: [(Meaning, [String])] = [
        (.success, ["succe", "complete", "finish", "done"]),
        (
            .failure,
            [
                "fail", "error", "reject", "cancel", "timeout", "timedout", "expire", "abort", "denied", "declin",
                "refus", "block", "terminat", "invalid", "unsucce",
                // Who looks at pictures before they are given out.
                "nsfw", "moderated", "sensitive", "violat", "prohibit", "censor", "unsafe", "filter", "flagged",
                "illegal", "banned",
            ]
        ),
    ]

    /// The same in Chinese, which puts words in front, and what says that it is not so yet.
    private static let chinese: [(Meaning, [String])] = [
        (.underWay, ["未", "待", "中"]), (.failure, ["失败", "取消", "拒绝", "违规", "超时", "过期", "错误", "异常"]),
        (.success, ["成功", "完成"]),
    ]

    /// What surely is not the end, though it begins like a word for it.
    private static let endings = ["ing", "pending"]

    /// What stands under `status` (or `state`): a word, or the API's number.
    init?(_ value: JSONValue) {
        guard let text = value.plainText else { return nil }
        if let number = value.integer {
            // What is larger is the status of something else.
            guard number < 100 else { return nil }
            let known: [Meaning] = [.underWay, .underWay, .failure, .success]
            (word, meaning) = (text, known.indices.contains(number) ? known[number] : .unknown)
        } else {
            word = text.lowercased()
            meaning = Self.meaning(ofWordsIn: text)
        }
    }

    private static func meaning(_ word: String) -> Meaning {
        if underWay.contains(word) { return .underWay }
        if endings.contains(where: word.hasSuffix) { return .unknown }
        return stems.first { $0.1.contains(where: word.hasPrefix) }?.0
            ?? chinese.first { $0.1.contains(where: word.contains) }?.0 ?? .unknown
    }

    /// Where the whole says nothing its last word does: `TASK_STATUS_FAILED`, `content_filtered`; but not what has yet
    /// to come: `waiting_to_complete`, `not_finished`.
    private static func meaning(ofWordsIn text: String) -> Meaning {
        let whole = meaning(JSONValue.bare(text))
        let words = text.split { !$0.isLetter }.map { $0.lowercased() }
        guard whole == .unknown, let last = words.last, !words.contains(where: notYet.contains) else { return whole }
        return meaning(last)
    }

    private static let notYet = [
        "no", "not", "to", "for", "until", "before", "awaiting", "waiting", "wait", "pre", "non",
    ]

    private init(_ word: String, _ meaning: Meaning) { (self.word, self.meaning) = (word, meaning) }

    /// A word and a number in one answer: what both know. The number helps out where nobody knows the word; success is
    /// success though the word still says that it runs.
    static func both(_ word: TaskState?, _ number: TaskState?) -> TaskState? {
        guard let word, let number else { return word ?? number }
        switch (word.meaning, number.meaning) {
        case (.unknown, .success), (.unknown, .failure): return TaskState(word.word, number.meaning)
        case (.underWay, .success): return TaskState(word.word, .unknown)
        case (.unknown, .underWay), (.unknown, .unknown), (.underWay, _), (.success, _), (.failure, _): return word
        }
    }
}

extension AnswerPlaces.Place {
    /// What this object says of its own state.
    var state: TaskState? {
        let said = members.filter { TaskState.names.contains($0.name) }
        let states = said.compactMap { member in TaskState(member.value).map { (member, $0) } }
        let word = states.first { $0.0.value.integer == nil }?.1
        let number = states.first { $0.0.value.integer != nil }?.1
        return TaskState.both(word, number)
    }
}

extension AnswerPlaces {
    /// The state of the task. `status` beside a payload is how the question went, unless the task is named there, too.
    func state(of task: TaskID?) -> TaskState? {
        apartFromErrors.lazy.compactMap { place -> TaskState? in
            let isEnvelope =
                place.depth == 0 && place.hasPayload && place["state"] == nil && !(task.map(place.names) ?? false)
            return isEnvelope ? nil : place.state
        }.first
    }
}
