// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import Spool
internal import SystemPackage

/// Asks the daemon on a spool to read its configuration and key again, and waits for what came of it: the daemon says
/// it in `status.json`, when all that was changed holds.
package struct ReloadRequest: Sendable {
    /// The daemon's process.
    package let pid: Int
    private let spool: Spool

    /// What came of it.
    package enum Outcome: Equatable, Sendable {
        /// What there is to know of it, a line each.
        case taken([String])
        /// What held before still holds; why, in a sentence.
        case refused(String)
        /// The daemon has ended meanwhile.
        case ended
        /// It has not said anything in time.
        case silent
    }

    /// `nil` where no daemon works on the spool. Blocking.
    package init?(to spool: Spool) {
        guard let pid = SpoolLock.holder(of: spool) else { return nil }
        self.pid = pid
        self.spool = spool
    }

    /// - Parameter patience: how long to wait at most.
    /// - Throws: `Errno` where this user may not ask.
    package func ask(for patience: Duration) async throws -> Outcome {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        let before = try await files.run { [spool] in Reading(of: spool) }
        guard kill(pid_t(pid), SIGHUP) == 0 else { throw Errno(rawValue: errno) }
        let end = ContinuousClock.now.advanced(by: patience)
        while .now < end {
            let (now, holder) = try await files.run { [spool] in (Reading(of: spool), SpoolLock.holder(of: spool)) }
            if let now, now.isLater(than: before) { return now.outcome }
            if holder != pid { return .ended }
            try await Sleep.wait(Self.pause)
        }
        return .silent
    }

    /// The page is renamed into its place, and small.
    private static let pause = Duration.milliseconds(50)

    /// What the page says of the last reload.
    private struct Reading: Sendable {
        var startedAt: String
        var count: Int
        var outcome: Outcome

        /// `nil` where there is no page, or it is not this program's.
        init?(of spool: Spool) {
            guard let page = SpoolSurvey.page(of: spool), let startedAt = page["started_at"]?.text else { return nil }
            self.startedAt = startedAt
            let reload = page["reload"]
            count = reload?["count"]?.integer ?? 0
            outcome = reload?["refused"]?.text.map(Outcome.refused) ?? .taken(Wording.reloaded(reload))
        }

        /// An earlier daemon has counted its own.
        func isLater(than before: Reading?) -> Bool {
            count > (before?.startedAt == startedAt ? before?.count ?? 0 : 0)
        }
    }
}
