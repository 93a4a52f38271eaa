// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import NanoBanana
internal import Spool
internal import SpoolState
internal import SystemPackage

extension Ended {
    /// A job that lies where it belongs.
    init(_ job: Job, _ outcome: JobOutcome, at place: FilePath, in spool: Spool, pictures: [String] = []) {
        var folder = place
        _ = folder.removePrefix(spool.root)
        var (failure, charged) = (Failure?.none, Explanation.Charge.yes)
        if case .failed(let why) = outcome {
            // Shown to whoever sees the folder, away from the job's own files: without what links may hold.
            failure = Failure(
                code: why.code, what: Redaction.links(([why.what] + why.details.prefix(2)).joined(separator: " ")),
                next: Redaction.links(why.next))
            charged = why.charge
        }
        self.init(
            name: job.origin.jobName, folder: folder, at: .now,
            pictures: Array(pictures.prefix(SpoolState.picturesLimit)), pictureCount: pictures.count, parts: job.parts,
            failure: failure, charged: charged)
    }
}

extension Ended {
    /// The folder that the result lies in, relative to `done/` or `failed/`.
    var lanesFolder: FilePath { FilePath(root: nil, folder.components.dropFirst().dropLast()) }
}
