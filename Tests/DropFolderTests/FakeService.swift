// SPDX-License-Identifier: Apache-2.0

import Synchronization

@testable import DropFolder
@testable import NanoBanana

/// A backend that is only ever asked whether it is well. Anything else would cost money: here it is an error.
final class FakeService: ImageService {
    private struct State {
        /// What the next questions meet; after the last, all is well.
        var troubles: [PingError]
        var asked = 0
    }

    private let state: Mutex<State>

    init(_ troubles: [PingError] = []) {
        state = Mutex(State(troubles: troubles))
    }

    /// How often it was asked.
    var asked: Int { state.withLock { $0.asked } }

    func ping() async throws(PingError) {
        let trouble: PingError? = state.withLock { state in
            state.asked += 1
            return state.troubles.isEmpty ? nil : state.troubles.removeFirst()
        }
        if let trouble { throw trouble }
    }

    func submit(_ request: EditRequest) async throws(SubmitError) -> SubmitAnswer {
        throw .unknownOutcome(UnknownOutcome(cause: .connectionLost, message: "not expected"))
    }

    func poll(_ task: TaskID, asked: EditRequest?) async throws(PollError) -> TaskReport {
        throw .trouble(message: "not expected", retryAfter: nil)
    }

    func download(_ link: PictureLink) async throws(DownloadError) -> Download {
        throw .trouble(message: "not expected", retryAfter: nil)
    }
}

extension PingError {
    static let down = PingError.down(message: "HTTP 503", retryAfter: nil)
    static let noKey = PingError.notAccepted(NotAccepted(reason: .key, message: "bad key", retryAfter: nil))
    static let noMoney = PingError.notAccepted(NotAccepted(reason: .balance, message: "empty", retryAfter: nil))
}
