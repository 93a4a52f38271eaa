// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// A reload may be asked for while the start still waits, such as for a disk: until ``Signals`` follows them, a SIGHUP
/// would end the process. It is kept instead.
enum EarlySignals {
    private static let hangUps = Atomic(0)

    /// To be called before anything that may wait.
    static func keep() {
        // Made before the handler may run: it must do nothing but count (signal-safety(7)).
        _ = takeHangUp()
        signal(SIGHUP) { _ in EarlySignals.hangUps.add(1, ordering: .relaxed) }
    }

    /// Whether a reload was asked for since the start, or since this was last asked.
    static func takeHangUp() -> Bool { hangUps.exchange(0, ordering: .relaxed) > 0 }
}
