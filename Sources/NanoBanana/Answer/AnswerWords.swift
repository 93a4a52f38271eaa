// SPDX-License-Identifier: Apache-2.0

/// What an answer says in words, and what the words speak of. Pure.
///
/// Messages repeat what was sent: a word that stands in the prompt, too, decides nothing.
struct AnswerWords {
    /// May be empty.
    let message: String
    private let lower: String
    private let prompt: String

    /// - Parameters:
    ///   - message: the API's words.
    ///   - prompt: what was asked for, as far as it is known.
    init(_ message: String, prompt: String?) {
        self.message = message
        lower = Self.line(message)
        self.prompt = Self.line(prompt ?? "")
    }

    /// Small letters, and one blank between the words.
    private static func line(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    // MARK: The service

    private static let serviceWords = [
        "busy", "upstream", "timeout", "timed out", "time out", "overload", "unavailable", "at capacity",
        "gpu capacity",
        "insufficient capacity", "no capacity", "bad gateway", "maintenance", "rate limit", "too many requests",
        "try again", "please retry", "retry later",
        "internal error", "internal server", "server error", "service error", "system error", "no available",
        "繁忙", "超时", "稍后", "重试", "上游", "服务器", "服务异常", "服务不可用", "系统错误", "系统异常", "内部错误", "过载", "限流",
        "维护", "排队",
    ]

    /// Whether it is the service that could not, and not the request that cannot be done.
    var speakOfService: Bool { Self.serviceWords.contains { lower.contains($0) && !prompt.contains($0) } }

    // MARK: Money

    private static let money: Set = ["balance", "credit", "credits", "fund", "funds", "quota", "money"]
    private static let lack: Set = [
        "insufficient", "low", "empty", "exhausted", "depleted", "enough", "zero", "negative",
    ]
    /// A balance of another kind: "white balance is too low".
    private static let otherBalances: Set = ["white", "color", "colour", "load", "tonal"]

    private static let moneyWords = ["余额", "额度", "积分", "点数", "账户"]
    private static let lackWords = ["不足", "为零", "为0", "不够", "耗尽", "用完", "欠费"]

    /// Whether there is no money left: a lack, and money near to it. Each alone means nothing ("load balancer",
    /// "insufficient resolution").
    var speakOfMoney: Bool { speakOfMoneyInChinese || speakOfMoneyInEnglish }

    private var speakOfMoneyInChinese: Bool {
        let news = Self.moneyWords.filter { !prompt.contains($0) }
        if lower.contains("欠费") || lower.contains("请充值"), !prompt.contains("充值"), !prompt.contains("欠费") { return true }
        return news.contains { word in
            guard let found = lower.firstRange(of: word) else { return false }
            let behind = lower[found.upperBound...].prefix(4)
            return Self.lackWords.contains { behind.contains($0) }
        }
    }

    private var speakOfMoneyInEnglish: Bool {
        let words = Self.words(lower)
        let asked = Set(Self.words(prompt))
        return words.indices.contains { index in
            guard Self.money.contains(words[index]), !asked.contains(words[index]),
                index == 0 || !Self.otherBalances.contains(words[index - 1])
            else { return false }
            return words[max(index - 2, 0)..<min(index + 4, words.count)].contains(where: Self.lack.contains)
        }
    }

    private static func words(_ text: String) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}

extension AnswerPlaces {
    /// Names under which a reason is given, the best first.
    private static let reasonNames = [
        "failreason", "failurereason", "reason", "description", "errormessage", "errormsg", "detail", "details",
        "message", "msg", "text", "content",
    ]

    /// Words that stand there where all went well.
    private static let wellWords: Set = ["success", "succeed", "succeeded", "ok", "done", "成功", "操作成功", "请求成功"]

    private static let longest = 2_000

    /// The reason that an answer gives: what is said of an error, else what is said nearest to the pictures. Empty where
    /// it says nothing.
    var message: String {
        let inner = Array(apartFromErrors.filter { $0.kind == .payload }.reversed())
        let places = errors + inner + apartFromErrors.filter { $0.kind == .other }
        let words = places.lazy.compactMap(\.reason).first ?? ""
        return String(words.prefix(Self.longest))
    }

    fileprivate static func isReason(_ text: String) -> Bool { !wellWords.contains(text.lowercased()) }
}

extension AnswerPlaces.Place {
    fileprivate var reason: String? {
        // `error` as a text.
        let error = members.first { $0.name == "error" || $0.name == "errors" }?.value.firstText
        let words = [error] + AnswerPlaces.reasons(in: self)
        return words.lazy.compactMap { $0 }.first(where: AnswerPlaces.isReason)
    }
}

extension AnswerPlaces {
    fileprivate static func reasons(in place: Place) -> [String?] { reasonNames.map { place[$0]?.firstText } }
}

extension JSONValue {
    /// A text, or the first of a list.
    fileprivate var firstText: String? { plainText ?? items.lazy.compactMap(\.plainText).first }
}
