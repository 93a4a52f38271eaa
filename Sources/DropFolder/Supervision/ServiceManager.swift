// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
package import Logging
internal import Synchronization
internal import SystemPackage

/// The service manager that has started this process, systemd or another that speaks its protocol: hears when the
/// daemon is ready, what it does, and that it still answers. Where there is none, nothing is sent.
///
/// The whole protocol is one datagram a notice (sd_notify(3)); so no library is needed for it.
package struct ServiceManager: Sendable {
    /// How long after a ``Notice/watchdog`` the manager takes the daemon to be stuck; `nil` where it does not watch.
    package let watchdogTimeout: Duration?
    private let address: NoticeAddress?
    /// An address in `NOTIFY_SOCKET` that cannot be used.
    private let unusable: String?
    private let outbox = Outbox()

    /// How long to wait where the manager's queue is full.
    private static let patience = Duration.milliseconds(50)

    /// - Parameters:
    ///   - environment: where `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` stand, if at all.
    ///   - pid: of this process: pings may be wanted from another (sd_watchdog_enabled(3)).
    init(environment: [String: String], pid: Int32) {
        let text = environment["NOTIFY_SOCKET"]
        address = text.flatMap(NoticeAddress.init)
        unusable = address == nil ? text : nil
        let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == pid } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init) ?? 0
        watchdogTimeout = isMeant && microseconds > 0 && address != nil ? .microseconds(microseconds) : nil
    }

    /// No manager.
    package static let none = ServiceManager(environment: [:], pid: 0)

    /// Reads the environment and takes what it says out of it: no child process is to speak in this one's name. To be
    /// called before any other thread runs, since unsetenv(3) is not made for several.
    package static func takenFromEnvironment() -> ServiceManager {
        var found: [String: String] = [:]
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] {
            found[name] = getenv(name).map { String(cString: $0) }
            unsetenv(name)
        }
        return ServiceManager(environment: found, pid: getpid())
    }

    /// Sends one notice, or, where the manager's queue is full, as soon as there is room in it: nobody waits for a
    /// manager that does not read. What cannot be sent at all is said in the log: the daemon works without.
    package func tell(_ notice: Notice, log: Logger) {
        guard let address else {
            if let unusable, notice == .ready {
                log.warning("The service manager's socket cannot be used", metadata: ["address": "\(unusable)"])
            }
            return
        }
        guard outbox.pending.withLock({ $0.add(notice) }) else { return }
        guard !sendAll(to: address, log) else { return }
        // Nobody waits for it, and it ends with the process: a manager that never reads again is told nothing more.
        Task {
            while !sendAll(to: address, log) { try? await Sleep.wait(Self.patience) }
        }
    }

    /// Returns whether all is sent, as far as it can be.
    private func sendAll(to address: NoticeAddress, _ log: Logger) -> Bool {
        while let notice = outbox.pending.withLock({ $0.next() }) {
            do {
                try Kernel.send(Array(notice.text.utf8), to: address)
            } catch .resourceTemporarilyUnavailable {
                outbox.pending.withLock { $0.keep(notice) }
                return false
            } catch {
                log.warning("The service manager cannot be reached", metadata: ["error": "\(error)"])
            }
        }
        return true
    }

    /// What all copies of the manager share.
    private final class Outbox: Sendable {
        let pending = Mutex(PendingNotices())
    }
}
