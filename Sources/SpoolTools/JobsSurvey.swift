// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import Spool
internal import SpoolState
internal import SystemPackage

/// The jobs under way, as their journals tell. Blocking.
enum JobsSurvey {
    /// So many journals are read.
    private static let limit = 1_000

    /// The oldest first; `nil` for whoever may not see them.
    static func look(at spool: Spool) throws(Errno) -> SpoolState.UnderWay? {
        let names: [FilePath.Component]
        do throws(Errno) {
            names = try RecoveredJobs.names(in: spool)
        } catch {
            if error == .permissionDenied { return nil }
            throw error
        }
        // A job that was published meanwhile, or whose journal is damaged, is not under way.
        let jobs = names.prefix(limit).compactMap { line(of: spool.processing.appending($0)) }
            .sorted { $0.since < $1.since }
        return SpoolState.UnderWay(
            count: jobs.count + max(names.count - limit, 0), jobs: Array(jobs.prefix(SpoolState.underWayLimit)))
    }

    private static func line(of folder: FilePath) -> JobLine? {
        guard let job = job(in: folder) else { return nil }
        var line = JobLine(
            name: job.origin.jobName, stage: JobStage(job), since: job.claimedAt,
            progress: JobLine.Progress(variantsOf: job),
            awaits: Array(job.awaitedPictures.prefix(SpoolState.namesLimit)))
        if job.parts != nil {
            let batch = BatchFolder(folder: JobFolder(path: folder))
            let parts = (try? batch.partNames()) ?? []
            let ended = parts.count { self.job(in: batch.part($0).path)?.outcome != nil }
            line.progress = JobLine.Progress(done: ended, of: parts.count)
        }
        return line
    }

    private static func job(in folder: FilePath) -> Job? {
        (try? Journal.read(in: folder)).flatMap { try? JournalText($0) }?.job
    }
}
