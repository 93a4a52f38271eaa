// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How programs are started.
enum SpawnAttributes {
    /// A thread of a pool may have every signal blocked, and a program that it starts would never hear of one.
    static func unblocked() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        return attributes
    }
}
