// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import Glibc
internal import Logging
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// What the signals ask for: SIGTERM and SIGINT a calm end, the second one an end at once, SIGHUP a reload.
enum Signals {
    /// From here on they are kept for whoever follows them.
    static func trap() async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    }

    private static let stopping =
        "Stopping: waiting up to 20 s for answers to requests already sent; a second signal stops at once"

    /// Follows them until cancelled.
    static func follow(
        _ signals: UnixSignalsSequence, _ group: ServiceGroup, _ reloader: Reloader, _ log: Logger,
        _ outlet: LogOutlet
    ) async {
        await withDiscardingTaskGroup { tasks in
            var isStopping = false
            if EarlySignals.takeHangUp() { tasks.addTask { await reloader.reload() } }
            for await signal in signals {
                if signal == .sighup {
                    // On its own: a configuration on a disk that hangs must not hold up a stop.
                    if !isStopping { tasks.addTask { await reloader.reload() } }
                } else if isStopping {
                    log.warning("Stopped at once; a submit without an answer counts as an unknown outcome")
                    // Whatever is half done goes on from its journal, as after a crash. Zero: this end was asked for,
                    // and no service manager is to start the daemon again for it.
                    outlet.flush(atMost: LogOutlet.patience)
                    _exit(0)
                } else {
                    isStopping = true
                    log.notice("\(stopping)")
                    await group.triggerGracefulShutdown()
                }
            }
            tasks.cancelAll()
        }
    }
}

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
