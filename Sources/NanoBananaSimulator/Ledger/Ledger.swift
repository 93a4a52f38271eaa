// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts what the stand-in sees, so that a test can ask how often something was paid for.
public final class Ledger: Sendable {
    private struct Waiter {
        var id: Int
        var isTrue: @Sendable (LedgerSnapshot) -> Bool
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var snapshot = LedgerSnapshot()
        var bodies: [[UInt8]] = []
        var waiters: [Waiter] = []
        var nextID = 0
    }

    /// How many bodies of submits are kept.
    private static let bodyLimit = 20_000
    private let state = Mutex(State())

    init() {}

    /// What was seen so far.
    public var snapshot: LedgerSnapshot { state.withLock { $0.snapshot } }

    /// The bodies of the submits in the order of their arrival, byte for byte; the first 20,000.
    public var submitBodies: [[UInt8]] { state.withLock { $0.bodies } }

    /// Returns as soon as `isTrue` holds for what was seen. Looks when something changes, not from time to time.
    /// Returns early when cancelled.
    public func wait(until isTrue: @escaping @Sendable (LedgerSnapshot) -> Bool) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || isTrue(state.snapshot) { return true }
                    state.waiters.append(Waiter(id: id, isTrue: isTrue, continuation: continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume()
        }
    }

    /// Forgets everything but what is under way.
    public func reset() {
        change { state in
            let underWay = state.snapshot.underWay
            state.snapshot = LedgerSnapshot()
            state.snapshot.underWay = underWay
            state.snapshot.maxUnderWay = underWay
            state.bodies = []
        }
    }

    func received(_ prompt: String, body: [UInt8], at time: Double) {
        change { state in
            state.snapshot.submits += 1
            state.snapshot.prompts[prompt, default: .init()].submits += 1
            if state.snapshot.prompts[prompt]?.firstSubmit == nil {
                state.snapshot.prompts[prompt]?.firstSubmit = time
            }
            if state.bodies.count < Self.bodyLimit { state.bodies.append(body) }
        }
    }

    func paid(_ prompt: String, isTask: Bool) {
        change { state in
            state.snapshot.paid += 1
            state.snapshot.prompts[prompt, default: .init()].paid += 1
            if isTask {
                state.snapshot.underWay += 1
                state.snapshot.maxUnderWay = max(state.snapshot.maxUnderWay, state.snapshot.underWay)
            }
        }
    }

    func polled(_ prompt: String, heardTheEnd: Bool) {
        change { state in
            state.snapshot.polls += 1
            state.snapshot.prompts[prompt, default: .init()].polls += 1
            if heardTheEnd { state.snapshot.underWay -= 1 }
        }
    }

    func askedInVain() {
        change { $0.snapshot.strayPolls += 1 }
    }

    func fetched(_ prompt: String) {
        change { state in
            state.snapshot.fetches += 1
            state.snapshot.prompts[prompt, default: .init()].fetches += 1
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let satisfied = state.withLock { state -> [Waiter] in
            change(&state)
            if state.waiters.isEmpty { return [] }
            let snapshot = state.snapshot
            let satisfied = state.waiters.filter { $0.isTrue(snapshot) }
            state.waiters.removeAll { waiter in satisfied.contains { $0.id == waiter.id } }
            return satisfied
        }
        for waiter in satisfied { waiter.continuation.resume() }
    }
}
