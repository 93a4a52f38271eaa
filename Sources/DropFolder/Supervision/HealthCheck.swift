// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Inotify

/// One part of the pipeline that has to answer quickly whatever happens, and how to ask it.
struct HealthCheck: Sendable {
    /// For people.
    var part: String
    /// Asks the part; it calls back from where its work is done. Returns at once.
    var ask: @Sendable (_ answered: @escaping @Sendable () -> Void) -> Void
    /// Whether the part does not answer because the disk does not answer it.
    var isWithTheDisk: @Sendable () -> Bool = { false }
}

extension HealthCheck {
    static func files(_ files: FilePool) -> HealthCheck {
        HealthCheck(part: "the threads for files", ask: files.ping, isWithTheDisk: { files.isBusy })
    }

    /// The thread is woken from one of those for files, since that may take as long as the disk does.
    static func inotify(_ inotify: Inotify, _ files: FilePool) -> HealthCheck {
        HealthCheck(
            part: "the inotify thread", ask: { answered in files.ping { inotify.ping(answered) } },
            isWithTheDisk: { inotify.isBusy || files.isBusy })
    }

    static func committer(_ committer: Committer) -> HealthCheck {
        HealthCheck(part: "the committer", ask: committer.ping, isWithTheDisk: { committer.isBusy })
    }

    static let tasks = HealthCheck(
        part: "the event loop",
        ask: { answered in
            // Nobody waits for it: a loop that hangs must not hold up whoever asks.
            Task { answered() }
        })
}
