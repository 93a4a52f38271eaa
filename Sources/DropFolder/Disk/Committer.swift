// SPDX-License-Identifier: Apache-2.0

/// Group commit: *write, make durable, act*, for all who ask at that moment with one `syncfs(2)` between the writes and
/// the acts. With *n* jobs under way a round costs the disk one flush instead of *n*.
///
/// Rounds run one after the other on a thread of their own. Who asks while one runs is covered by the next.
final class Committer: Sendable {
    private struct Member {
        var write: @Sendable () throws -> Void
        /// Called once: with `nil` when what was written is on the disk, else with what went wrong.
        var finish: @Sendable ((any Error)?) -> Void
    }

    private struct State {
        var members: [Member] = []
        /// Who wants to know whether the thread listens.
        var knocks: [@Sendable () -> Void] = []
        var isInRound = false
        /// Since when something waits to be made durable that nobody waits for.
        var wantedSince: ContinuousClock.Instant?
        var isShutDown = false

        mutating func takeKnocks() -> [@Sendable () -> Void] {
            defer { knocks = [] }
            return knocks
        }
    }

    private struct Round {
        var members: [Member]
        var knocks: [@Sendable () -> Void]
        /// Whether something is to become durable that nobody waits for.
        var isWanted: Bool
    }

    /// How long something that nobody waits for may wait for company.
    private static let leisure = Duration.milliseconds(20)

    private let monitor = Monitor(State())

    /// - Parameters:
    ///   - sync: makes everything written before the call durable, or throws.
    ///   - troubled: called when a round fails that nobody waits for.
    init(sync: @escaping @Sendable () throws -> Void, troubled: @escaping @Sendable (any Error) -> Void) {
        let monitor = monitor
        BlockingThread.start("commit") {
            while let round = Self.next(monitor) { Self.run(round, sync, troubled) }
        }
    }

    private static func next(_ monitor: Monitor<State>) -> Round? {
        monitor.wait { state in
            state.isInRound = false
            if state.members.isEmpty {
                if !state.knocks.isEmpty {
                    return .found(Round(members: [], knocks: state.takeKnocks(), isWanted: false))
                }
                guard let since = state.wantedSince else { return state.isShutDown ? .found(nil) : .sleep }
                let waited = since.duration(to: .now)
                if waited < leisure, !state.isShutDown { return .sleepFor(leisure - waited) }
            }
            let round = Round(
                members: state.members, knocks: state.takeKnocks(), isWanted: state.wantedSince != nil)
            state.isInRound = true
            state.members = []
            state.wantedSince = nil
            return .found(round)
        }
    }

    private static func run(_ round: Round, _ sync: () throws -> Void, _ troubled: (any Error) -> Void) {
        for answered in round.knocks { answered() }
        var written: [Member] = []
        for member in round.members {
            do {
                try member.write()
                written.append(member)
            } catch {
                member.finish(error)
            }
        }
        // Nothing to make durable, and nobody who would act upon it.
        if written.isEmpty, !round.isWanted { return }
        do {
            try sync()
            for member in written { member.finish(nil) }
        } catch {
            for member in written { member.finish(error) }
            if written.isEmpty { troubled(error) }
        }
    }

    /// Runs `write`, makes everything written so far durable, and only then runs `act`; all on a thread that may block.
    /// Throws what went wrong; then nothing may be taken to be durable, and `act` has not begun or has thrown.
    func commit<Value: Sendable>(
        write: @escaping @Sendable () throws -> Void, then act: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let member = Member(
                write: write,
                finish: { error in
                    if let error { return continuation.resume(throwing: error) }
                    continuation.resume(with: Result(catching: act))
                })
            enter(member)
        }
    }

    private func enter(_ member: Member) {
        var isTooLate = false
        monitor.change { state in
            if state.isShutDown {
                isTooLate = true
                return .nobody
            }
            state.members.append(member)
            return .one
        }
        if isTooLate { member.finish(CancellationError()) }
    }

    /// Everything written so far is to become durable soon; nobody waits for it.
    func soon() {
        monitor.change { state in
            guard state.wantedSince == nil, !state.isShutDown else { return .nobody }
            state.wantedSince = .now
            return state.members.isEmpty ? .one : .nobody
        }
    }

    /// Calls back from the thread between two rounds; at once where the thread is to end.
    func knock(_ answered: @escaping @Sendable () -> Void) {
        var isTooLate = false
        monitor.change { state in
            isTooLate = state.isShutDown
            if isTooLate { return .nobody }
            state.knocks.append(answered)
            return .one
        }
        if isTooLate { answered() }
    }

    /// Whether the thread is in a round, which takes as long as the disk does.
    var isBusy: Bool {
        var isBusy = false
        monitor.change { state in
            isBusy = state.isInRound
            return .nobody
        }
        return isBusy
    }

    /// Ends the thread after a last round for those who wait.
    func shutDown() {
        monitor.change { state in
            state.isShutDown = true
            return .all
        }
    }
}
