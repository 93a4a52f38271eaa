// SPDX-License-Identifier: Apache-2.0

@testable import FileIO

/// Work of tests that blocks, on threads of its own: the shared ones are what other tests run on.
enum Restless {
    /// Runs `body` on a thread.
    static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            BlockingThread.start("blocking") { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Runs `body` on a thread while another does something again and again, at least once.
    static func `while`<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value, again: @escaping @Sendable (_ round: Int) -> Void
    ) async throws -> Value {
        let state = ConditionLock((goesOn: true, ended: false))
        BlockingThread.start("restless") {
            var round = 0
            var goesOn = true
            while goesOn {
                again(round)
                round += 1
                state.change {
                    goesOn = $0.goesOn
                    return .nobody
                }
            }
            state.change {
                $0.ended = true
                return .all
            }
        }
        return try await blocking {
            defer {
                state.change {
                    $0.goesOn = false
                    return .nobody
                }
                state.wait { $0.ended ? .found(()) : .sleep }
            }
            return try body()
        }
    }
}
