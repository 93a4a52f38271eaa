// SPDX-License-Identifier: Apache-2.0

/// What became of a submit, by what the caller may do next.
///
/// ``charge`` says whether it was paid for, and `localizedDescription` says all of it in a sentence or two.
public enum SubmitError: Error, Sendable, Equatable {
    /// The request is at fault. No task was made; the same request would be refused again.
    case refused(Refusal)
    /// The request is not at fault and surely no task was made: it may be sent again once the reason is gone.
    case notAccepted(NotAccepted)
    /// Surely not sent: it may be sent again once the network is well.
    case notReachable(Unreachable)
    /// Sent, or maybe sent, and no answer tells what became of it. A task may exist and may have been paid for: it must
    /// not be sent again without asking a person.
    case unknownOutcome(UnknownOutcome)

    /// ``Charge/maybe`` for an unknown outcome, else ``Charge/no``.
    public var charge: Charge {
        switch self {
        case .refused, .notAccepted, .notReachable: .no
        case .unknownOutcome: .maybe
        }
    }

    var task: TaskID? {
        if case .unknownOutcome(let outcome) = self { outcome.task } else { nil }
    }
}

/// Whether a submit was paid for. What it costs is the provider's to say: no answer names a price.
public enum Charge: String, Sendable, Hashable, CaseIterable {
    /// Surely not.
    case no
    /// The API has taken it, whatever came of it.
    case yes
    /// Nobody knows but the provider: look into the account there.
    case maybe
}

/// The API refused the request as it is.
public struct Refusal: Sendable, Equatable {
    /// `code` of the answer, or the HTTP status where it has none; `nil` where neither tells.
    public var code: Int?
    /// The API's reason, at times in Chinese; may be empty.
    public var message: String
    /// The answer, byte for byte.
    public var body: [UInt8]

    /// A refusal, for clients and tests of one's own.
    public init(code: Int?, message: String, body: [UInt8] = []) {
        self.code = code
        self.message = message
        self.body = body
    }
}

/// The API did not take the request, for a reason that is not in it.
public struct NotAccepted: Sendable, Equatable {
    /// What stands in the way.
    public enum Reason: Sendable, Equatable, CaseIterable {
        /// The key is missing or refused.
        case key
        /// There is no money left in the account.
        case balance
        /// Too many requests in a short time.
        case tooFast
        /// The service is in trouble, or does not stand at this address.
        case service
        /// Something before the API, such as a firewall, does not let this through (403, and not the API's own words).
        /// It may be this one request that it dislikes.
        case blocked
    }

    /// What stands in the way.
    public var reason: Reason
    /// The API's words, or the library's where it has none; may be empty.
    public var message: String
    /// How long the server asks to wait (`Retry-After`, RFC 9110, 10.2.3), at most a day; `nil` where it does not say.
    public var retryAfter: Duration?

    /// A reason, for clients and tests of one's own.
    public init(reason: Reason, message: String, retryAfter: Duration? = nil) {
        self.reason = reason
        self.message = message
        self.retryAfter = retryAfter
    }
}

/// The API's host could not be reached.
public struct Unreachable: Sendable, Equatable {
    /// What went wrong, in words.
    public var message: String

    /// An unreachable host, for clients and tests of one's own.
    public init(message: String) {
        self.message = message
    }
}

/// Nobody knows whether the API accepted the request.
public struct UnknownOutcome: Sendable, Equatable {
    /// What is known.
    public enum Cause: Sendable, Equatable {
        /// The connection broke, or the call was cancelled, before the answer was whole.
        case connectionLost
        /// No whole answer within ``NanoBananaClient/Configuration/submitTimeout``.
        case timedOut
        /// An HTTP status that says nothing of the request, such as 502.
        case serverError(status: Int)
        /// A 2xx that names neither a task nor pictures.
        case unreadableAnswer
    }

    /// What is known.
    public var cause: Cause
    /// The same in words.
    public var message: String
    /// The answer as far as there is one, byte for byte; `nil` where nothing came.
    public var body: [UInt8]?
    /// The task that the answer names, as an HTTP 500 may; `nil` where it names none. To poll it costs nothing, and
    /// tells whether there is one.
    public var task: TaskID?

    /// An unknown outcome, for clients and tests of one's own.
    public init(cause: Cause, message: String, body: [UInt8]? = nil, task: TaskID? = nil) {
        self.cause = cause
        self.message = message
        self.body = body
        self.task = task
    }
}
