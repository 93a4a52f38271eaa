// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The sentences for people: `localizedDescription` of what the API and the network do. In English, and each of them
/// whole: it says what happened, and whether it was charged where that is in question.
enum Sentence {
    /// `Lead: why.`, or the lead alone where there is no reason.
    static func of(_ lead: String, _ why: String = "") -> String {
        var why = why[...]
        while let last = why.last, last.isWhitespace || ".。".contains(last) { why.removeLast() }
        return why.isEmpty ? lead + "." : "\(lead): \(why)."
    }

    /// Empty where the server does not say how long.
    static func wait(_ retryAfter: Duration?) -> String {
        guard let retryAfter, retryAfter > .zero else { return "" }
        let (seconds, rest) = retryAfter.components
        return " It asks to wait \(rest > 0 ? seconds + 1 : seconds) s."
    }
}

extension SubmitError: LocalizedError {
    /// What happened, why, and whether it was charged.
    public var errorDescription: String? {
        switch self {
        case .refused(let refusal): "\(refusal.sentence) It was not charged."
        case .notAccepted(let refusal): "\(refusal.sentence) The request was not charged."
        case .notReachable(let trouble): "\(trouble.sentence) Nothing was sent, and nothing was charged."
        case .unknownOutcome(let outcome):
            "\(Sentence.of("Nobody knows whether the API accepted the request", outcome.message)) It may have been "
                + "charged: check the account before you send it again."
        }
    }
}

extension Refusal {
    fileprivate var sentence: String {
        let why = message.isEmpty ? code.map { "code \($0)" } ?? "" : message
        return Sentence.of("The API refused the request", why)
    }
}

extension NotAccepted {
    var sentence: String {
        let lead =
            switch reason {
            case .key: "The API does not accept the key"
            case .balance: "There is no money left in the account"
            case .tooFast: "The API was asked too often in a short time"
            case .service: "The service is in trouble"
            case .blocked: "Something in front of the API blocked the request"
            }
        return Sentence.of(lead, message) + Sentence.wait(retryAfter)
    }
}

extension Unreachable {
    fileprivate var sentence: String { Sentence.of("The API could not be reached", message) }
}

extension PollError: LocalizedError {
    /// What the API, or the network, said instead of how far the task is.
    public var errorDescription: String? {
        switch self {
        case .unknownTask(let message): Sentence.of("The API does not know the task", message)
        case .notAccepted(let refusal): refusal.sentence
        case .trouble(let message, let retryAfter, _):
            Sentence.of("No usable answer about the task came", message) + Sentence.wait(retryAfter)
        }
    }
}

extension PingError: LocalizedError {
    /// What stands in the way of using the API.
    public var errorDescription: String? {
        switch self {
        case .notReachable(let trouble): trouble.sentence
        case .down(let message, let retryAfter):
            Sentence.of("The API is in trouble", message) + Sentence.wait(retryAfter)
        case .notAccepted(let refusal): refusal.sentence
        }
    }
}

extension DownloadError: LocalizedError {
    /// Why the picture could not be opened. What a link carries beside scheme, host and path is not repeated.
    public var errorDescription: String? {
        switch self {
        case .gone(let status): "The picture's link does not work yet, or no longer (HTTP \(status))."
        case .trouble(let message, let retryAfter):
            Sentence.of("The picture could not be fetched", message) + Sentence.wait(retryAfter)
        case .forbiddenAddress(let address, let name?):
            "The picture's host \(name) leads to \(address), from where no pictures are fetched."
        case .forbiddenAddress(let address, nil):
            "The picture's link leads to \(address), from where no pictures are fetched."
        case .badLink(let link): Sentence.of("The picture's link cannot be used", Self.bare(link))
        case .takesEncryptionOff(let link):
            Sentence.of("The picture's link leads from https to a place without encryption", Self.bare(link))
        case .badInlinePicture: "The API's answer contains the picture itself, but it cannot be decoded."
        case .tooManyRedirects: "The picture's link redirects more than five times."
        }
    }

    /// A link may be signed, or be no link at all and have no end.
    private static func bare(_ link: String) -> String { Redaction.links(String(link.prefix(200))) }
}
