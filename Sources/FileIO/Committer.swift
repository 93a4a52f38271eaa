// SPDX-License-Identifier: Apache-2.0

/// Group commit: makes durable what was written, for all who ask at that moment, with as few flushes of the disk as there
/// can be: see ``RoundSync``.
///
/// Rounds run one after the other on a thread of their own. Who asks while one runs is covered by the next. Who enters a
/// round has written, and what is to follow once something is durable is done by whoever asked, elsewhere: nothing but
/// the flushes of the spool's own disk, and the ledger's lines, ever holds a round up.
package final class Committer: Sendable {
    private struct Member {
        var changes: DiskChanges
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
        // Nothing to make durable, and nobody who would act upon it.
        if round.members.isEmpty, round.wanted == nil { return nil }
        let flushed = Result { try disk.flush() }
        everybodys = everybodys.union((try? flushed.get()) ?? .nothing)
        let others = round.wanted?.changes ?? .nothing
        let changes = round.members.reduce(into: others.union(everybodys)) { $0.formUnion($1.changes) }
        let outcome = sync.make(durable: changes)
        var failure = outcome.error(of: everybodys)
        if failure == nil { everybodys = .nothing }
        if case .failure(let error) = flushed { failure = error }
        // Whatever was not flushed, what was written is on the disk.
        for member in round.members { member.finish(outcome.error(of: member.changes) ?? failure) }
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

    /// Makes everything written so far that belongs to `changes` durable. Throws what went wrong; then nothing may be
    /// taken to be durable.
    package func commit(_ changes: DiskChanges) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            enter(Member(changes: changes) { continuation.resume($0) })
        }
    }

    /// Writes on one of the threads of `files`, makes what belongs to `changes` durable, and acts, again on one of them:
    /// without a hop to the caller in between, who hears what the act has given, or what went wrong before it.
    package func commit<Value: Sendable>(
        _ changes: DiskChanges, on files: FilePool, write: @escaping @Sendable () throws -> Void,
        then act: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let refuse: @Sendable () -> Void = { continuation.resume(throwing: CancellationError()) }
            self.write(write, changes, on: files, orRefuse: refuse) { error in
                if let error { return continuation.resume(throwing: error) }
                files.begin({ continuation.resume(with: Result(catching: act)) }, orRefuse: refuse)
            }
        }
    }

    /// The same, where nothing follows but what the caller does.
    package func commit(
        _ changes: DiskChanges, on files: FilePool, write: @escaping @Sendable () throws -> Void
    ) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let refuse: @Sendable () -> Void = { continuation.resume(throwing: CancellationError()) }
            self.write(write, changes, on: files, orRefuse: refuse) { continuation.resume($0) }
        }
    }

    private func write(
        _ write: @escaping @Sendable () throws -> Void, _ changes: DiskChanges, on files: FilePool,
        orRefuse refuse: @escaping @Sendable () -> Void, then finish: @escaping @Sendable ((any Error)?) -> Void
    ) {
        files.begin(
            { [self] in
                do {
                    try write()
                } catch {
                    return finish(error)
                }
                enter(Member(changes: changes, finish: finish))
            }, orRefuse: refuse)
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

extension CheckedContinuation where T == Void, E == any Error {
    fileprivate func resume(_ error: (any Error)?) {
        if let error { resume(throwing: error) } else { resume() }
    }
}
