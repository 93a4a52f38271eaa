// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What an error of the HTTP client says about whether the request has left.
struct SendError {
    enum Reach: Equatable {
        /// Nothing was sent, or not all of the head and nothing of the body: no server can act on it.
        case notSent
        case timedOut
        case lost
    }

    let reach: Reach
    var trouble: SendTrouble
    let destination: Destination
    let route: Route

    /// - Parameter hasLeft: whether the body has left, where there is one: ``BodyGate`` knows. `nil` for a question,
    ///   which has none and may be sent again in any case; there the kind of the error decides.
    init(_ error: any Error, to destination: Destination, by route: Route, hasLeft: Bool?) {
        trouble = SendTrouble(error)
        (self.destination, self.route) = (destination, route)
        switch hasLeft {
        case false?: reach = .notSent
        // Where the body has left, an error that speaks of connecting is not believed.
        case true?: reach = trouble == .noAnswerInTime ? .timedOut : .lost
        case nil where trouble.comesBeforeSending: reach = .notSent
        case nil: reach = trouble == .noAnswerInTime ? .timedOut : .lost
        }
    }

    /// - Parameter answer: what came of one.
    func submitError(_ answer: AnswerReader?) -> SubmitError {
        let cause: UnknownOutcome.Cause
        switch reach {
        case .notSent: return .notReachable(Unreachable(message: message))
        case .timedOut: cause = .timedOut
        case .lost: cause = .connectionLost
        }
        guard let answer, answer.keptBody.readableBytes > 0 else {
            return .unknownOutcome(UnknownOutcome(cause: cause, message: message))
        }
        return .unknownOutcome(
            UnknownOutcome(
                cause: cause, message: answer.quoted("\(message); the part of the answer that came"),
                body: Array(answer.keptBody.readableBytesView)))
    }
}

/// What stands in the way of using the API, as far as a question that costs nothing can tell.
public enum PingError: Error, Sendable, Equatable {
    /// There is no connection.
    case notReachable(Unreachable)
    /// The API, or what stands before it, is in trouble: a 5xx, or no answer.
    case down(message: String, retryAfter: Duration?)
    /// The key is refused, the balance is empty, or the questions come too fast.
    case notAccepted(NotAccepted)
}
