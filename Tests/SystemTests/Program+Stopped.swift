// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

extension Program {
    /// Waits until the program has stopped itself with SIGSTOP: then none of its threads is in the kernel any more.
    /// False where it ends instead or does neither within a minute.
    func stopped() async -> Bool {
        await withCheckedContinuation { continuation in
            let pid = pid
            Thread {
                // Looked at again and again, since waitpid(2) has no time limit.
                for _ in 0..<60_000 {
                    var status: Int32 = 0
                    let changed = waitpid(pid, &status, WUNTRACED | WNOHANG)
                    if changed != 0 { return continuation.resume(returning: changed == pid && status & 0xFF == 0x7F) }
                    usleep(1_000)
                }
                continuation.resume(returning: false)
            }.start()
        }
    }
}
