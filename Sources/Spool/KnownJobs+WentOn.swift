// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import SystemPackage

/// A second copy of a failed job's folder, such as a sync client brings that finds the first one gone: the job goes on
/// once. Blocking.
extension KnownJobs {
    /// How many results of one name are looked at.
    private static let attempts = 8

    /// Where the job went on since the journal that is put back was copied, relative to the spool: there is a longer one
    /// that begins with the very same lines.
    func placeWhereItWentOn(_ job: Job, _ journal: ArraySlice<UInt8>) throws(Errno) -> FilePath? {
        for name in try RecoveredJobs.names(in: spool) where ResultNames.isJob(name, of: job.origin.stem) {
            let folder = spool.processing.appending(name)
            // Between its claim and the end of its adoption it has both.
            let being = try Self.journal(in: folder.appending(Adoption.droppedName))
            if being.starts(with: journal) { return FilePath("processing").appending(name) }
            if try goesOn(folder, journal) { return FilePath("processing").appending(name) }
        }
        let lanes = Set([origin.lane, job.origin.lane])
        for (name, base) in [("done", spool.done), ("failed", spool.failed)] {
            for lane in lanes {
                for attempt in 1...Self.attempts {
                    let place = lane.published.path.appending(ResultNames.folder(job.origin.stem, attempt: attempt))
                    guard try Kernel.exists(base.pushing(place)) else { break }
                    if try goesOn(base.pushing(place), journal) { return FilePath(name).pushing(place) }
                }
            }
        }
        return nil
    }

    private func goesOn(_ folder: FilePath, _ journal: ArraySlice<UInt8>) throws(Errno) -> Bool {
        let other = try Self.journal(in: folder)
        return other.count > journal.count && other.starts(with: journal)
    }

    /// Empty where there is none, or nobody may look.
    private static func journal(in folder: FilePath) throws(Errno) -> [UInt8] {
        do {
            return try Journal.read(in: folder)
        } catch  where error.isNoFolder || error == .permissionDenied {
            return []
        }
    }
}
