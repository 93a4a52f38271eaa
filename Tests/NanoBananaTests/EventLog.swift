// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The events, kept and passed on.
final class EventLog: Sendable {
    private let kept = Mutex<[RawRequest]>([])
    private let continuation: AsyncStream<RawServer.Event>.Continuation

    init(_ continuation: AsyncStream<RawServer.Event>.Continuation) {
        self.continuation = continuation
    }

    var requests: [RawRequest] { kept.withLock { $0 } }

    func note(_ event: RawServer.Event) {
        if case .request(let request) = event { kept.withLock { $0.append(request) } }
        continuation.yield(event)
    }
}
