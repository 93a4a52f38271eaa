// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import Sharing
@testable import TestSupport

/// How many jobs may have their pictures shared before their turn comes.
@Suite(.idleLimit)
struct UploadLimiterTests {
    private final class Counter: Sendable {
        let state = Mutex((now: 0, most: 0, all: 0))

        func enter() {
            state.withLock { state in
                state.now += 1
                state.all += 1
                state.most = max(state.most, state.now)
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test(arguments: [0, 1, 3]) func `no more than the limit are among them, and everybody comes in`(
        limit: Int
    ) async throws {
        let ahead = UploadLimiter { limit }
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    let place = try await ahead.enter()
                    counter.enter()
                    await Task.yield()
                    counter.leave()
                    place.leave()
                    // Once more is the same as once.
                    place.leave()
                }
            }
            try await group.waitForAll()
        }
        let (_, most, all) = counter.state.withLock { $0 }
        #expect(all == 200)
        // None is among the limits: one has to be let in, or nothing would ever go on.
        #expect((1...max(limit, 1)).contains(most))
    }

    @Test func `as many as the limit come in at once`() async throws {
        let ahead = UploadLimiter { 5 }
        var places: [UploadLimiter.Place] = []
        for _ in 0..<5 { places.append(try await ahead.enter()) }
        #expect(places.count == 5)
    }

    @Test func `a place that nobody has any more is free`() async throws {
        let ahead = UploadLimiter { 1 }
        for _ in 0..<3 { _ = try await ahead.enter() }
    }

    @Test func `whoever is cancelled waits no longer and takes no place`() async throws {
        let ahead = UploadLimiter { 1 }
        let first = try await ahead.enter()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await ahead.enter()
                        return false
                    } catch { return error is CancellationError }
                }
            }
            group.cancelAll()
            for await wasCancelled in group { #expect(wasCancelled) }
        }
        first.leave()
        _ = try await ahead.enter()
    }
}
