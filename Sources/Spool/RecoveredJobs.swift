// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
package import Jobs
package import Requests
package import SystemPackage

/// What an earlier run left in `processing/`. Blocking; runs on the ``FilePool``.
package struct RecoveredJobs: Sendable {
    package enum Found: Sendable {
        case job(Claim.Claimed, [DatedEvent])
        /// The journal is damaged; the line, from 1, and where the request came from as far as the folder can tell.
        case damaged(JobFolder, Origin, line: Int)
    }

    package let spool: Spool
    package let reader: RequestReader
    package let defaults: LaneDefaults

    package init(spool: Spool, reader: RequestReader, defaults: LaneDefaults) {
        self.spool = spool
        self.reader = reader
        self.defaults = defaults
    }

    /// The names of the folders in `processing/`. What a trial of an earlier run has left there is removed.
    package static func names(in spool: Spool) throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        var listing = try DirectoryListing(spool.processing)
        while let (name, kind) = try listing.next() {
            if kind == .regular, name.string.hasPrefix(Spool.trialPrefix) {
                try? Kernel.remove(spool.processing.appending(name), at: AT_FDCWD)
            }
            guard !name.string.hasPrefix("."), kind == .directory || kind == .unknown else { continue }
            names.append(name)
        }
        return names
    }

    /// Replays one folder's journal and makes it ready for appending. `nil` for a folder that never became a job: it is
    /// discarded, or left alone where it holds what is not ours.
    package func open(_ name: FilePath.Component, now: Timestamp) throws(Errno) -> Found? {
        let folder = JobFolder(path: spool.processing.appending(name))
        switch try finishAdoption(of: folder, name, now: now) {
        case .over: break
        case .givenBack: return nil
        case .damaged(let origin): return .damaged(folder, origin, line: 1)
        }
        let text: JournalText
        do {
            text = try JournalText(try Journal.read(in: folder.path))
        } catch let error as Errno {
            throw error
        } catch {
            guard case JournalText.Damage.line(let line)? = error as? JournalText.Damage else { return nil }
            return .damaged(folder, try origin(of: folder, name), line: line)
        }
        var journal = Journal(in: folder.path, length: text.length, seal: text.seal)
        if let job = text.job {
            // Ten thousand journals that were only read are nothing to be made durable.
            if text.isTorn { try journal.cutTornLine() }
            // Or cancelled as it was claimed, which is as new.
            let isNew = text.events.count == (job.cancellation == nil ? 1 : 2) && job.isUnread
            if isNew, try folder.undoesHalf(of: job.origin, job.text, in: spool) { return nil }
            guard try isClaimed(folder, job) else { return nil }
            if job.isUnread { try FolderSplit.undo(in: folder, of: job.origin) }
            if isNew, try isGivenBack(folder, job.origin) { return nil }
            return .job(try claimed(folder, journal, job, isNew: isNew), text.events)
        }
        if try folder.givesBackStrandedText(in: spool, takesPictures: { defaults.pictures(in: $0) == .each }) {
            return nil
        }
        guard let origin = try folder.strandedRequest() else {
            if try folder.isBare() { try? folder.discard() }
            return nil
        }
        // A folder that is not of our making is left alone, whatever is in it.
        guard ResultNames.isJob(name, of: origin.stem) else { return nil }
        if try isGivenBack(folder, origin) { return nil }
        try FolderSplit.undo(in: folder, of: origin)
        // A power cut kept the rename and lost the first line: write it again.
        let beside = try JobFolder.texts(of: origin, in: folder.open()).first
        try journal.append(JobEvent.claimed(origin, text: beside).line(at: now))
        if text.isTorn { try journal.cutTornLine() }
        let job = Job(claimed: origin, with: beside, at: now)
        return .job(try claimed(folder, journal, job, isNew: true), [])
    }

    private enum Adopted {
        /// Nothing of it is left to do.
        case over
        case givenBack
        case damaged(Origin)
    }

    /// The folder of a failed job was put back and not all of it taken over: the rest is done now. What is not as it
    /// was is given back, or set aside.
    private func finishAdoption(
        of folder: JobFolder, _ name: FilePath.Component, now: Timestamp
    ) throws(Errno) -> Adopted {
        // Of ten thousand jobs hardly one: no journal is read for it otherwise.
        if try !Adoption.isPending(in: folder) { return .over }
        // A damaged journal is the job's own, and is set aside with all that is there.
        guard let note = try? JournalText(try Journal.read(in: folder.path)) else { return .over }
        let origin = note.job?.origin ?? Origin(lane: folder.notedLane, file: name)
        let adoption = Adoption(folder: folder, origin: origin)
        guard note.events.count <= 1 else {
            adoption.clean()
            return .over
        }
        switch try adoption.run(at: now, reached: { _ in }) {
        case .adopted: return .over
        case .changed: return try adoption.giveBack(in: spool) ? .givenBack : .damaged(origin)
        }
    }

    private func claimed(
        _ folder: JobFolder, _ journal: Journal, _ job: Job, isNew: Bool
    ) throws(Errno) -> Claim.Claimed {
        var judged: RequestDefaults?
        var content: Result<RequestContent, Findings>?
        if job.isUnread { judged = try? defaults.look(at: job.origin.lane) }
        if let judged { content = try folder.readContent(of: job.origin, reader, judged, spool.names) }
        return Claim.Claimed(
            folder: folder, journal: journal, job: job, content: content, isNew: isNew,
            came: isNew ? ArrivalTimes.of(folder.path.appending(job.origin.keptName)) : [],
            defaults: job.origin.isFolder ? judged : nil)
    }

    /// A folder whose journal says no more than `claimed` and that holds no request was left between the first line and
    /// the rename: the file is still in the inbox.
    private func isClaimed(_ folder: JobFolder, _ job: Job) throws(Errno) -> Bool {
        if !job.isUnread { return true }
        guard try folder.isBare() else { return true }
        try? folder.discard()
        return false
    }

    /// A stop between a claim's rename and its second look: what was swapped meanwhile goes back.
    private func isGivenBack(_ folder: JobFolder, _ origin: Origin) throws(Errno) -> Bool {
        if try folder.givesUpSecondName(of: origin, in: spool) { return true }
        guard let status = folder.requestStatus(origin) else { return false }
        let lane = try origin.lane.openOrRoot(below: spool.inbox)
        return try folder.giveBackIfSwapped(origin, status, to: lane) != nil
    }

    private func origin(of folder: JobFolder, _ name: FilePath.Component) throws(Errno) -> Origin {
        try folder.strandedRequest() ?? Origin(lane: .root, file: name)
    }
}
