// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Logging

/// Tells the service manager again and again that the pipeline answers, and stops telling it when the pipeline is
/// stuck: then the manager ends the process and starts another, which goes on from the journals.
///
/// Before each ping every part with a thread or a queue of its own is asked, and has to answer from there: the
/// threads for files, the committer, the inotify thread, the limiter; the event loop, on which all tasks run,
/// answers by running this. Whatever else there is (the watcher's loop, the dispatcher, the jobs) is a task that
/// waits for one of these, for the API, which has its own time limits, or for time to pass.
///
/// **A disk that does not answer is no reason to be ended.** A part that is in a call to the disk is left alone,
/// however long it takes: a restart mends no disk and no file server, and a process that hangs in the kernel cannot
/// be ended in any case. A pause, a full disk or a lost inbox are no reason either: all parts answer meanwhile.
struct Watchdog: Sendable {
    private let manager: ServiceManager
    private let timeout: Duration
    private let healthChecks: [HealthCheck]
    private let log: Logger

    /// `nil` where the manager wants no pings.
    init?(_ manager: ServiceManager, _ healthChecks: [HealthCheck], log: Logger) {
        guard let timeout = manager.watchdogTimeout else { return nil }
        self.manager = manager
        self.timeout = timeout
        self.healthChecks = healthChecks
        self.log = log
    }

    /// Pings until cancelled, twice within the manager's time, as sd_watchdog_enabled(3) has it.
    func run() async {
        var wasSilent: [String] = []
        while !Task.isCancelled {
            let silent = await healthChecks.silent(within: timeout / 4)
            if Task.isCancelled { return }
            if silent.isEmpty {
                manager.tell(.watchdog, log: log)
            } else if silent != wasSilent {
                log.error(
                    "A part of the daemon does not answer; the service manager may restart it",
                    metadata: ["part": "\(silent.joined(separator: ", "))"])
            }
            wasSilent = silent
            try? await Sleep.wait(timeout / 2)
        }
    }
}
