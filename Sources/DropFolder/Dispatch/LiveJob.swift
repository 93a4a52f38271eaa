// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// A job under way: its state, its journal and its folder move together, so that one loop owns them.
struct LiveJob: Sendable {
    var job: Job
    var journal: Journal
    let folder: JobFolder
    /// A turn that was taken for this job before it was claimed.
    var turnInHand: Admission.Turn?
    /// The turns with which its variants are under way.
    var turns: [Int: Admission.Turn] = [:]
    /// Lines that go to the journal with the next event that must be on the disk.
    var unwritten: [UInt8] = []

    init(job: Job, journal: Journal, folder: JobFolder, turnInHand: Admission.Turn? = nil) {
        self.job = job
        self.journal = journal
        self.folder = folder
        self.turnInHand = turnInHand
    }

    /// Whether a task of this variant is under way at the API, as far as is known.
    func isUnderWay(_ variant: Int) -> Bool {
        guard job.variants.indices.contains(variant) else { return false }
        switch job.variants[variant] {
        case .submitting, .submitted: return true
        case .waiting, .answered, .fetched, .failed: return false
        }
    }
}
