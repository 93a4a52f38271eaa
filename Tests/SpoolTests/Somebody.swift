// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What the kernel lets somebody do who is not root. Only this thread's: `setfsuid(2)`, which takes root's rights to
/// files away as well.
enum Somebody {
    static let user: uid_t = 61_001
    static let another: uid_t = 61_002
    /// Whether this can be tried at all.
    static let isPossible = geteuid() == 0

    static func does<Value>(_ body: () throws -> Value) rethrows -> Value {
        switchTo(user)
        defer { switchTo(0) }
        return try body()
    }

    private static func switchTo(_ user: uid_t) {
        typealias Switch = @convention(c) (uid_t) -> CInt
        // A function of glibc that Swift's module leaves out.
        guard let address = dlsym(nil, "setfsuid") else { preconditionFailure("glibc has it since 1996") }
        _ = unsafeBitCast(address, to: Switch.self)(user)
    }
}
