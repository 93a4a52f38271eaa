// SPDX-License-Identifier: Apache-2.0

package import FileIO
package import Logging
package import Sharing
package import Spool
internal import SystemPackage

/// What a daemon proves before its first submit: that it alone works on the spool, and can claim, record and publish
/// there.
package enum StartUp {
    /// That pictures can be published, where the settings want it so. What a command does is not tried: it is not free.
    /// Blocking.
    ///
    /// - Throws: ``ShareSettingsError``.
    package static func prove(_ share: ShareSettings) throws(ShareSettingsError) {
        switch share.way {
        case .directory(let path): try PublishDirectory(path: path).prove(at: .now)
        case .command: break
        }
    }

    /// Waits as long as only the disk's own trouble is in the way, and says so. Returns the lock, to be held until the
    /// end.
    ///
    /// - Parameter files: where the disk may take its time, while somebody asks how the daemon is.
    /// - Throws: ``SpoolError`` where something has to be put right first.
    package static func prove(
        _ spool: Spool, _ settings: DropFolderSettings, _ files: FilePool, log: Logger, manager: ServiceManager = .none
    ) async throws -> SpoolLock {
        var attempt = 0
        while true {
            do {
                let lock = try await files.run {
                    try spool.check()
                    return try SpoolLock(spool)
                }
                if attempt > 0 { log.notice("The disk works again; continuing") }
                return lock
            } catch let error as SpoolError {
                guard let trouble = error.diskTrouble else { throw error }
                if attempt == 0 {
                    log.warning(
                        "The disk refuses to write; waiting and trying again", metadata: ["error": "\(trouble)"])
                    manager.tell(.status("waiting for the disk: \(trouble)"), log: log)
                }
                attempt += 1
                let wait = JobStore.backoff(settings).wait(attempt: attempt, random: Machine.jitter)
                try await Sleep.wait(wait)
            }
        }
    }
}
