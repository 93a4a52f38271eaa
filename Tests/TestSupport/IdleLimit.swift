// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import Testing

/// A test of this suite may wait as long as anything is done in its process: it fails when nothing is any more.
///
/// Tests share a few threads, so that one that only calculates keeps those that wait from going on: how long that takes
/// says how fast and how busy the machine is. What waits for something that never comes leaves nothing to do.
package struct IdleLimit: SuiteTrait, TestTrait, TestScoping {
    /// Seconds in which the machine has run, one after the other.
    package var seconds = 60
    package var isRecursive: Bool { true }

    /// Less processor time than this in a second is nothing, in microseconds: so much the looks themselves take.
    private static let nothing = 20_000

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await runWatched(function) {
            await waitForIdleness()
        } ended: { why in
            Issue.record("\(why)")
        }
    }

    private func waitForIdleness() async -> String? {
        var (used, quiet) = (Self.processorTime, 0)
        while quiet < seconds {
            // Cancelled: the test is over.
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return nil }
            let now = Self.processorTime
            quiet = now - used < Self.nothing ? quiet + 1 : 0
            used = now
        }
        return "nothing was done for \(seconds) s: what is waited for does not come"
    }

    /// Of this process, in microseconds: clock_gettime(2).
    private static var processorTime: Int {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}

extension Trait where Self == IdleLimit {
    package static var idleLimit: Self { IdleLimit() }
}
