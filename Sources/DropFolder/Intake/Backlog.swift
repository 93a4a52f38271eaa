// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The door between intake and dispatch: files that are ready to be claimed. Bounded; what does not fit stays in the inbox
/// and is found again by a scan once there is room.
final class Backlog: Sendable {
    private struct State {
        var queues = LaneQueues()
        var isClosed = false
        var turnedAway = false
        var waiting: CheckedContinuation<Origin?, Never>?
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: how many files may wait.
    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { state.withLock { $0.queues.count } }

    func contains(_ origin: Origin) -> Bool {
        state.withLock { $0.queues.contains(origin) }
    }

    /// A file is ready. Returns false where there is no room.
    @discardableResult
    func push(_ origin: Origin) -> Bool {
        let (waiting, fits) = state.withLock { state -> (CheckedContinuation<Origin?, Never>?, Bool) in
            if state.isClosed { return (nil, true) }
            if let waiting = state.waiting {
                state.waiting = nil
                return (waiting, true)
            }
            guard state.queues.count < limit else {
                state.turnedAway = true
                return (nil, false)
            }
            _ = state.queues.push(origin)
            return (nil, true)
        }
        waiting?.resume(returning: origin)
        return fits
    }

    /// The next file to claim; `nil` once closed. For one consumer.
    func next() async -> Origin? {
        await withCheckedContinuation { continuation in
            let ready: Origin?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if let origin = state.queues.pop() { return origin }
                state.waiting = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Whether files were turned away and there is room for them by now: then it is time to scan. Asking clears it.
    func wantsScan() -> Bool {
        state.withLock { state in
            guard state.turnedAway, state.queues.count < limit / 2 else { return false }
            state.turnedAway = false
            return true
        }
    }

    /// Ends the intake: what waits stays in the inbox.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.waiting.take()
        }
        waiting?.resume(returning: nil)
    }
}
