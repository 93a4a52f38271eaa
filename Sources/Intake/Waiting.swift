// SPDX-License-Identifier: Apache-2.0

package import Jobs
package import Requests
package import Spool
internal import SystemPackage

/// What waits to be begun.
package enum Waiting: Sendable {
    /// A file in the inbox, or the folder of a job there.
    case file(Origin, Readiness)
    /// A part of a batch that was split.
    case part(WaitingPart)

    /// `acme/hero`.
    var jobName: String {
        switch self {
        case .file(let origin, _): origin.jobName
        case .part(let part): part.jobName
        }
    }

    /// In whose turn it goes. A batch has a turn of its own, beside the files of its lane.
    var lane: Lane {
        switch self {
        case .file(let origin, _): origin.lane
        case .part(let part): part.batch
        }
    }
}

/// A part of a batch for which nothing was done yet.
package struct WaitingPart: Sendable {
    package let folder: JobFolder
    /// The batch as a lane: `acme/catalog`.
    package let batch: Lane
    /// To be called when the part is at its end, or has to wait for the next start.
    package let ended: @Sendable () -> Void

    package init(folder: JobFolder, batch: Lane, ended: @escaping @Sendable () -> Void) {
        self.folder = folder
        self.batch = batch
        self.ended = ended
    }

    /// Whether it is one of the batch that lies there.
    func isOf(_ batch: FilePath) -> Bool { folder.path.removingLastComponent() == batch }

    /// That of the batch's file.
    package var lane: Lane { Lane(path: batch.path.removingLastComponent()) }

    /// `acme/catalog/001-hero`.
    var jobName: String {
        String(decoding: folder.path.lastComponent.map { batch.path.appending($0) } ?? batch.path)
    }
}
