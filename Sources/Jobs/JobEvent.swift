// SPDX-License-Identifier: Apache-2.0

package import Documents
package import NanoBanana
package import Requests

package import struct SystemPackage.FilePath

/// One line of a journal: what is about to happen to a job, or what has.
///
/// Variants count from 0 here and from 1 in files.
package enum JobEvent: Equatable, Sendable {
    /// The file is about to be renamed from the inbox into the job's folder, and before it the text beside it.
    case claimed(Origin, text: FilePath.Component? = nil)
    /// The folder of a failed job was put back into the inbox, into this lane: it is about to be claimed, to go on.
    case retried(Lane, Reopening = .whole)
    /// The request file says this.
    case read(Request)
    /// The request file is a batch, and each of its parts has a folder with a journal of its own by now.
    case split(parts: Int, deliver: Delivery = .parts)
    /// The request's local pictures are about to be shared, under the names that were read.
    case sharing
    /// The local pictures are shared; what they were, in the order of the request. Again where links to them were printed
    /// anew, before the first submit that is sent with those.
    case shared([SharedPicture])
    /// A submit is about to leave.
    case submitting(variant: Int)
    /// The submit surely made no task; it may be sent again.
    case notAccepted(variant: Int, why: String)
    /// Nobody knows what became of the submit, and the configuration says that it is to be sent again all the same.
    case outcomeUnknown(variant: Int, why: String)
    /// The API named the task: it is paid for.
    case submitted(variant: Int, TaskID)
    /// The API gave its last word, with the links of the pictures.
    case answered(variant: Int, Answer)
    /// One of several pictures is in the job's folder.
    case pictureSaved(variant: Int, PictureFile)
    /// All pictures are in the job's folder.
    case fetched(variant: Int, [PictureFile])
    /// Found at a restart: pictures that had been fetched are not whole on the disk.
    case picturesLost(variant: Int)
    /// A person has said that it may cost so much.
    case approved(Approval)
    /// A person has said that nothing more of it is to be submitted; why it ends, where it ends for that.
    case cancelled(Explanation)
    /// This variant ends without all of its pictures; those that it has are in the job's folder.
    case variantFailed(variant: Int, Explanation, response: KeptAnswer?)
    /// Every variant has its pictures and the result is written; it is about to be published in `done/`.
    case done
    /// The job has failed and says why; it is about to be published in `failed/`.
    case failed(Explanation)

    /// The events by their words in the journal.
    package enum Kind: String, CaseIterable, Sendable {
        case claimed, retried, read, split, sharing, shared, submitting
        case notAccepted = "not-accepted"
        case outcomeUnknown = "outcome-unknown"
        case submitted, answered
        case pictureSaved = "picture-saved"
        case fetched
        case picturesLost = "pictures-lost"
        case variantFailed = "variant-failed"
        case approved, cancelled, done, failed
    }

    package var kind: Kind {
        switch self {
        case .claimed: .claimed
        case .retried: .retried
        case .read: .read
        case .split: .split
        case .sharing: .sharing
        case .shared: .shared
        case .submitting: .submitting
        case .notAccepted: .notAccepted
        case .outcomeUnknown: .outcomeUnknown
        case .submitted: .submitted
        case .answered: .answered
        case .pictureSaved: .pictureSaved
        case .fetched: .fetched
        case .picturesLost: .picturesLost
        case .variantFailed: .variantFailed
        case .approved: .approved
        case .cancelled: .cancelled
        case .done: .done
        case .failed: .failed
        }
    }

    /// The variant that the event is about, from 0; `nil` where it is about the whole job.
    package var variant: Int? {
        switch self {
        case .claimed, .retried, .read, .split, .sharing, .shared, .approved, .cancelled, .done, .failed: nil
        case .submitting(let variant), .notAccepted(let variant, _), .outcomeUnknown(let variant, _),
            .submitted(let variant, _), .answered(let variant, _), .pictureSaved(let variant, _),
            .fetched(let variant, _), .picturesLost(let variant), .variantFailed(let variant, _, _):
            variant
        }
    }
}

extension JobEvent.Kind {
    /// When an event must be on the disk, relative to the act that it announces or that relies on it.
    package enum Durability: Equatable, Sendable {
        /// Before anything else happens to the job.
        case before
        /// At once, but nothing waits for it: the act has happened, and only a power cut could lose the note of it.
        case soon
        /// With whatever is made durable next: losing it costs a repetition that is free.
        case withNext
    }

    /// The whole rule of what reaches the disk when.
    package var durability: Durability {
        switch self {
        // The money leaves with the POST; the result leaves with the rename. A part that was begun must not be made
        // anew. What is shared must be known, to be taken away again. The word by which somebody has cancelled it is taken
        // away then, and nothing else remembers it.
        case .submitting, .split, .sharing, .approved, .cancelled, .done, .failed: .before
        // A task id or a straight-away answer exists nowhere else: the API lists no tasks. And without a note that a
        // submit was not accepted, a restart must take it for an unknown outcome.
        // A picture that waits for others may not be there to be fetched again when they come.
        // What was shared need not be there to be shared again.
        case .submitted, .answered, .pictureSaved, .notAccepted, .outcomeUnknown, .variantFailed, .shared: .soon
        // `claimed`, `retried` and `read` go with the `submitting` that follows them, and `fetched` with `done`; until
        // then all of them are found out again for nothing.
        case .claimed, .retried, .read, .fetched, .picturesLost: .withNext
        }
    }
}

/// A line of a journal: what, and when.
package struct DatedEvent: Equatable, Sendable {
    package var event: JobEvent
    package var at: Timestamp
}

/// What one file may cost in all, as a person has let it.
package struct Approval: Equatable, Sendable {
    package var submits: Int
    /// A plain decimal; `nil` where no price was known.
    package var money: String?

    package init(submits: Int, money: String?) {
        (self.submits, self.money) = (submits, money)
    }
}
