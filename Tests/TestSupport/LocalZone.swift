// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
package import Testing

/// The zone of the clock on the wall is the whole process's. A test that sets it is alone with it; one that asks more
/// than once for the time on the wall keeps it from being set meanwhile.
package struct LocalZone: SuiteTrait, TestTrait, TestScoping {
    let isSet: Bool
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        await Self.turns.enter(alone: isSet)
        defer { Self.turns.leave() }
        try await function()
    }

    private static let turns = Turns()

    /// Lets in one alone, or several who do not mind each other; in the order in which they come, so that nobody waits
    /// for ever.
    private final class Turns: Sendable {
        private struct Waiter {
            var isAlone: Bool
            var continuation: CheckedContinuation<Void, Never>
        }

        private struct State {
            var inside = 0
            var isOneAlone = false
            var waiting: [Waiter] = []

            /// Those who may come in now.
            mutating func next() -> [Waiter] {
                var next: [Waiter] = []
                while let first = waiting.first, !isOneAlone, inside == 0 || !first.isAlone {
                    next.append(waiting.removeFirst())
                    inside += 1
                    isOneAlone = first.isAlone
                }
                return next
            }
        }

        private let state = Mutex(State())

        func enter(alone: Bool) async {
            await withCheckedContinuation { continuation in
                let next = state.withLock { state -> [Waiter] in
                    state.waiting.append(Waiter(isAlone: alone, continuation: continuation))
                    return state.next()
                }
                for waiter in next { waiter.continuation.resume() }
            }
        }

        func leave() {
            let next = state.withLock { state -> [Waiter] in
                state.inside -= 1
                state.isOneAlone = false
                return state.next()
            }
            for waiter in next { waiter.continuation.resume() }
        }
    }
}

extension Trait where Self == LocalZone {
    /// The tests of this suite set the zone.
    package static var setsZone: Self { LocalZone(isSet: true) }
    /// The zone stays what it is while a test of this suite runs.
    package static var zoneStays: Self { LocalZone(isSet: false) }
}
