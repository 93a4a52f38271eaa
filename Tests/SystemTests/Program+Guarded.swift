// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

extension Program {
    /// Stops the daemon calmly when `body` is over. An error of `body` counts as a failure. When the test's time is up,
    /// the daemon is killed: one that does not stop must not hold up all tests.
    func guarded(_ body: () async throws -> Void) async {
        await withTaskCancellationHandler {
            do {
                try await body()
                send(SIGTERM)
            } catch {
                // What was cut off says so, and nothing else.
                if !Task.isCancelled { Issue.record(error) }
                send(SIGKILL)
            }
            let code = await end()
            #expect(code == 0 || Task.isCancelled, "ended with \(code)")
        } onCancel: {
            send(SIGKILL)
        }
    }
}
