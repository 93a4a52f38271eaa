// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import DropFolder

/// Group commit: who asks is covered by a round that began after they asked, and rounds are few.
@Suite(.timeLimit(.minutes(1)))
struct CommitterTests {
    struct Broken: Error {}

    /// How many rounds have begun.
    final class Rounds: Sendable {
        private let number = Mutex(0)
        var begun: Int { number.withLock { $0 } }
        func begin() -> Int {
            number.withLock { number in
                number += 1
                return number
            }
        }
    }

    @Test func `each commit is covered by a round that began after it, and many share one`() async throws {
        let rounds = Rounds()
        let committer = Committer {
            _ = rounds.begin()
            for _ in 0..<50 { await Task.yield() }
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    let before = rounds.begun
                    try await committer.commit()
                    return rounds.begun > before
                }
            }
            for try await isCovered in group { #expect(isCovered) }
        }
        #expect(rounds.begun >= 1 && rounds.begun < 250, "\(rounds.begun) rounds")
    }

    @Test func `an error reaches everybody whom the round was to cover, and the next round is a new chance`()
        async throws
    {
        let rounds = Rounds()
        let committer = Committer { if rounds.begin() == 1 { throw Broken() } }
        await #expect(throws: Broken.self) { try await committer.commit() }
        try await committer.commit()
    }
}
