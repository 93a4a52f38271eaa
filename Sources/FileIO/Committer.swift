// SPDX-License-Identifier: Apache-2.0

/// Group commit: *write, make durable*, for all who ask at that moment, with as few flushes of the disk between the two
/// as there can be: see ``RoundSync``.
///
/// Rounds run one after the other on a thread of their own. Who asks while one runs is covered by the next. What is to
/// follow once something is durable is done by whoever asked, elsewhere: nothing but the spool's own disk ever holds a
/// round up.
package final class Committer: Sendable {
    private struct Member {
        var changes: DiskChanges
        var write: @Sendable () throws -> Void
        /// Called once: with `nil` when what was written is on the disk, else with what went wrong.
        var finish: @Sendable ((any Error)?) -> Void
    }

    /// Something that is to become durable and that nobody waits for: as long as it is not.
    private struct Wanted {
        var changes: DiskChanges
        /// When its round begins at the latest.
        var due: ContinuousClock.Instant
        /// How many rounds have failed.
        var failures = 0
    }

    private struct State {
        var members: [Member] = []
        /// Who wants to know whether the thread listens.
        var knocks: [@Sendable () -> Void] = []
        var isInRound = false
        var wanted: Wanted?
        var isShutDown = false

        mutating func takeKnocks() -> [@Sendable () -> Void] {
            defer { knocks = [] }
            return knocks
        }
    }

    private struct Round {
        var members: [Member]
        var knocks: [@Sendable () -> Void]
        var wanted: Wanted?
    }

    /// How long something that nobody waits for may wait for company.
    private static let leisure = Duration.milliseconds(20)
    /// How long after a round that has failed the next one begins by itself.
    private static let backoff = Backoff(first: .milliseconds(250), limit: .seconds(30))

    private let lock = ConditionLock(State())

    /// - Parameter told: hears when rounds begin to fail, or fail for another reason, and with `nil` when one has gone
    ///   through again.
    package init(_ disk: DurableDisk, told: @escaping @Sendable ((any Error)?) -> Void) {
        lock.serve("commit", Self.next) { [lock] in
            var sync = RoundSync(disk)
            // What was flushed for everybody, and is not durable yet.
            var everybodys = DiskChanges.nothing
            var trouble: String?
            return { round in
                for answered in round.knocks { answered() }
                guard let error = Self.run(round, disk, &sync, &everybodys, lock) else { return }
                let news = error.map { "\($0)" }
                if news != trouble { told(error) }
                trouble = news
            }
        }
    }

    private static func next(_ state: inout State) -> ConditionLock<State>.Look<Round?> {
        state.isInRound = false
        if state.members.isEmpty {
            if !state.knocks.isEmpty { return .found(Round(members: [], knocks: state.takeKnocks())) }
            guard let wanted = state.wanted else { return state.isShutDown ? .found(nil) : .sleep }
            let left = Machine.now.duration(to: wanted.due)
            if left > .zero, !state.isShutDown { return .sleepFor(left) }
        }
        let round = Round(members: state.members, knocks: state.takeKnocks(), wanted: state.wanted)
        state.isInRound = true
        state.members = []
        state.wanted = nil
        return .found(round)
    }

    /// Returns what went wrong, or that nothing did; `nil` where there was nothing to do.
    private static func run(
        _ round: Round, _ disk: DurableDisk, _ sync: inout RoundSync, _ everybodys: inout DiskChanges,
        _ lock: ConditionLock<State>
    ) -> (any Error)?? {
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
        if written.isEmpty, round.wanted == nil { return nil }
        let flushed = Result { try disk.flush() }
        everybodys = everybodys.union((try? flushed.get()) ?? .nothing)
        let changes = written.map(\.changes).reduce(round.wanted?.changes ?? .nothing) { $0.union($1) }
        let outcome = sync.make(durable: changes.union(everybodys))
        var failure = outcome.error(of: everybodys)
        if failure == nil { everybodys = .nothing }
        if case .failure(let error) = flushed { failure = error }
        // Whatever was not flushed, what was written is on the disk.
        for member in written { member.finish(outcome.error(of: member.changes) ?? failure) }
        failure = outcome.error ?? failure
        if failure != nil { wantAgain(outcome, round.wanted, sync.doubtful, lock) }
        return .some(failure)
    }

    /// What has failed is wanted until it has gone through, whether or not somebody still waits for it.
    private static func wantAgain(
        _ outcome: RoundSync.Outcome, _ wanted: Wanted?, _ doubtful: Set<DiskChanges.Place>,
        _ lock: ConditionLock<State>
    ) {
        let failures = (wanted?.failures ?? 0) + 1
        let wait = backoff.wait(attempt: failures, random: 1)
        lock.change { state in
            // At the end there is one last round, and no more.
            if state.isShutDown { return .nobody }
            var again = Wanted(
                changes: DiskChanges(places: doubtful, isUnknown: outcome.whole != nil),
                due: Machine.now.advanced(by: wait), failures: failures)
            if let new = state.wanted { again.changes = again.changes.union(new.changes) }
            state.wanted = again
            return .nobody
        }
    }

    /// Runs `write` and makes everything written so far that belongs to `changes` durable, on a thread that may block.
    /// Throws what went wrong; then nothing may be taken to be durable.
    package func commit(_ changes: DiskChanges, write: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            enter(
                Member(changes: changes, write: write) { error in
                    if let error { continuation.resume(throwing: error) } else { continuation.resume() }
                })
        }
    }

    private func enter(_ member: Member) {
        var isTooLate = false
        lock.change { state in
            if state.isShutDown {
                isTooLate = true
                return .nobody
            }
            state.members.append(member)
            return .one
        }
        if isTooLate { member.finish(CancellationError()) }
    }

    /// What was written is to become durable soon, and with it what is written with each round; nobody waits for it.
    package func soon(_ changes: DiskChanges) {
        lock.change { state in
            if state.isShutDown { return .nobody }
            if let wanted = state.wanted {
                state.wanted?.changes = wanted.changes.union(changes)
                return .nobody
            }
            state.wanted = Wanted(changes: changes, due: Machine.now.advanced(by: Self.leisure))
            return state.members.isEmpty ? .one : .nobody
        }
    }

    /// Calls back from the thread between two rounds; at once where the thread is to end.
    package func ping(_ answered: @escaping @Sendable () -> Void) {
        var isTooLate = false
        lock.change { state in
            isTooLate = state.isShutDown
            if isTooLate { return .nobody }
            state.knocks.append(answered)
            return .one
        }
        if isTooLate { answered() }
    }

    /// Whether the thread is in a round, which takes as long as the disk does.
    package var isBusy: Bool {
        var isBusy = false
        lock.change { state in
            isBusy = state.isInRound
            return .nobody
        }
        return isBusy
    }

    /// Ends the thread after a last round for those who wait.
    package func shutDown() {
        lock.change { state in
            state.isShutDown = true
            return .all
        }
    }
}
