// SPDX-License-Identifier: Apache-2.0

internal import Glibc
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
struct Adoption: Sendable {
    enum Outcome: Sendable {
        case adopted(Journal, Job)
        /// It is no longer what it was when it was taken.
        case changed(ForeignFiles.Reason)
    }

    static let droppedName: FilePath.Component = "dropped"
    private static let newJournal: FilePath.Component = "journal.new"

    /// Ours, in `processing/`.
    let folder: JobFolder
    /// Where it was put back.
    let origin: Origin

    /// Whether something of it is still to be taken over, or to be removed.
    var isPending: Bool { (try? Kernel.exists(folder.path.appending(Self.droppedName))) == true }

    func run(at time: Timestamp, reached: (Checkpoint) -> Void) throws(Errno) -> Outcome {
        let target = try Kernel.open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        let source = try PutBackFolder(Self.droppedName, in: target)
        switch try source.verdict() {
        case .noJob: return .changed(.damagedJob)
        case .leftAlone(let reason): return .changed(reason)
        case .job(var job, let text, let bytes):
            try move(source.files, to: target, job)
            reached(Checkpoint(.before, .retried))
            let journal = try takeOver(&job, text, bytes, at: time, in: target)
            reached(Checkpoint(.after, .retried))
            clean()
            return .adopted(journal, job)
        }
    }

    private func move(
        _ source: borrowing OpenFile, to target: borrowing OpenFile, _ job: Job
    ) throws(Errno) {
        for name in try Self.names(in: source) where !Self.isKept(name) {
            if job.parts != nil, ResultNames.isPart(name) {
                try movePart(name, source, target)
                continue
            }
            let file = FilePath(root: nil, [name])
            do {
                try Kernel.rename(file, at: source.descriptor, to: file, at: target.descriptor)
            } catch .fileExists, .noSuchFileOrDirectory, .permissionDenied, .notPermitted {
                // It stays where it is, and travels along there.
                continue
            }
        }
        let droppers = try source.status()
        for name in try Self.names(in: target) where !Self.isKept(name) {
            if job.parts != nil, ResultNames.isPart(name) { continue }
            let status = try Kernel.status(of: FilePath(root: nil, [name]), at: target.descriptor)
            let isOurs =
                switch status.kind {
                case .regular: status.isNoSecret(in: droppers)
                case .directory: name == MovedPictures.folderName || IgnoredNames.standard.matches(name)
                case .symlink, .other: false
                }
            // Swapped since it was looked at.
            if !isOurs { try Self.putAside(name, as: name, target, source) }
        }
    }

    /// What is no part's folder stays where it is.
    private func movePart(
        _ name: FilePath.Component, _ source: borrowing OpenFile, _ target: borrowing OpenFile
    ) throws(Errno) {
        guard let dropped = try? PutBackFolder(name, in: source) else { return }
        let part = JobFolder(path: folder.path.appending(name))
        let bytes = try Journal.read(in: dropped.files)
        let job = (try? JournalText(bytes))?.job ?? Job(claimed: origin, at: Timestamp(milliseconds: 0))
        do { try Kernel.makeDirectory(part.path) } catch .fileExists {}
        let own = try Kernel.openFolder(FilePath(root: nil, [name]), beneath: target.descriptor)
        try move(dropped.files, to: own, job)
        // Anew each time: the one that was put back stays until the end.
        if !bytes.isEmpty { try part.write(bytes, to: Journal.fileName) }
    }

    /// Back to where it came from, under a name that is free there.
    private static func putAside(
        _ name: FilePath.Component, as wanted: FilePath.Component, _ target: borrowing OpenFile,
        _ source: borrowing OpenFile
    ) throws(Errno) {
        var attempt = 1
        while true {
            do {
                return try Kernel.rename(
                    FilePath(root: nil, [name]), at: target.descriptor,
                    to: FilePath(root: nil, [ResultNames.folder(wanted, attempt: attempt)]), at: source.descriptor)
            } catch .fileExists {
                attempt += 1
            }
        }
    }

    /// The job's own journal takes the place of the note; from there on the job goes on.
    private func takeOver(
        _ job: inout Job, _ text: JournalText, _ bytes: [UInt8], at time: Timestamp, in target: borrowing OpenFile
    ) throws(Errno) -> Journal {
        // The parts first: until the batch's journal is there all of it is done again.
        if job.parts != nil { try BatchFolder(folder: folder).retry(in: origin.lane, at: time) }
        var lines: [UInt8] = []
        if job.outcome != nil {
            let event = JobEvent.retried(origin.lane)
            do {
                _ = try job.apply(event, at: time)
            } catch {
                preconditionFailure("a failed job can be retried")
            }
            lines = event.line(at: time)
        }
        let (sealed, journal) = Journal(in: folder.path, length: text.length, seal: text.seal).with(lines)
        try folder.write(Array(bytes.prefix(text.length)) + sealed, to: Self.newJournal)
        // What is paid for must not be lost: nothing goes before its copy is on the disk.
        try target.syncFileSystem()
        try Kernel.replace(
            FilePath(root: nil, [Journal.fileName]), with: FilePath(root: nil, [Self.newJournal]), at: target.descriptor
        )
        return journal
    }

    /// Removes what was taken over, as far as the disk lets it: anything else stays, and travels along.
    func clean() {
        guard let target = try? Kernel.open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
            let source = try? PutBackFolder(Self.droppedName, in: target)
        else { return }
        for name in (try? Self.names(in: source.files)) ?? [] where ResultNames.isPart(name) {
            guard let part = try? PutBackFolder(name, in: source.files) else { continue }
            Self.remove(name, part.files, in: source.files)
        }
        Self.remove(Self.droppedName, source.files, in: target)
    }

    private static func remove(
        _ name: FilePath.Component, _ folder: borrowing OpenFile, in above: borrowing OpenFile
    ) {
        for file in [Journal.fileName, JobFolder.laneLink] {
            try? Kernel.remove(FilePath(root: nil, [file]), at: folder.descriptor)
        }
        try? Kernel.removeDirectory(FilePath(root: nil, [name]), at: above.descriptor)
    }

    /// Puts the folder back where it was dropped. Returns false where something of it was taken over already.
    func giveBack(in spool: Spool) throws(Errno) -> Bool {
        let target = try Kernel.open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        guard try Self.names(in: target).allSatisfy(Self.isKept) else { return false }
        let lane: OpenFile
        do {
            lane = try origin.lane.open(below: spool.inbox)
        } catch  where error.isNoFolder {
            lane = try Lane.root.open(below: spool.inbox)
        }
        try Self.putAside(Self.droppedName, as: origin.file, target, lane)
        try? Kernel.remove(FilePath(root: nil, [Self.newJournal]), at: target.descriptor)
        try folder.discard()
        return true
    }

    private static func isKept(_ name: FilePath.Component) -> Bool {
        [Journal.fileName, newJournal, JobFolder.laneLink, droppedName].contains(name)
    }

    private static func names(in folder: borrowing OpenFile) throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (name, _) = try listing.next() { names.append(name) }
        return names
    }
}
