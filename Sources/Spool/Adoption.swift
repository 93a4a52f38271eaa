// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import SystemPackage

/// Takes the folder of a failed job that was put back over into one that nobody else can reach. Blocking.
///
/// Whoever put it back may own it, or hold it open, and could swap whatever lies in it at any moment, in `processing/`
/// too. So it comes by one rename into a new folder of ours, and from there its files one by one, each looked at where
/// it can no longer be swapped. The job's journal comes last: until then all of it may be done again.
///
///     processing/hero.1x2y3z/
///         journal.jsonl   "claimed": where it was put back, until the job's own takes its place
///         dropped/        as it was put back; goes when it is empty
package struct Adoption: Sendable {
    enum Outcome: Sendable {
        case adopted(Journal, Job)
        /// It is no longer what it was when it was taken.
        case changed(LeftAloneReason)
    }

    static let droppedName: FilePath.Component = "dropped"
    private static let newJournal: FilePath.Component = "journal.new"

    /// Ours, in `processing/`.
    let folder: JobFolder
    /// Where it was put back.
    let origin: Origin

    /// Whether something that was put back is still to be taken over into a job's folder, or to be removed there.
    static func isPending(in folder: JobFolder) throws(Errno) -> Bool {
        try Kernel.exists(folder.path.appending(droppedName))
    }

    func run(at time: Timestamp, reached: (Checkpoint) -> Void) throws(Errno) -> Outcome {
        let target = try Kernel.open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        switch try take(into: target, reached) {
        case .noJob: return .changed(.damagedJob)
        case .leftAlone(let reason): return .changed(reason)
        case .job(var job, let text, let bytes):
            reached(Checkpoint(.before, .retried))
            let journal = try takeOver(&job, text, bytes, at: time, in: target)
            reached(Checkpoint(.after, .retried))
            clean()
            return .adopted(journal, job)
        }
    }

    private func take(
        into target: borrowing OpenFile, _ reached: (Checkpoint) -> Void
    ) throws(Errno) -> PutBackFolder.Verdict {
        do {
            let source = try PutBackFolder(Self.droppedName, in: target)
            let verdict = try source.verdict()
            if case .job(let job, _, _) = verdict { try move(source.files, to: target, JobFiles(of: job), reached) }
            return verdict
        } catch  where error.isNoFolder || error == .permissionDenied || error == .notPermitted {
            // Whose it is may close it to us at any moment; and the rename may have brought something else.
            return .leftAlone(.cannotTake(error))
        }
    }

    private func move(
        _ source: borrowing OpenFile, to target: borrowing OpenFile, _ ours: JobFiles, _ reached: (Checkpoint) -> Void
    ) throws(Errno) {
        for name in try Self.names(in: source) where !Self.isKept(name) {
            if ours.hasParts, ResultNames.isPart(name), try movePart(name, source, target, reached) { continue }
            let file = FilePath(root: nil, [name])
            reached(Checkpoint(.before, .adopt))
            do {
                try Kernel.rename(file, at: source.descriptor, to: file, at: target.descriptor)
            } catch .fileExists, .noSuchFileOrDirectory, .permissionDenied, .notPermitted {
                // It stays where it is, and travels along there.
                continue
            }
            reached(Checkpoint(.after, .adopt))
        }
        let droppers = try source.status()
        for name in try Self.names(in: target) where !Self.isKept(name) {
            let status = try Kernel.status(of: FilePath(root: nil, [name]), at: target.descriptor)
            let isSecret = status.kind == .regular && !status.isNoSecret(in: droppers)
            // Otherwise it came, or was swapped, since it was looked at.
            if ours.holds(name, status.kind), !isSecret { continue }
            try source.bringIn(name, from: target, as: name)
        }
    }

    /// Returns false where it is no folder.
    private func movePart(
        _ name: FilePath.Component, _ source: borrowing OpenFile, _ target: borrowing OpenFile,
        _ reached: (Checkpoint) -> Void
    ) throws(Errno) -> Bool {
        let dropped: PutBackFolder
        do {
            dropped = try PutBackFolder(name, in: source)
        } catch  where error.isNoFolder {
            return false
        }
        let part = JobFolder(path: folder.path.appending(name))
        let bytes = try Journal.read(in: dropped.files)
        let job = (try? JournalText(bytes))?.job ?? Job(claimed: origin, at: Timestamp(milliseconds: 0))
        do { try Kernel.makeDirectory(part.path) } catch .fileExists {}
        let own = try Kernel.openFolder(FilePath(root: nil, [name]), beneath: target.descriptor)
        try move(dropped.files, to: own, JobFiles(of: job, isPart: true), reached)
        reached(Checkpoint(.before, .adopt))
        // Anew each time: the one that was put back stays until the end.
        if !bytes.isEmpty { try part.write(bytes, to: JobFileNames.journal) }
        reached(Checkpoint(.after, .adopt))
        return true
    }

    /// The job's own journal takes the place of the note; from there on the job goes on.
    private func takeOver(
        _ job: inout Job, _ text: JournalText, _ bytes: [UInt8], at time: Timestamp, in target: borrowing OpenFile
    ) throws(Errno) -> Journal {
        // The parts first: until the batch's journal is there all of it is done again.
        if job.parts != nil { try retryParts(at: time, in: target) }
        let isChanged = job.parts == nil ? try folder.isRequestChanged(since: job) : false
        // Where it was put back is never the journal's to say: whoever wrote that may have no right to the lane.
        let event = JobEvent.retried(origin.lane, job.reopening(isChanged: isChanged, isAsked: true) ?? .whole)
        do {
            _ = try job.apply(event, at: time)
        } catch {
            preconditionFailure("only a failed job is taken over")
        }
        let (sealed, journal) = Journal(in: folder.path, length: text.length, seal: text.seal).with(
            event.line(at: time))
        try folder.write(Array(bytes.prefix(text.length)) + sealed, to: Self.newJournal)
        // What is paid for must not be lost: nothing goes before its copy is on the disk.
        try target.syncFileSystem()
        try Kernel.replace(
            FilePath(root: nil, [JobFileNames.journal]), with: FilePath(root: nil, [Self.newJournal]),
            at: target.descriptor
        )
        return journal
    }

    /// What may cost a second time is sent only of the parts that are marked; see ``PayAgain``.
    private func retryParts(at time: Timestamp, in target: borrowing OpenFile) throws(Errno) {
        let dropped = try PutBackFolder(Self.droppedName, in: target)
        let areAllAsked = try PayAgain.isIn(dropped.files)
        var asked: Set<FilePath.Component> = []
        for name in try Self.names(in: dropped.files) where ResultNames.isPart(name) {
            guard let part = try? PutBackFolder(name, in: dropped.files) else { continue }
            if try PayAgain.isIn(part.files) { asked.insert(name) }
        }
        try BatchFolder(folder: folder).retry(
            in: origin.lane, isAsked: { [asked] in areAllAsked || asked.contains($0) }, at: time)
    }

    /// Removes what was taken over, as far as the disk lets it: anything else stays, and travels along.
    func clean() {
        guard let target = try? Kernel.open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
            let source = try? PutBackFolder(Self.droppedName, in: target)
        else { return }
        for name in (try? Self.names(in: source.files)) ?? [] where ResultNames.isPart(name) {
            guard Kernel.isDirectory(folder.path.appending(name)),
                let part = try? PutBackFolder(name, in: source.files)
            else { continue }
            Self.remove(name, part.files, in: source.files)
        }
        Self.remove(Self.droppedName, source.files, in: target)
    }

    private static func remove(
        _ name: FilePath.Component, _ folder: borrowing OpenFile, in above: borrowing OpenFile
    ) {
        for file in [JobFileNames.journal, JobFileNames.lane] + JobFileNames.payAgainNames {
            try? Kernel.remove(FilePath(root: nil, [file]), at: folder.descriptor)
        }
        try? Kernel.removeDirectory(FilePath(root: nil, [name]), at: above.descriptor)
    }

    /// Puts the folder back where it was dropped. Returns false where something of it was taken over already, or its
    /// owner lets nobody move it.
    func giveBack(in spool: Spool) throws(Errno) -> Bool {
        let target = try Kernel.open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        guard try Self.names(in: target).allSatisfy(Self.isKept) else { return false }
        // First: a stop after the rename must leave nothing here but the note.
        do {
            try Kernel.remove(FilePath(root: nil, [Self.newJournal]), at: target.descriptor)
        } catch .noSuchFileOrDirectory {}
        let lane = try origin.lane.openOrRoot(below: spool.inbox)
        do {
            try lane.bringIn(Self.droppedName, from: target, as: origin.file)
        } catch .permissionDenied, .notPermitted {
            return false
        }
        try folder.discard()
        return true
    }

    /// A mark that holds once is read where it lies, as often as all of this is done again, and goes at the end.
    private static func isKept(_ name: FilePath.Component) -> Bool {
        [JobFileNames.journal, newJournal, JobFileNames.lane, droppedName].contains(name)
            || JobFileNames.payAgainNames.contains(name)
    }

    private static func names(in folder: borrowing OpenFile) throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (name, _) = try listing.next() { names.append(name) }
        return names
    }
}
