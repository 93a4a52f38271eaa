// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization

/// Somebody who changes things again and again while something else goes on.
enum Racer {
    /// Runs `step` on a thread of its own while `body` does, with a pause between the rounds: the threads of the pool
    /// are the stand-in's. Returns how many of the rounds have changed something.
    static func race(
        pause: useconds_t, _ step: @escaping @Sendable (_ round: Int) -> Bool, _ body: () async throws -> Void
    ) async throws -> Int {
        let isOver = Mutex(false)
        let changes = OneShot<Int>()
        Thread {
            var (round, changed) = (0, 0)
            while !isOver.withLock({ $0 }) {
                if step(round) { changed += 1 }
                round += 1
                usleep(pause)
            }
            changes.set(changed)
        }.start()
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        isOver.withLock { $0 = true }
        let changed = await changes.value
        try result.get()
        return changed
    }
}
