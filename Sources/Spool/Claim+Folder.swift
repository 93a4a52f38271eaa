// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import SystemPackage

/// What a claim makes of a folder of pictures, in a lane where such a folder is a batch.
///
/// It comes by one rename, with whatever is in it, and goes back by one: a stop anywhere between leaves all of it here
/// or there.
extension Claim {
    func takePictures(
        _ origin: Origin, _ readiness: Readiness, from source: borrowing OpenFile, at time: Timestamp
    ) throws(Errno) -> Outcome {
        // A lane, or somebody's folder.
        if self.defaults.folders(in: origin.lane) == .lanes || !PictureFolder.isOne(origin.file, in: source) {
            return .vanished
        }
        let defaults: RequestDefaults
        do {
            defaults = try self.defaults.look(at: origin.lane, in: source)
        } catch {
            if case .unreadable(_, let cause) = error, spool.speaksForAll(cause) { throw cause }
            return .held(error)
        }
        guard defaults.takesFolders else { return .vanished }
        let name = FilePath(root: nil, [origin.file])
        let dropped: FileStatus
        let isStopped: Bool
        do throws(Errno) {
            dropped = try Kernel.statusNow(of: name, at: source.descriptor)
            isStopped = self.isStopped(origin, Timestamp(nanoseconds: dropped.changed))
            let folder = try PictureFolder(origin.file, in: source, spool.names)
            let identity = try folder.sight.identity
            if !isStopped, let whole = readiness.identity, whole != identity { return .changed }
            switch try folder.reasonToStay(called: origin.file) {
            case .leftAlone(let reason): return .leftAlone(reason)
            case .taken(let contents):
                // What is in a job's folder, or in a copy of one that is still arriving, may be paid for already.
                if let reason = try KnownJobs.reason(toLeave: contents, of: origin, in: folder.files, spool) {
                    return .leftAlone(reason)
                }
            }
        } catch {
            return try sorted(error)
        }
        orphans.sweep()
        let folder = try JobFolder.make(in: spool, for: origin)
        do throws(Errno) {
            return try fill(
                folder, withPicturesOf: origin.asFolder, dropped, from: source, defaults, isStopped, at: time)
        } catch {
            // Nothing was taken yet: the folder holds at most its first line.
            orphans.add(folder)
            orphans.sweep()
            return try sorted(error)
        }
    }

    private func fill(
        _ folder: JobFolder, withPicturesOf origin: Origin, _ dropped: FileStatus, from source: borrowing OpenFile,
        _ defaults: RequestDefaults, _ isStopped: Bool, at time: Timestamp
    ) throws(Errno) -> Outcome {
        let event = JobEvent.claimed(origin)
        reached(Checkpoint(.before, event.kind))
        let (journal, job) = try note(origin, isStopped: isStopped, in: folder, at: time)
        reached(Checkpoint(.after, event.kind))
        let target = folder.path.appending(origin.keptName)
        reached(Checkpoint(.before, .claim))
        try Kernel.rename(
            FilePath(root: nil, [origin.file]), at: source.descriptor, to: target, at: AT_FDCWD)
        // From here on it is a job, whatever the disk says: a second claim would find nothing in the inbox.
        if let brought = folder.requestStatus(origin),
            let reason = try folder.giveBackIfSwapped(origin, brought, to: source)
        {
            return .leftAlone(reason)
        }
        reached(Checkpoint(.after, .claim))
        // While somebody writes on it is read when that one is done.
        var content: Result<RequestContent, Findings>?
        if !isStopped, !folder.isBeingWritten(origin, spool.names) {
            content = try? folder.readContent(of: origin, reader, defaults, spool.names)
        }
        return .claimed(
            Claimed(
                folder: folder, journal: journal, job: job, content: content, isNew: true,
                came: ArrivalTimes.of(target, dropped: dropped), droppedAt: Timestamp(nanoseconds: dropped.changed),
                defaults: content == nil ? nil : defaults))
    }
}
