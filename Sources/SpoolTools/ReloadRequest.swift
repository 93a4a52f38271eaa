// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import Spool
package import SystemPackage

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
        /// It was asked, and is of an older version, which does not say what came of it.
        case unsaid
    }

    /// `nil` where no daemon is known to work on the spool. Throws where this user may not look. Blocking.
    package init?(to spool: Spool) throws(Errno) {
        guard let pid = try SpoolLock.process(of: spool) else { return nil }
        self.pid = pid
        self.spool = spool
    }

    /// - Parameter patience: how long to wait at most.
    /// - Throws: `Errno` where this user may not ask.
    package func ask(for patience: Duration) async throws -> Outcome {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        let asked = Machine.sinceBoot
        guard kill(pid_t(pid), SIGHUP) == 0 else {
            let error = Errno(rawValue: errno)
            if error == .noSuchProcess { return .ended }
            throw error
        }
        let end = ContinuousClock.now.advanced(by: patience)
        while .now < end {
            let (page, holder) = try await files.run { [spool] in
                (StatusFile(of: spool)?.node, (try? SpoolLock.process(of: spool)) ?? nil)
            }
            if let outcome = page.flatMap({ Self.outcome(on: $0, askedAt: asked) }) { return outcome }
            if holder != pid { return .ended }
            try await Sleep.wait(Self.pause)
        }
        return .silent
    }

    /// The page is renamed into its place, and small.
    private static let pause = Duration.milliseconds(50)

    /// What the daemon's page says; `nil` as long as its last reading began before it was asked for this one: that may be
    /// somebody else's, of what stood in the files before.
    static func outcome(on page: DocumentNode, askedAt asked: Int) -> Outcome? {
        guard let reload = page["reload"] else { return .unsaid }
        guard let began = reload["began"]?.integer, began >= asked else { return nil }
        return reload["refused"]?.text.map(Outcome.refused) ?? .taken(Wording.reloaded(reload))
    }
}
