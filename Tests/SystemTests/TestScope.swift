// SPDX-License-Identifier: Apache-2.0

import NanoBananaSimulator
import Synchronization
import Testing

@testable import TestSupport

/// What one test has under way: its processes, which end with it, and whether anything still moves.
final class TestScope: Sendable {
    @TaskLocal static var current: TestScope?

    private struct State {
        var processes: [ObjectIdentifier: OwnedProcess] = [:]
        var isClosed: CheckedContinuation<Void, Never>?
        var ledgers: [ObjectIdentifier: Ledger] = [:]
        var moves = 0
        var last = "nothing"
    }

    private let state = Mutex(State())

    func began(_ process: OwnedProcess) {
        state.withLock { $0.processes[ObjectIdentifier(process)] = process }
    }

    func isGone(_ process: OwnedProcess) {
        state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.processes[ObjectIdentifier(process)] = nil
            state.moves += 1
            guard state.processes.isEmpty else { return nil }
            defer { state.isClosed = nil }
            return state.isClosed
        }?.resume()
    }

    /// Something has come on, such as a line of a log.
    func moved(_ what: @autoclosure () -> String) {
        state.withLock { state in
            state.moves += 1
            state.last = what()
        }
    }

    /// What a stand-in has been asked counts as movement while `body` runs, but for questions that change nothing.
    func watching<Value>(_ ledger: Ledger, _ body: () async throws -> Value) async rethrows -> Value {
        state.withLock { $0.ledgers[ObjectIdentifier(ledger)] = ledger }
        defer { state.withLock { $0.ledgers[ObjectIdentifier(ledger)] = nil } }
        return try await body()
    }

    private var movement: [Int] {
        let (moves, ledgers) = state.withLock { ($0.moves, Array($0.ledgers.values)) }
        return [moves, ledgers.reduce(0) { $0 + $1.snapshot.submits + $1.snapshot.paid + $1.snapshot.fetches }]
    }

    /// Throws when nothing has moved for so many seconds, in which this machine has run: seconds are counted, not read
    /// off a clock.
    func watch(seconds limit: Int) async throws {
        var (seen, quiet) = (movement, 0)
        while quiet < limit {
            try await Task.sleep(for: .seconds(1))
            let now = movement
            (seen, quiet) = (now, now == seen ? quiet + 1 : 0)
        }
        throw Standstill(description: "nothing has moved for \(limit) s; the last was: \(state.withLock { $0.last })")
    }

    /// Ends whatever has been started and still runs.
    func end() async {
        await withCheckedContinuation { continuation in
            let processes = state.withLock { state -> [OwnedProcess] in
                if !state.processes.isEmpty { state.isClosed = continuation }
                return Array(state.processes.values)
            }
            if processes.isEmpty { continuation.resume() }
            for process in processes { process.letGo() }
        }
    }
}

struct Standstill: Error, CustomStringConvertible {
    var description: String
}

/// A test of this suite may take as long as it comes on, and ends what it has started.
///
/// How long something takes says nothing where the machine is slow or busy; that it stands still does.
struct Watched: SuiteTrait, TestTrait, TestScoping {
    var standstill = 90
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let scope = TestScope()
        let result: Result<Void, any Error>
        do {
            try await TestScope.$current.withValue(scope) { try await watch(scope, function) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await scope.end()
        try result.get()
    }

    /// Cancels the test when it stands still, and waits for its end.
    private func watch(_ scope: TestScope, _ function: @Sendable () async throws -> Void) async throws {
        try await runWatched(function) {
            await Self.watch(scope, seconds: standstill)
        } ended: { found in
            Issue.record(found)
            await scope.end()
        }
    }

    private static func watch(_ scope: TestScope, seconds: Int) async -> Standstill? {
        do {
            try await scope.watch(seconds: seconds)
        } catch let error as Standstill {
            return error
        } catch {
            // The test is over.
        }
        return nil
    }
}

extension Trait where Self == Watched {
    static var watched: Self { Watched() }
}

/// The stand-in, whose questions count as movement.
func withSimulator<Value: Sendable>(
    _ configuration: SimulatorConfiguration = SimulatorConfiguration(),
    _ body: @Sendable (Simulator, String) async throws -> Value
) async throws -> Value {
    try await NanoBananaSimulator.withSimulator(configuration) { simulator, base in
        guard let scope = TestScope.current else { return try await body(simulator, base) }
        return try await scope.watching(simulator.ledger) { try await body(simulator, base) }
    }
}
