// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What an error of the transfer says about whether the request has left.
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

    /// - Parameter hasLeft: whether the request has left: for a submit ``BodyGate`` knows, and for a question, which may
    ///   be sent again in any case, ``TransferError/wasConnected``.
    init(_ trouble: SendTrouble, to destination: Destination, by route: Route, hasLeft: Bool) {
        self.trouble = trouble
        (self.destination, self.route) = (destination, route)
        reach = !hasLeft ? .notSent : trouble == .noAnswerInTime ? .timedOut : .lost
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
