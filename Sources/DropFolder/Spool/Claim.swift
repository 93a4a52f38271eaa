// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// Takes a file out of the inbox into a job's folder, or the folder of a failed job that was put back. Blocking; runs
/// on the ``FilePool``.
///
/// The journal's line is written before the rename. So a crash between the two leaves a new folder without a request,
/// which the next start discards, since the file is still in the inbox; or a folder in the inbox whose journal says
/// that it goes on, which the next scan finds.
struct Claim: Sendable {
    enum Outcome: Sendable {
        case claimed(Claimed)
        /// Somebody took it away, or it was never more than a rumour.
        case vanished
        case leftAlone(ForeignFiles.Reason)
        /// The file may not be taken yet.
        case held(Hold)
        /// Somebody has written to it since it was found whole.
        case changed
    }

    struct Claimed: Sendable {
        var folder: JobFolder
        var journal: Journal
        var job: Job
        /// What the request file says; `nil` for a job that goes on from a later step.
        var content: Result<RequestContent, Findings>?
        /// Whether nothing has happened to it but the claim, so that its file may go back into the inbox.
        var isNew = false
    }

    let spool: Spool
    let reader: RequestReader
    let defaults: LaneDefaults
    let litter: Litter
    let reached: @Sendable (Checkpoint) -> Void

    func take(_ origin: Origin, _ readiness: Readiness, at time: Timestamp) throws(Errno) -> Outcome {
        let source = spool.inbox.pushing(origin.path)
        do {
            let status = try Kernel.statusNow(of: source, at: AT_FDCWD)
            switch status.kind {
            case .regular:
                if status.isBrokenCopy { return .leftAlone(.brokenCopy) }
                if !readiness.holds(for: status) { return .changed }
                // Made under another name and renamed, to be written next: a desktop's "New text file" is.
                if status.size == 0 { return .leftAlone(.empty) }
                // A copy of a job's folder that is still arriving: what is in it may be paid for already.
                if try isInJobFolder(origin) { return .leftAlone(.insideJobFolder) }
            case .directory: return try takeFolder(origin, from: source, at: time)
            case .symlink: return .leftAlone(.notAFile(.symlink))
            case .other: return .leftAlone(.notAFile(.other))
            }
        } catch {
            return try sorted(error)
        }
        let defaults: RequestDefaults
        do {
            defaults = try self.defaults.look(at: origin.lane)
        } catch {
            return .held(Hold(error))
        }
        litter.sweep()
        // Outside of what may be the file's own fault: nothing of this is in the inbox.
        let folder = try JobFolder.make(in: spool, for: origin)
        do {
            return try fill(folder, with: origin, from: source, defaults, at: time)
        } catch {
            // Nothing was taken yet: the folder holds at most its first line.
            litter.add(folder)
            litter.sweep()
            return try sorted(error)
        }
    }

    /// What is wrong with this one file must not hold up the others; the disk's own trouble is thrown, and waited out.
    private func sorted(_ error: Errno) throws(Errno) -> Outcome {
        if error == .noSuchFileOrDirectory { return .vanished }
        if error.isDiskTrouble { throw error }
        return .leftAlone(.cannotTake(error))
    }

    private func isInJobFolder(_ origin: Origin) throws(Errno) -> Bool {
        if origin.lane.isRoot { return false }
        if try origin.lane.enclosingJobFolder(in: spool.inbox) != nil { return true }
        let folder = origin.lane.folder(below: spool.inbox)
        let marks = [ResultSummary.fileName, BatchSummary.fileName, JobFolder.errorFile]
        for name in marks where name != origin.file {
            if try Kernel.exists(folder.appending(name)) { return true }
        }
        return false
    }

