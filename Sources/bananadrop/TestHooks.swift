// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import Foundation
internal import Glibc
internal import Synchronization

/// For the project's own proofs, in debug builds only: `BANANADROP_TEST_KILL_AT=before:submitting` ends the process with
/// SIGKILL at that place; `after:submitted:3` the third time.
enum TestHooks {
    static var reached: @Sendable (Checkpoint) -> Void {
        #if DEBUG
            guard let text = ProcessInfo.processInfo.environment["BANANADROP_TEST_KILL_AT"] else { return { _ in } }
            let parts = text.split(separator: ":").map(String.init)
            let place = parts.prefix(2).joined(separator: ":")
            let left = Mutex(parts.count > 2 ? Int(parts[2]) ?? 1 : 1)
            return { checkpoint in
                guard checkpoint.description == place else { return }
                let isTime = left.withLock { left in
                    left -= 1
                    return left == 0
                }
                if isTime { kill(getpid(), SIGKILL) }
            }
        #else
            return { _ in }
        #endif
    }
}
