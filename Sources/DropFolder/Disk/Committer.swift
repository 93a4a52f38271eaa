// SPDX-License-Identifier: Apache-2.0

/// Group commit: makes everything written so far durable, with one `syncfs(2)` for all who ask at that moment.
///
/// One round runs at a time. Who asks while it runs may have written after it began, so they wait for the next round,
/// which one of them leads. With *n* jobs under way a round costs the disk one flush instead of *n*.
actor Committer {
    private enum Word {
        case lead
        case covered(Result<Void, any Error>)
    }

    private let sync: @Sendable () async throws -> Void
    private var roundIsRunning = false
    private var next: [CheckedContinuation<Word, Never>] = []

    /// - Parameter sync: makes everything written before the call durable, or throws.
    init(sync: @escaping @Sendable () async throws -> Void) {
        self.sync = sync
    }

    /// Returns once everything that the caller wrote before is on the disk. Throws the disk's error; then nothing may be
    /// taken to be durable.
    func commit() async throws {
        if roundIsRunning {
            switch await withCheckedContinuation({ next.append($0) }) {
            case .lead: break
            case .covered(let result): return try result.get()
            }
        }
        roundIsRunning = true
        let followers = next
        next = []
        let result: Result<Void, any Error>
        do {
            try await sync()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for follower in followers { follower.resume(returning: .covered(result)) }
        // Hand over before anyone else can enter: the flag stays up, so that a newcomer queues behind the new leader.
        if next.isEmpty { roundIsRunning = false } else { next.removeFirst().resume(returning: .lead) }
        try result.get()
    }
}
