// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Requests
internal import Sharing
internal import Spending
internal import Spool
internal import SystemPackage

/// A job under way: its state, its journal and its folder move together, so that one loop owns them.
struct JobRun: Sendable {
    /// The parts of a batch that are not at their end.
    struct Parts: Sendable {
        var begun: [JobRun]
        var fresh: [JobFolder]
    }

    /// When this run took it up.
    let since = ContinuousClock.now
    /// Its place in the ``ActiveJobs``.
    var place: UInt64?
    /// When its file was dropped; `nil` where that is not to be measured, or was.
    var droppedAt: Timestamp?
    /// When its file may have come; see ``ArrivalTimes``.
    let came: [Timestamp]
    /// When the service took the first of its submits; `nil` where none was taken, or nobody knows any more.
    var takenAt: Timestamp?
    var job: Job
    var journal: Journal
    let folder: JobFolder
    /// What the request file says, where it was read with the claim.
    var content: Result<RequestContent, Findings>?
    /// Whether it is a part of a batch that is under way.
    let isPart: Bool
    /// Of a batch that an earlier run left: its parts, where they were looked at already.
    var parts: Parts?
    /// A permit that was taken for this job before it was claimed.
    var permitInHand: SubmitLimiter.Permit?
    /// The turns with which its variants are under way: their places at the API.
    var permits: [Int: SubmitLimiter.Permit] = [:]
    /// Its place among those whose pictures are shared and that have no permit yet.
    var uploadLimiter: UploadLimiter.Place?
    /// When the task that an earlier run left may first be asked for; `nil` where there is none.
    var notAskedBefore: ContinuousClock.Instant?
    /// What was set aside for submits that are still to be charged.
    var reservations: [Int: Budget.Reservation] = [:]
    /// What the guard against repeats knows it by; `nil` where it knows nothing of it.
    var asked: Asked?
    var refusals: [Int: Refusals] = [:]
    /// Lines that go to the journal with the next event that must be on the disk.
    var unwritten: [UInt8] = []
    /// What they rely on, beside the job's own files, and what may not be on the disk yet: anything, where nobody knows
    /// what an earlier run has left.
    var unsynced = DiskChanges.unknown
    /// Lines that go to the ledger with them.
    var unbooked: [LedgerLine] = []

    init(_ claimed: Claim.Claimed, permitInHand: SubmitLimiter.Permit? = nil, isPart: Bool = false) {
        job = claimed.job
        takenAt = job.variants.compactMap(\.submittedAt).min()
        journal = claimed.journal
        folder = claimed.folder
        content = claimed.content
        came = claimed.came
        self.permitInHand = permitInHand
        self.isPart = isPart
    }

    /// What has to be on the disk with the next event that must be.
    var changes: DiskChanges { unsynced.union(ownFiles) }

    /// Its lines, once its journal is there.
    var ownJournal: DiskChanges { DiskChanges(places: [.file(folder.path.appending(JobFileNames.journal))]) }

    /// All that lies in the job's folder.
    var ownFiles: DiskChanges { DiskChanges(places: [.files(in: folder.path)]) }

    /// Whether a task of this variant is under way at the API, as far as is known.
    func isUnderWay(_ variant: Int) -> Bool {
        guard job.variants.indices.contains(variant) else { return false }
        switch job.variants[variant] {
        case .submitting, .submitted: return true
        case .waiting, .answered, .fetched, .failed: return false
        }
    }

    /// Whether a submit may be among what is to be done for it, or for its parts.
    var mayNeedSubmit: Bool {
        if job.outcome != nil { return false }
        if job.isUnread || job.parts != nil { return true }
        return job.variants.contains { variant in
            switch variant {
            // Without an answer it may be sent again, where the settings say so.
            case .waiting, .submitting: true
            case .submitted, .answered, .fetched, .failed: false
            }
        }
    }

    /// For whom turns are taken. All variants ask for the same: what is refused of one is refused of the job.
    var requester: UInt64? {
        permitInHand?.requester ?? refusals.values.first?.requester ?? permits.values.first?.requester
    }

    /// The service refused a variant. Returns how it has refused it so far.
    mutating func wasRefused(_ variant: Int, _ refusal: Refusals) -> Refusals {
        var all = refusal
        if var before = refusals[variant] {
            before.add(refusal)
            all = before
        }
        refusals[variant] = all
        return all
    }
}

extension Variant {
    fileprivate var submittedAt: Timestamp? {
        if case .submitted(_, let since) = self { since } else { nil }
    }
}
