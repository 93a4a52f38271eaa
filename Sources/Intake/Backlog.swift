// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
package import Jobs
package import Requests
package import Spool
internal import Synchronization

/// The door between intake and dispatch: files that are ready to be claimed, and parts of batches that are ready to be
/// begun. Bounded for files: what does not fit stays in the inbox and is found again by a scan once there is room.
package final class Backlog: Sendable {
    private struct State {
        var queues = LaneQueues()
        var isClosed = false
        var turnedAway = false
        var waiting: CheckedContinuation<Waiting?, Never>?
        /// Was handed out, and is not begun yet.
        var inHand: Waiting?
        /// Begun, and not yet out of the inbox for certain; whether it was found once more meanwhile.
        var begun: [Origin: Bool] = [:]

        var originInHand: Origin? {
            if case .file(let origin, _)? = inHand { origin } else { nil }
        }
    }

    /// The folders of failed jobs that were put back. What is left to do for them may cost nothing, so they wait behind
    /// nobody who needs a permit. Each is handed out once until it is ``settled(_:)``; for one consumer.
    package let folders: AsyncStream<(origin: Origin, readiness: Readiness)>
    private let handOut: AsyncStream<(origin: Origin, readiness: Readiness)>.Continuation
    private let limit: Int
    private let priority: @Sendable (Lane) -> Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: how many files may wait.
    ///   - priority: how urgent a lane is.
    package init(limit: Int, priority: @escaping @Sendable (Lane) -> Int = { _ in RequestDefaults.usualPriority }) {
        self.limit = limit
        self.priority = priority
        (folders, handOut) = AsyncStream.makeStream()
    }

    /// Files that wait, the one whose turn has come included.
    package var count: Int { state.withLock { $0.queues.count + ($0.originInHand == nil ? 0 : 1) } }

    func contains(_ origin: Origin) -> Bool {
        state.withLock { $0.queues.contains(origin) || $0.originInHand == origin }
    }

    /// The same, and parts of batches, in numbers.
    package var overview: QueueOverview {
        state.withLock { state in
            var overview = state.queues.overview
            if let item = state.inHand { overview.add(item) }
            return overview
        }
    }

    /// A file is ready. Returns false where there is no room.
    ///
    /// - Parameters:
    ///   - identity: of a file that was looked at; `nil` for one that was renamed in.
    ///   - changed: when that one was last changed; `nil` where that is not known.
    @discardableResult
    func push(_ origin: Origin, _ identity: FileStatus.Identity? = nil, changed: Timestamp? = nil) -> Bool {
        push(.file(origin, Readiness(identity: identity, at: .now, changed: changed)), limit: limit)
    }

    /// A part is ready. There is always room: it is no file that could wait elsewhere.
    package func push(_ part: WaitingPart) {
        push(.part(part), limit: .max)
    }

    /// What was held and may begin now, all of it before any of it does, so that the lanes take turns.
    package func refill(_ items: [Waiting]) {
        let files = items.filter { !passFolder($0) }
        if files.isEmpty { return }
        let (waiting, first) = state.withLock { state -> (CheckedContinuation<Waiting?, Never>?, Waiting?) in
            if state.isClosed { return (nil, nil) }
            for item in files {
                if case .file(let origin, _) = item {
                    if origin == state.originInHand || state.begun[origin] != nil { continue }
                    guard state.queues.count < limit else {
                        state.turnedAway = true
                        continue
                    }
                }
                _ = state.queues.push(item, priority: priority(item.lane))
            }
            guard state.waiting != nil, let first = state.queues.pop() else { return (nil, nil) }
            state.inHand = first
            return (state.waiting.take(), first)
        }
        waiting?.resume(returning: first)
    }

    @discardableResult
    private func push(_ item: Waiting, limit: Int) -> Bool {
        if passFolder(item) { return true }
        let priority = priority(item.lane)
        let (waiting, fits) = state.withLock { state -> (CheckedContinuation<Waiting?, Never>?, Bool) in
            if state.isClosed { return (nil, true) }
            // It waits already. Whatever was done to it since then, its claim finds out.
            if case .file(let origin, _) = item {
                if origin == state.originInHand { return (nil, true) }
                // It is being claimed: this may be the same file, seen a moment ago, or already the next of its name.
                if state.begun[origin] != nil {
                    state.begun[origin] = true
                    return (nil, true)
                }
            }
            if let waiting = state.waiting {
                state.waiting = nil
                state.inHand = item
                return (waiting, true)
            }
            guard state.queues.count < limit else {
                state.turnedAway = true
                return (nil, false)
            }
            _ = state.queues.push(item, priority: priority)
            return (nil, true)
        }
        waiting?.resume(returning: item)
        return fits
    }

    /// Hands out the folder of a job; returns false where it is none.
    private func passFolder(_ item: Waiting) -> Bool {
        guard case .file(let origin, let readiness) = item, RequestFileName(origin.file) == nil else { return false }
        let isNew = state.withLock { state in
            let before = state.begun.updateValue(false, forKey: origin)
            if before != nil { state.begun[origin] = true }
            return before == nil && !state.isClosed
        }
        if isNew { handOut.yield((origin, readiness)) }
        return true
    }

    /// The lanes' defaults have changed.
    package func prioritise() {
        state.withLock { $0.queues.setPriorities(priority) }
    }

    /// The next to begin; `nil` once closed. For one consumer.
    package func next() async -> Waiting? {
        await withCheckedContinuation { continuation in
            let ready: Waiting?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if let item = state.queues.pop() {
                    state.inHand = item
                    return item
                }
                // What was handed out is kept in mind until it is begun: there is one place for it.
                guard state.waiting == nil else { fatalError("two tasks ask one Backlog for what is next") }
                state.waiting = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// What ``next()`` has handed out last has been begun. A file is not handed out again until it is ``settled(_:)``:
    /// two claims of one file would race.
    package func begun() {
        state.withLock { state in
            if let origin = state.originInHand { state.begun[origin] = false }
            state.inHand = nil
        }
    }

    /// The file was claimed, or will not be. Returns whether one of its name was found meanwhile, which is to be looked
    /// at now.
    package func settled(_ origin: Origin) -> Bool {
        state.withLock { $0.begun.removeValue(forKey: origin) ?? false }
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
    package func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.waiting.take()
        }
        waiting?.resume(returning: nil)
        handOut.finish()
    }
}
