// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import Glibc
internal import Jobs
internal import Synchronization

/// For the project's own proofs, in debug builds only: `BANANADROP_TEST_KILL_AT=before:submitting` ends the process
/// with SIGKILL at that place, `after:submitted:3` the third time; `BANANADROP_TEST_STOP_AT` halts it there with
/// SIGSTOP; `BANANADROP_TEST_TRACE=FILE` notes each place that is reached, a line each.
enum TestHooks {
    static var reached: @Sendable (Checkpoint) -> Void {
        #if DEBUG
            let environment = ProcessInfo.processInfo.environment
            let hooks = [
                environment["BANANADROP_TEST_TRACE"].map(trace),
                environment["BANANADROP_TEST_KILL_AT"].map { send(SIGKILL, at: $0) },
                environment["BANANADROP_TEST_STOP_AT"].map { send(SIGSTOP, at: $0) },
            ]
            let given = hooks.compactMap { $0 }
            return { checkpoint in given.forEach { $0(checkpoint) } }
        #else
            return { _ in }
        #endif
    }

    #if DEBUG
        private static func send(_ signal: Int32, at text: String) -> @Sendable (Checkpoint) -> Void {
            let parts = text.split(separator: ":").map(String.init)
            let place = parts.prefix(2).joined(separator: ":")
            let left = Mutex(parts.count > 2 ? Int(parts[2]) ?? 1 : 1)
            return { checkpoint in
                guard checkpoint.description == place else { return }
                let isTime = left.withLock { left in
                    left -= 1
                    return left == 0
                }
                // To this very thread: sent to the process, another might take it while this one goes on.
                if isTime { raise(signal) }
            }
        }

        private static func trace(_ path: String) -> @Sendable (Checkpoint) -> Void {
            let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            return { checkpoint in
                let line = "\(checkpoint)\n"
                _ = line.withCString { write(file, $0, strlen($0)) }
            }
        }
    #endif
}
