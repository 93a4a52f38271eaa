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
        let (ends, end) = AsyncStream<Bool>.makeStream()
        async let test: Void = Self.run(function, end)
        async let _: Void = waitForIdleness(end)
        for await isIdle in ends {
            // Recorded first: what fails for it comes behind. Whoever waits is cancelled on the way out.
            guard isIdle else { return try await test }
            Issue.record("nothing was done for \(seconds) s: what is waited for does not come")
            return
        }
    }

    private static func run(
        _ function: @Sendable () async throws -> Void, _ end: AsyncStream<Bool>.Continuation
    ) async throws {
        defer { end.yield(false) }
        try await function()
    }

    private func waitForIdleness(_ end: AsyncStream<Bool>.Continuation) async {
        var (used, quiet) = (Self.processorTime, 0)
        while quiet < seconds {
            // Cancelled: the test is over.
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
            let now = Self.processorTime
            quiet = now - used < Self.nothing ? quiet + 1 : 0
            used = now
        }
        end.yield(true)
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