    private func fill(
        _ folder: JobFolder, with origin: Origin, from source: FilePath, _ defaults: RequestDefaults,
        at time: Timestamp
    ) throws(Errno) -> Outcome {
        let event = JobEvent.claimed(origin)
        var journal = Journal(in: folder.path)
        reached(Checkpoint(.before, event.kind))
        try journal.append(event.line(at: time))
        try folder.noteLane(origin.lane)
        reached(Checkpoint(.after, event.kind))
        let target = folder.path.appending(origin.keptName)
        reached(Checkpoint(.before, .claim))
        try Kernel.rename(source, at: AT_FDCWD, to: target, at: AT_FDCWD)
        // From here on it is a job, whatever the disk says: a second claim would find nothing in the inbox.
        if let kind = try? Kernel.status(of: target, at: AT_FDCWD).kind, kind != .regular {
            // Between the look and the rename the file was swapped for something else: give it back.
            try Kernel.rename(target, at: AT_FDCWD, to: source, at: AT_FDCWD)
            try folder.discard()
            return .leftAlone(.notAFile(kind))
        }
        reached(Checkpoint(.after, .claim))
        // A writer that has it open writes on: then it is read when that one is done.
        let isWritten = Kernel.isOpenForWriting(target)
        let content = isWritten ? nil : try? folder.readContent(of: origin, reader, defaults)
        return .claimed(
            Claimed(
                folder: folder, journal: journal, job: Job(claimed: origin, at: time), content: content, isNew: true))
    }

    /// A folder with a journal: the job goes on where it stopped.
    private func takeFolder(_ origin: Origin, from source: FilePath, at time: Timestamp) throws(Errno) -> Outcome {
        let text: JournalText
        do {
            text = try JournalText(try Journal.read(in: source))
        } catch let error as Errno {
            throw error
        } catch {
            return .leftAlone(.damagedJob)
        }
        // Without a whole line in its journal it is a lane, or somebody's folder.
        guard var job = text.job else { return .vanished }
        if job.outcome == .done { return .leftAlone(.doneJob) }
        // The beginning of a journal, of a copy that broke off, may say that nothing was sent: it is not believed.
        switch text.events.last?.event.kind {
        case .failed, .retried: break
        default: return .leftAlone(.unfinishedJob)
        }
        if let name = try JobFolder(path: source).foreignName(beside: job) { return .leftAlone(.mixedFolder(name)) }
        var journal = Journal(in: source, length: text.length, seal: text.seal)
        if job.outcome != nil { try retry(&job, &journal, in: source, lane: origin.lane, at: time) }
        let folder = try JobFolder.free(in: spool, for: job.origin)
        reached(Checkpoint(.before, .reclaim))
        try Kernel.rename(source, at: AT_FDCWD, to: folder.path, at: AT_FDCWD)
        reached(Checkpoint(.after, .reclaim))
        let content = try? folder.readContent(of: job, reader, defaults)
        return .claimed(Claimed(folder: folder, journal: journal.moved(to: folder.path), job: job, content: content))
    }

    private func retry(
        _ job: inout Job, _ journal: inout Journal, in folder: FilePath, lane: Lane, at time: Timestamp
    ) throws(Errno) {
        let event = JobEvent.retried(lane)
        do {
            _ = try job.apply(event, at: time)
        } catch {
            preconditionFailure("a failed job can be retried")
        }
        reached(Checkpoint(.before, event.kind))
        // The parts first: a crash in between leaves a failed batch, which is put back once more.
        if job.parts != nil { try BatchFolder(folder: JobFolder(path: folder)).retry(in: lane, at: time) }
        try journal.cutTornLine()
        try journal.append(event.line(at: time))
        reached(Checkpoint(.after, event.kind))
    }

    /// Puts a file back into the inbox that was claimed and may not be submitted now. Returns false where its place is
    /// taken by now, or gone: then the job has to wait here.
    ///
    /// - Parameter hold: told which file it is before it goes back, so that nobody takes it for a new one.
    func giveBack(
        _ folder: JobFolder, _ origin: Origin, hold: (FileStatus.Identity) -> Void
    ) throws(Errno) -> Bool {
        let kept = folder.path.appending(origin.keptName)
        hold(try Kernel.status(of: kept, at: AT_FDCWD).identity)
        reached(Checkpoint(.before, .giveBack))
        do {
            try Kernel.rename(kept, at: AT_FDCWD, to: spool.inbox.pushing(origin.path), at: AT_FDCWD)
        } catch  where error == .fileExists || error == .noSuchFileOrDirectory {
            return false
        }
        reached(Checkpoint(.after, .giveBack))
        try folder.discard()
        return true
    }
}
