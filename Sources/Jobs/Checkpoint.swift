// SPDX-License-Identifier: Apache-2.0

/// A place between two acts of a job at which a test may end the process, to see that the next start goes on from
/// there.
///
/// The places follow from the transition table: each event of a journal is an act, and each rename is one.
package struct Checkpoint: Hashable, Sendable, CustomStringConvertible {
    /// Immediately before or after.
    package enum Side: String, Sendable, CaseIterable {
        case before, after
    }

    /// The renames, each of which moves a job from one of the spool's folders into another, and what else happens to names.
    package enum Rename: String, Sendable, CaseIterable {
        /// A file from the inbox into the folder of a new job.
        case claim
        /// The text beside a picture, before the picture itself.
        case claimText = "claim-text"
        /// The text of a picture, out of the folder that was dropped into that of its part.
        case partText = "part-text"
        /// The picture itself.
        case part
        /// A failed job's folder from the inbox into `processing/`.
        case reclaim
        /// A file of that folder, or a part's journal, into the folder of the job that goes on.
        case adopt
        /// A file that may not be submitted now, back into the inbox.
        case giveBack = "give-back"
        /// The text beside a picture, before the picture itself.
        case giveBackText = "give-back-text"
        /// A job's folder into `done/` or `failed/`.
        case publish
        /// A picture of a part into the one folder of its batch's pictures.
        case deliver
        /// A word that was heeded, out of the inbox.
        case heed
        /// A picture with its mark, in the place of the one that came.
        case mark
        /// The pictures of a part to where a batch can be looked at before it is over.
        case show
        /// All that is shown of a batch, away again.
        case unshow
    }

    /// What is done for a notification, beside the job that it tells of.
    package enum Notifying: String, Sendable, CaseIterable {
        /// What is told of the whole spool is decided, and written down; the second time: that it is in the outbox.
        case announce
        /// It is written down in the outbox, with the job's result where it tells of one.
        case note
        /// It is told.
        case tell
        /// It need not be told any more.
        case forget
    }

    /// Every act of a job: the events by their words in the journal, and the renames.
    package static let acts = JobEvent.Kind.allCases.map(\.rawValue) + Rename.allCases.map(\.rawValue)

    /// One of ``acts``, or of a notification's.
    package let act: String
    /// Immediately before or after it.
    package let side: Side

    package init(_ side: Side, _ event: JobEvent.Kind) {
        act = event.rawValue
        self.side = side
    }

    package init(_ side: Side, _ rename: Rename) {
        act = rename.rawValue
        self.side = side
    }

    package init(_ side: Side, _ act: Notifying) {
        self.act = act.rawValue
        self.side = side
    }

    /// `before:submitting`.
    package var description: String { "\(side.rawValue):\(act)" }
}
