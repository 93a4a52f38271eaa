// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// One line of a journal: what is about to happen to a job, or what has.
///
/// Variants count from 0 here and from 1 in files.
enum JobEvent: Equatable, Sendable {
    /// The file is about to be renamed from the inbox into the job's folder.
    case claimed(Origin)
    /// The request file says this.
    case read(Request)
    /// A submit is about to leave.
    case submitting(variant: Int)
    /// The submit surely made no task; it may be sent again.
    case notAccepted(variant: Int, why: String)
    /// The API named the task: it is paid for.
    case submitted(variant: Int, TaskID)
    /// The API gave its last word, with the links of the pictures.
    case answered(variant: Int, Answer)
    /// The pictures are in the job's folder.
    case fetched(variant: Int, [PictureFile])
    /// Found at a restart: pictures that had been fetched are not whole on the disk.
    case picturesLost(variant: Int)
    /// This variant ends without all of its pictures; those that it has are in the job's folder.
    case variantFailed(variant: Int, Explanation, response: [UInt8]?, pictures: [PictureFile] = [])
    /// Every variant has its pictures and the result is written; it is about to be published in `done/`.
    case done
    /// The job has failed and says why; it is about to be published in `failed/`.
    case failed(Explanation)

    /// The word in the journal.
    var name: String {
        switch self {
        case .claimed: "claimed"
        case .read: "read"
        case .submitting: "submitting"
        case .notAccepted: "not-accepted"
        case .submitted: "submitted"
        case .answered: "answered"
        case .fetched: "fetched"
        case .picturesLost: "pictures-lost"
        case .variantFailed: "variant-failed"
        case .done: "done"
        case .failed: "failed"
        }
    }

    /// When an event must be on the disk, relative to the act that it announces or that relies on it.
    enum Durability: Equatable, Sendable {
        /// Before anything else happens to the job.
        case before
        /// At once, but nothing waits for it: the act has happened, and only a power cut could lose the note of it.
        case soon
        /// With whatever is made durable next: losing it costs a repetition that is free.
        case withNext
    }

    /// The whole rule of what reaches the disk when.
    var durability: Durability {
        switch self {
        // The money leaves with the POST; the result leaves with the rename.
        case .submitting, .done, .failed: .before
        // A task id or a straight-away answer exists nowhere else: the API lists no tasks. And without a note that a
        // submit was not accepted, a restart must take it for an unknown outcome.
        case .submitted, .answered, .notAccepted, .variantFailed: .soon
        // `claimed` and `read` go with the `submitting` that follows them; pictures are fetched again for nothing.
        case .claimed, .read, .fetched, .picturesLost: .withNext
        }
    }
}
