// SPDX-License-Identifier: Apache-2.0

/// What stands in the way of using the API, as far as a question that costs nothing can tell.
public enum PingError: Error, Sendable, Equatable {
    /// There is no connection.
    case notReachable(Unreachable)
    /// The API, or what stands before it, is in trouble: a 5xx, or no answer.
    case down(message: String, retryAfter: Duration?)
    /// The key is refused, the balance is empty, or the questions come too fast.
    case notAccepted(NotAccepted)
}
