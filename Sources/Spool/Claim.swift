// SPDX-License-Identifier: Apache-2.0

package import Documents
package import FileIO
internal import Glibc
package import Jobs
package import Requests
package import SystemPackage

/// Takes a file out of the inbox into a job's folder, or the folder of a failed job that was put back. Blocking; runs
/// on the ``FilePool``.
///
/// The journal's line is written before the rename. So a crash between the two leaves a new folder without a request,
/// which the next start discards, since the file is still in the inbox.
///
/// Whoever may drop may swap any file and any folder at any moment. So the lane's folder is opened through no symlink,
/// the rename starts from there, and what it brought is looked at again where nobody else can reach it.
package struct Claim: Sendable {
    package enum Outcome: Sendable {
        case claimed(Claimed)
        /// The folder of a failed job is taken: see ``adopt(_:at:)``.
        case putBack(Adoption)
        /// Somebody took it away, or it was never more than a rumour.
        case vanished
        case leftAlone(LeftAloneReason)
        /// The defaults of its lane cannot be used now.
        case held(LaneDefaults.Trouble)
        /// Somebody has written to it since it was found whole.
        case changed
    }

    package struct Claimed: Sendable {
        package var folder: JobFolder
        package var journal: Journal
        package var job: Job
        /// What the request file says; `nil` for a job that goes on from a later step.
        package var content: Result<RequestContent, Findings>?
        /// Whether nothing has happened to it but the claim, so that its file may go back into the inbox.
        package var isNew = false
        /// When its file may have come, where it is new; see ``ArrivalTimes``.
        package var came: [Timestamp] = []
        /// When its file was dropped, or put back by the daemon itself; `nil` where nobody knows any more.
        package var droppedAt: Timestamp?
        /// Of a folder of pictures: those with which its content was read, and is to be read to the end.
        package var defaults: RequestDefaults?
    }

    package let spool: Spool
    package let reader: RequestReader
    package let defaults: LaneDefaults
    package let orphans: OrphanFolders
    package let reached: @Sendable (Checkpoint) -> Void
    /// Whether somebody wants what was dropped there, at that moment, to be cancelled.
    package let isStopped: @Sendable (Origin, Timestamp) -> Bool

    package init(
        spool: Spool, reader: RequestReader, defaults: LaneDefaults, orphans: OrphanFolders,
        isStopped: @escaping @Sendable (Origin, Timestamp) -> Bool = { _, _ in false },
        reached: @escaping @Sendable (Checkpoint) -> Void
    ) {
        self.isStopped = isStopped
        self.spool = spool
        self.reader = reader
        self.defaults = defaults
        self.orphans = orphans
        self.reached = reached
    }

    package func take(_ origin: Origin, _ readiness: Readiness, at time: Timestamp) throws(Errno) -> Outcome {
        let (lane, file) = (origin.lane, FilePath(root: nil, [origin.file]))
        let source: OpenFile
        let dropped: FileStatus
        var request: OpenRequest?
        var isStopped = false
        var company = PictureCompany.alone
        do {
            source = try lane.open(below: spool.inbox)
        } catch {
            return try sorted(error)
        }
        do {
            let status = try Kernel.statusNow(of: file, at: source.descriptor)
            dropped = status
            switch status.kind {
            case .regular:
                isStopped = self.isStopped(origin, Timestamp(nanoseconds: status.changed))
                if status.isBrokenCopy { return .leftAlone(.brokenCopy) }
                if origin.isPicture { company = try .beside(origin.file, in: source) }
                // What is cancelled is not waited for: nothing of it will be read.
                if !isStopped, !readiness.holds(for: company.together(with: status)) { return .changed }
                // Made under another name and renamed, to be written next: a desktop's "New text file" is.
                if !isStopped, status.size == 0 { return .leftAlone(.empty) }
                if try !status.isNoSecret(in: source) { return .leftAlone(.linkedFile) }
                request = OpenRequest(origin, in: source)
                // What is in a job's folder, or in a copy of one that is still arriving, may be paid for already.
                let known = KnownJobs(spool: spool, origin: origin)
                if let reason = try known.reason(toLeave: status, request, in: source) { return .leftAlone(reason) }
            case .directory: return try takeFolder(origin, readiness, from: source, at: time)
            case .symlink, .other: return .leftAlone(.notAFile(status.kind))
            }
        } catch {
            return try sorted(error)
        }
        let defaults: RequestDefaults
        do {
            // Whether a picture is anybody's request only they can tell.
            let areNeeded = !isStopped || origin.isPicture
            defaults = areNeeded ? try self.defaults.look(at: origin.lane, in: source) : .none
        } catch {
            // The machine's trouble, such as no descriptor left, is not the lane's.
            if case .unreadable(_, let cause) = error, spool.speaksForAll(cause) { throw cause }
            return .held(error)
        }
        do {
            if origin.isPicture {
                if let reason = try reason(toLeavePicture: origin, request, dropped, company, defaults, isStopped) {
                    return .leftAlone(reason)
                }
            } else if let reason = try reason(toLeaveText: origin, request, in: source, defaults, isStopped) {
                return .leftAlone(reason)
            }
        } catch {
            return try sorted(error)
        }
        // It goes with its folder, as soon as that is whole.
        if origin.isPicture, self.defaults.pictureFolder(enclosing: origin.lane, in: spool.inbox) != nil {
            return .vanished
        }
        orphans.sweep()
        // Outside of what may be the file's own fault: nothing of this is in the inbox.
        let folder = try JobFolder.make(in: spool, for: origin)
        do {
            return try fill(
                folder, with: origin, company.text?.sidecar.name, dropped, &request, from: source, defaults,
                isStopped: isStopped, at: time)
        } catch {
            // Nothing was taken yet: the folder holds at most its first line.
            orphans.add(folder)
            orphans.sweep()
            return try sorted(error)
        }
    }

    /// What a claim has changed beside the files in the job's own folder.
    package func changes(by origin: Origin) -> DiskChanges {
        DiskChanges(places: [
            .arrivals(in: spool.processing), .departures(from: origin.lane.folder(below: spool.inbox)),
        ])
    }

    /// What is wrong with this one file must not hold up the others; the disk's own trouble is thrown, and waited out.
    func sorted(_ error: Errno) throws(Errno) -> Outcome {
        if error.isNoFolder { return .vanished }
        if spool.speaksForAll(error) { throw error }
        return .leftAlone(.cannotTake(error))
    }

    private func fill(
        _ folder: JobFolder, with origin: Origin, _ text: FilePath.Component?, _ dropped: FileStatus,
        _ request: inout OpenRequest?, from source: borrowing OpenFile, _ defaults: RequestDefaults, isStopped: Bool,
        at time: Timestamp
    ) throws(Errno) -> Outcome {
        let event = JobEvent.claimed(origin, text: text)
        reached(Checkpoint(.before, event.kind))
        // With the first line, so that no start finds a job that may go on.
        let (journal, job) = try note(origin, text, isStopped: isStopped, in: folder, at: time)
        reached(Checkpoint(.after, event.kind))
        if let text { try takeText(text, to: folder, from: source) }
        let file = FilePath(root: nil, [origin.file])
        let target = folder.path.appending(origin.keptName)
        reached(Checkpoint(.before, .claim))
        do {
            try Kernel.rename(file, at: source.descriptor, to: target, at: AT_FDCWD) { request = nil }
        } catch {
            if text != nil { try? folder.giveBackTexts(of: origin, to: source) }
            throw error
        }
        // From here on it is a job, whatever the disk says: a second claim would find nothing in the inbox.
        let brought = folder.requestStatus(origin)
        if let brought, let reason = try folder.giveBackIfSwapped(origin, brought, to: source) {
            return .leftAlone(reason)
        }
        reached(Checkpoint(.after, .claim))
        let content = isStopped ? nil : content(of: origin, in: folder, brought, request, defaults)
        return .claimed(
            Claimed(
                folder: folder, journal: journal, job: job, content: content, isNew: true,
                came: ArrivalTimes.of(target, dropped: dropped),
                droppedAt: Timestamp(nanoseconds: dropped.changed)))
    }

    /// What the request file says; `nil` where somebody is writing on: then it is read when that one is done.
    private func content(
        of origin: Origin, in folder: JobFolder, _ brought: FileStatus?, _ request: OpenRequest?,
        _ defaults: RequestDefaults
    ) -> Result<RequestContent, Findings>? {
        // What was open may have been swapped for what has come.
        guard let brought, let request, request.isThe(brought) else {
            if folder.isBeingWritten(origin) { return nil }
            return try? folder.readContent(of: origin, reader, defaults, spool.names)
        }
        if Kernel.hasWriter(request.file.descriptor) || origin.isPicture && folder.isBeingWritten(origin) {
            return nil
        }
        return try? folder.content(of: request.file, brought, origin, reader.at(origin), defaults)
    }

    func note(
        _ origin: Origin, _ text: FilePath.Component? = nil, isStopped: Bool = false, in folder: JobFolder,
        at time: Timestamp
    ) throws(Errno) -> (Journal, Job) {
        var (journal, job) = (Journal(in: folder.path), Job(claimed: origin, with: text, at: time))
        var lines = JobEvent.claimed(origin, text: text).line(at: time)
        if isStopped {
            let event = JobEvent.cancelled(Wording.explain(.cancelled))
            lines += event.line(at: time)
            do { _ = try job.apply(event, at: time) } catch { preconditionFailure("a new job can be cancelled") }
        }
        try journal.append(lines)
        try folder.noteLane(origin.lane)
        return (journal, job)
    }

    /// A folder with a journal: the job goes on where it stopped. One without is a batch of its pictures where its lane
    /// says so.
    private func takeFolder(
        _ origin: Origin, _ readiness: Readiness, from source: borrowing OpenFile, at time: Timestamp
    ) throws(Errno) -> Outcome {
        let job: Job
        let dropped = try PutBackFolder(origin.file, in: source)
        let known = KnownJobs(spool: spool, origin: origin)
        switch try dropped.verdict() {
        case .noJob: return try takePictures(origin, readiness, from: source, at: time)
        case .leftAlone(let reason): return .leftAlone(reason)
        case .job(let found, let text, let bytes):
            job = found
            if let place = try known.placeWhereItWentOn(job, bytes.prefix(text.length)) {
                return .leftAlone(.wentOn(place))
            }
        }
        if let reason = try dropped.reasonToWait(for: job, at: origin, time) { return .leftAlone(reason) }
        let defaults = try? self.defaults.look(at: origin.lane)
        if let reason = try dropped.reasonToWait(forRequestOf: job, reader, defaults, time) {
            return .leftAlone(reason)
        }
        orphans.sweep()
        let folder = try JobFolder.make(in: spool, for: job.origin)
        do {
            _ = try note(origin, in: folder, at: time)
            reached(Checkpoint(.before, .reclaim))
            try Kernel.rename(
                FilePath(root: nil, [origin.file]), at: source.descriptor,
                to: folder.path.appending(Adoption.droppedName), at: AT_FDCWD)
        } catch {
            orphans.add(folder)
            orphans.sweep()
            throw error
        }
        reached(Checkpoint(.after, .reclaim))
        return .putBack(Adoption(folder: folder, origin: origin))
    }

    /// Takes over what the folder of a failed job holds. May be done again, as often as it throws.
    package func adopt(_ adoption: Adoption, at time: Timestamp) throws(Errno) -> Outcome {
        let folder = adoption.folder
        switch try adoption.run(at: time, reached: reached) {
        case .adopted(let journal, let job):
            let content = try? folder.readContent(of: job, reader, defaults, spool.names)
            return .claimed(Claimed(folder: folder, journal: journal, job: job, content: content))
        case .changed(let reason):
            // What was taken over in part waits for the next start, which sets it aside.
            _ = try adoption.giveBack(in: spool)
            return .leftAlone(reason)
        }
    }

    /// Puts a file back into the inbox that was claimed and may not be submitted now. Returns false where its place is
    /// taken by now, or gone: then the job has to wait here.
    ///
    /// - Parameters:
    ///   - text: what has come with it, and goes back before it.
    ///   - hold: told which file it is before it goes back, so that nobody takes it for a new one.
    package func giveBack(
        _ folder: JobFolder, _ origin: Origin, with text: FilePath.Component?, hold: (FileStatus.Identity) -> Void
    ) throws(Errno) -> Bool {
        let kept = folder.path.appending(origin.keptName)
        var status = try Kernel.status(of: kept, at: AT_FDCWD)
        // One that its owner has locked is looked at once more.
        if origin.isFolder, let sight = try? PictureFolder(of: folder, spool.names).sight {
            status.identity = sight.identity
        }
        do throws(Errno) {
            let lane = try origin.lane.open(below: spool.inbox)
            let beside = if let text { try folder.giveBack(text: text, to: lane, reached) } else { FileStatus?.none }
            hold((beside.map(status.together) ?? status).identity)
            reached(Checkpoint(.before, .giveBack))
            do throws(Errno) {
                try Kernel.rename(kept, at: AT_FDCWD, to: FilePath(root: nil, [origin.file]), at: lane.descriptor)
            } catch .fileExists {
                if let text { try folder.takeBack(text: text, from: lane) }
                throw .fileExists
            }
        } catch  where error == .fileExists || error.isNoFolder {
            return false
        }
        reached(Checkpoint(.after, .giveBack))
        try folder.discard()
        return true
    }
}
