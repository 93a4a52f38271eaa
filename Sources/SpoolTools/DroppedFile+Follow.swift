// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
package import Spool

/// Looking after files that were dropped, for those who wait for them.
extension DroppedFile {
    /// Why it is held in the inbox, as the daemon wrote it last; `nil` where nothing says so.
    private var whyHeld: String? {
        StatusFile.held(in: spool).first { $0.hasPrefix(Wording.shown(origin.jobName) + " ") }
    }

    /// Looks after files until each has come to its end, and tells of each as it does. Returns whether all did in time.
    ///
    /// - Parameters:
    ///   - files: those to look after.
    ///   - time: how long it may take; `nil` for ever.
    ///   - hold: hears once why one is held that would not go on by itself.
    ///   - tell: gets each file once, with anything but ``Whereabouts/onItsWay``.
    /// - Throws: `Errno` where the result cannot be read, `CancellationError`.
    package static func follow(
        _ files: [DroppedFile], for time: Duration?, held hold: (DroppedFile, String) -> Void = { _, _ in },
        tell: (DroppedFile, Whereabouts) -> Void
    ) async throws -> Bool {
        let pool = FilePool(threads: 1)
        defer { pool.shutDown() }
        let start = ContinuousClock.now
        var (left, pause) = (files, shortPause)
        var held: Set<ObjectIdentifier> = []
        while true {
            for (file, whereabouts) in try await pool.run({ [left] in try left.map { ($0, try $0.look()) } }) {
                if whereabouts == .onItsWay { continue }
                left.removeAll { $0 === file }
                tell(file, whereabouts)
            }
            if left.isEmpty { return true }
            if pause == longPause {
                for (file, why) in try await pool.run({ [left] in left.map { ($0, $0.whyHeld) } }) {
                    if let why, held.insert(ObjectIdentifier(file)).inserted { hold(file, why) }
                }
            }
            if let time, start.duration(to: .now) >= time { return false }
            try await Sleep.wait(pause)
            pause = min(pause * 2, longPause)
        }
    }

    /// A picture takes seconds; whoever waits for a broken request learns of it at once.
    private static let shortPause = Duration.milliseconds(20)
    private static let longPause = Duration.milliseconds(200)
}
