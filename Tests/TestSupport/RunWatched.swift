// SPDX-License-Identifier: Apache-2.0

/// Runs a test beside a watcher until the first of the two comes to its end. The other is cancelled on the way out, and
/// waited for.
///
/// - Parameters:
///   - watch: returns why the test has to end; `nil` where it is cancelled, since the test is over.
///   - ended: told of that before the test is cancelled: what fails for it comes behind.
package func runWatched<Reason: Sendable>(
    _ test: @Sendable () async throws -> Void, by watch: @Sendable () async -> Reason?,
    ended: (Reason) async -> Void
) async throws {
    let (ends, end) = AsyncStream<Reason?>.makeStream()
    async let run: Void = tell(end, after: test)
    async let _: Void = tell(end, whatIsSeenBy: watch)
    for await reason in ends {
        guard let reason else { return try await run }
        return await ended(reason)
    }
}

private func tell<Reason: Sendable>(
    _ end: AsyncStream<Reason?>.Continuation, after test: @Sendable () async throws -> Void
) async throws {
    defer { end.yield(nil) }
    try await test()
}

private func tell<Reason: Sendable>(
    _ end: AsyncStream<Reason?>.Continuation, whatIsSeenBy watch: @Sendable () async -> Reason?
) async {
    if let reason = await watch() { end.yield(reason) }
}
