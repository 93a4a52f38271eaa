// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The bounded buffer between the thread and its one consumer. The thread never waits: what does not fit is dropped,
/// and one `overflow` in its place tells the consumer to look at everything.
final class EventQueue: Sendable {
    private struct State {
        var events: [InotifyEvent] = []
        var isFinished = false
        var waiting: CheckedContinuation<[InotifyEvent]?, Never>?
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    func push(_ event: InotifyEvent) {
        let waiting = state.withLock { state -> CheckedContinuation<[InotifyEvent]?, Never>? in
            if state.isFinished { return nil }
            if let waiting = state.waiting.take() { return waiting }
            if state.events.count < limit {
                state.events.append(event)
            } else if state.events.last != .overflow {
                // The marker goes on top of the limit; later events are covered by it.
                state.events.append(.overflow)
            }
            return nil
        }
        // Resumed outside the lock, since the consumer may run at once.
        waiting?.resume(returning: [event])
    }

    /// Everything that is there, each event once, or, where there is nothing, the next event; `nil` at the end. For one
    /// consumer. Also returns `nil` when the consumer is cancelled.
    func next() async -> [InotifyEvent]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready: [InotifyEvent]?? = state.withLock { state in
                    if !state.events.isEmpty {
                        defer { state.events = [] }
                        return state.events
                    }
                    if state.isFinished || Task.isCancelled { return .some(nil) }
                    // Each event is read once: two readers would see half of what happens each.
                    guard state.waiting == nil else { fatalError("two tasks read the events of one Inotify") }
                    state.waiting = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready.map(Self.latest)) }
            }
        } onCancel: {
            state.withLock { $0.waiting.take() }?.resume(returning: nil)
        }
    }

    /// Of equal events the last. An event asks for a look, and one look after the last of them sees all that they stood
    /// for: a folder that is renamed to and fro a thousand times a second does not keep others waiting.
    static func latest(_ events: [InotifyEvent]) -> [InotifyEvent] {
        if events.count == 1 { return events }
        var seen: Set<InotifyEvent> = []
        seen.reserveCapacity(events.count)
        return events.reversed().filter { seen.insert($0).inserted }.reversed()
    }

    func finish() {
        let waiting = state.withLock { state in
            state.isFinished = true
            return state.waiting.take()
        }
        waiting?.resume(returning: nil)
    }
}
