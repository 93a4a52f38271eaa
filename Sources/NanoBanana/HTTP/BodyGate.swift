// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Whether the body of a submit has left. It leaves or it is called off, never both: that is what makes "nothing was
/// sent" a fact and no guess from the kind of an error.
///
/// libcurl asks for the body when it has a connection, through proxy and TLS, and has written the head of the request. A POST whose head announces a body and whose body never comes is no whole request (RFC 9112, 8), so no
/// server acts on it and no proxy passes it on whole.
final class BodyGate: Sendable {
    private enum State {
        case here, left, calledOff
    }

    private let state = Mutex(State.here)

    /// Lets the body go. Returns whether it may: not where it was called off.
    func leave() -> Bool {
        state.withLock { state in
            if state == .here { state = .left }
            return state == .left
        }
    }

    /// Keeps the body here for good, unless it has left. Returns whether it has.
    func callOff() -> Bool {
        state.withLock { state in
            if state == .here { state = .calledOff }
            return state == .left
        }
    }
}
