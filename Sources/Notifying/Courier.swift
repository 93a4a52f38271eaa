// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Documents
package import FileIO
package import Jobs
package import Spool
internal import Synchronization
package import SystemPackage

/// Works off the ``Outbox`` for one way to tell: a few at once, with a growing rest while nobody takes anything, and never
/// more in memory than a handful of names. No job waits for it.
package final class Courier: Sendable {
    /// What people hear of.
    package enum News: Equatable, Sendable {
        /// One was not taken, after all before were; why.
        case troubled(String)
        /// One was taken, after others were not.
        case wellAgain
        /// So many were given up, since nobody took them for so long; the last one's id.
        case givenUp(Int, last: String, after: Duration)
        /// One cannot be written down, so that it will not be told; its id, and why.
        case notWritten(String, why: String)
    }

    /// What has come of an attempt.
    private enum Outcome: Sendable {
        case told
        /// There is no such file, or nothing in it to tell.
        case nothing
        /// It is told once its result is published.
        case early
        case failed(String)
        /// It is given up, being late.
        ///
        /// - Parameter why: it was not taken; `nil` where it was not tried.
        case late(id: String, why: String?)
        case stopped
    }

    private struct Inbox {
        /// Those whose results were published just now.
        var fresh: Deque<FilePath.Component> = []
        /// Whether the folder may hold others.
        var mayHoldMore = true
        var ended: [(FilePath.Component, Outcome)] = []
    }

    /// What the loop alone knows.
    private struct State {
        var running: Set<FilePath.Component> = []
        /// Those that were not taken: the others come first, and then they once more.
        var refused: Set<FilePath.Component> = []
        /// Those that were added while they were looked at.
        var again: Set<FilePath.Component> = []
        /// Those whose results are not published: whoever publishes them adds them.
        var early: Set<FilePath.Component> = []
        var failures = 0
        /// How many in a row were tried too late, and not taken.
        var lateFailures = 0
        var restUntil: ContinuousClock.Instant?
        var givenUp = 0
        var lastGivenUp = ""
    }

    private let way: Outbox.Way
    private let outbox: Outbox
    private let teller: any Teller
    private let patience: Duration
    private let files: FilePool
    private let backoff: Backoff
    private let say: @Sendable (News) -> Void
    private let reached: @Sendable (Checkpoint) -> Void
    private let inbox = Mutex(Inbox())
    private let signal = WakeSignal()

    /// How many are told at once.
    private static let atOnce = 4
    /// After so many late ones in a row that were not taken, the others that are late are not even tried.
    private static let lateTries = 8
    /// How many names are held; the others are in the folder.
    private static let held = 1000

    /// - Parameters:
    ///   - patience: how long a notification is tried that nobody takes.
    ///   - backoff: how long to rest after one was not taken.
    ///   - reached: called at each ``Checkpoint``.
    ///   - say: told what people are to hear of.
    package init(
        _ way: Outbox.Way, _ outbox: Outbox, _ teller: any Teller, patience: Duration, files: FilePool,
        backoff: Backoff = Backoff(first: .seconds(1), limit: .seconds(300)),
        reached: @escaping @Sendable (Checkpoint) -> Void = { _ in }, say: @escaping @Sendable (News) -> Void
    ) {
        (self.way, self.outbox, self.teller, self.patience) = (way, outbox, teller, patience)
        (self.files, self.backoff, self.reached, self.say) = (files, backoff, reached, say)
    }

    /// A file of the outbox can be told now.
    package func add(_ file: FilePath.Component) {
        inbox.withLock { inbox in
            if inbox.fresh.count < Self.held {
                inbox.fresh.append(file)
            } else {
                inbox.mayHoldMore = true
            }
        }
        signal.wake()
    }

    /// Until cancelled. What is under way then is told once more at the next start.
    package func run() async {
        await withDiscardingTaskGroup { group in
            var state = State()
            while !Task.isCancelled {
                take(&state)
                await begin(in: &group, &state)
                if state.running.isEmpty { sayGivenUp(&state) }
                await signal.wait(atMost: state.restUntil.map { max($0 - Machine.now, .zero) })
                if let end = state.restUntil, end <= Machine.now { state.restUntil = nil }
            }
            group.cancelAll()
        }
    }

    private func begin(in group: inout DiscardingTaskGroup, _ state: inout State) async {
        // As long as nobody takes anything, one at a time finds out whether somebody does.
        while state.restUntil == nil, state.running.count < (state.failures == 0 ? Self.atOnce : 1),
            let file = await next(&state)
        {
            state.running.insert(file)
            let isTroubled = state.failures > 0 || state.lateFailures >= Self.lateTries
            group.addTask { [self] in
                let outcome = await attempt(file, isTroubled)
                inbox.withLock { $0.ended.append((file, outcome)) }
                signal.wake()
            }
        }
    }

    private func next(_ state: inout State) async -> FilePath.Component? {
        while true {
            let (fresh, mayHoldMore) = inbox.withLock { inbox in
                let fresh = inbox.fresh.popFirst()
                defer { if fresh == nil { inbox.mayHoldMore = false } }
                return (fresh, inbox.mayHoldMore)
            }
            if let fresh {
                if state.running.contains(fresh) {
                    state.again.insert(fresh)
                    continue
                }
                return fresh
            }
            guard mayHoldMore else { return nil }
            let known = state.running.union(state.refused).union(state.early)
            let found = try? await files.run { [outbox, way] in
                try outbox.waiting(way, limit: Self.held, besides: known)
            }
            guard let found else {
                state.restUntil = Machine.now + backoff.limit
                inbox.withLock { $0.mayHoldMore = true }
                return nil
            }
            if found.isEmpty, state.refused.isEmpty { return nil }
            if found.isEmpty { state.refused = [] }
            inbox.withLock { inbox in
                inbox.fresh.append(contentsOf: found)
                inbox.mayHoldMore = true
            }
        }
    }

    private func attempt(_ file: FilePath.Component, _ isTroubled: Bool) async -> Outcome {
        do {
            guard let entry = try await files.run({ [outbox] in try outbox.read(file) }) else { return .nothing }
            guard case .ready(let notification) = entry else {
                if case .early = entry { return .early }
                try await files.run { [outbox] in try outbox.remove(file) }
                return .nothing
            }
            let isLate = Timestamp.now.since(notification.at) > patience
            // Each is tried once, at least.
            if isLate, isTroubled { return try await giveUp(file, notification.id, nil) }
            reached(Checkpoint(.before, .tell))
            do {
                try await teller.tell(notification)
            } catch let error as NotTold {
                return isLate ? try await giveUp(file, notification.id, error.why) : .failed(error.why)
            }
            reached(Checkpoint(.after, .tell))
            try await files.run { [outbox, reached] in
                reached(Checkpoint(.before, .forget))
                try outbox.remove(file)
                reached(Checkpoint(.after, .forget))
            }
            return .told
        } catch is CancellationError {
            return .stopped
        } catch {
            return .failed("\(error)")
        }
    }

    private func giveUp(_ file: FilePath.Component, _ id: String, _ why: String?) async throws -> Outcome {
        try await files.run { [outbox] in try outbox.remove(file) }
        return .late(id: id, why: why)
    }

    private func take(_ state: inout State) {
        let ended = inbox.withLock { inbox in
            defer { inbox.ended = [] }
            return inbox.ended
        }
        for (file, outcome) in ended {
            state.running.remove(file)
            let isPublished = state.again.remove(file) != nil
            switch outcome {
            case .told:
                state.early.remove(file)
                if state.failures > 0 { say(.wellAgain) }
                (state.failures, state.lateFailures, state.restUntil) = (0, 0, nil)
            case .nothing: state.early.remove(file)
            case .stopped: break
            case .early where isPublished: inbox.withLock { $0.fresh.append(file) }
            case .early: state.early.insert(file)
            case .failed(let why):
                if state.failures == 0 { say(.troubled(why)) }
                state.failures += 1
                if state.refused.count < Self.held { state.refused.insert(file) }
                state.restUntil = Machine.now + backoff.wait(attempt: state.failures, random: Machine.jitter)
                inbox.withLock { $0.mayHoldMore = true }
            case .late(let id, let why):
                (state.givenUp, state.lastGivenUp) = (state.givenUp + 1, id)
                if why != nil { state.lateFailures += 1 }
            }
        }
    }

    private func sayGivenUp(_ state: inout State) {
        if state.givenUp == 0 { return }
        say(.givenUp(state.givenUp, last: state.lastGivenUp, after: patience))
        state.givenUp = 0
    }
}
