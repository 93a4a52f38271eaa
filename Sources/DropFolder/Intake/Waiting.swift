// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// What waits to be begun.
enum Waiting: Sendable {
    /// A file in the inbox, or the folder of a job there.
    case file(Origin, Readiness)
    /// A part of a batch that was split.
    case part(WaitingPart)

    /// In whose turn it goes. A batch has a turn of its own, beside the files of its lane.
    var lane: Lane {
        switch self {
        case .file(let origin, _): origin.lane
        case .part(let part): part.batch
        }
    }
}

/// A part of a batch for which nothing was done yet.
struct WaitingPart: Sendable {
    let folder: JobFolder
    /// The batch as a lane: `acme/catalog`.
    let batch: Lane
    /// To be called when the part is at its end, or has to wait for the next start.
    let ended: @Sendable () -> Void

    /// That of the batch's file.
    var lane: Lane { Lane(path: batch.path.removingLastComponent()) }

    /// `acme/catalog/001-hero`.
    var jobName: String {
        String(decoding: folder.path.lastComponent.map { batch.path.appending($0) } ?? batch.path)
    }
}
