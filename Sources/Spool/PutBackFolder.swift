// SPDX-License-Identifier: Apache-2.0

package import FileIO
internal import Glibc
package import Jobs
internal import Requests
package import SystemPackage

/// The folder of a failed job as somebody has put it back, held by its descriptor. Blocking.
package struct PutBackFolder: ~Copyable {
    package enum Verdict {
        /// The job goes on; its journal.
        case job(Job, JournalText, [UInt8])
        /// No whole line is in its journal: it is a lane, or somebody's folder.
        case noJob
        case leftAlone(LeftAloneReason)
    }

    let files: OpenFile

    package init(_ files: consuming OpenFile) {
        self.files = files
    }

    init(_ name: FilePath.Component, in folder: borrowing OpenFile) throws(Errno) {
        files = try Kernel.openFolder(FilePath(root: nil, [name]), beneath: folder.descriptor)
    }

    package func verdict() throws(Errno) -> Verdict {
        let bytes = try Journal.read(in: files)
        guard let text = try? JournalText(bytes) else { return .leftAlone(.damagedJob) }
        guard let job = text.job else {
            // Nobody looks for requests below a journal: that it is one's own has to be said.
            return try files.holds(JobFileNames.journal) ? .leftAlone(.unfinishedJob) : .noJob
        }
        guard JobFiles.mayName(job.origin) else { return .leftAlone(.damagedJob) }
        if job.outcome == .done { return .leftAlone(.doneJob) }
        // The beginning of a journal, of a copy that broke off, may say that nothing was sent: it is not believed.
        guard text.events.last?.event.kind == .failed else { return .leftAlone(.unfinishedJob) }
        if let foreign = try foreign(beside: job, JobFiles(of: job)) { return .leftAlone(foreign) }
        if let corrected = try correctedRows(of: job) { return .leftAlone(.correctedRows(corrected)) }
        if job.isUnheardTooOften, try !PayAgain.isIn(files) { return .leftAlone(.unheardTooOften) }
        return .job(job, text, bytes)
    }

    /// That something in the folder is not the job's; `nil` where there is nothing.
    private func foreign(beside job: Job, _ ours: JobFiles) throws(Errno) -> LeftAloneReason? {
        var listing = try DirectoryListing(".", at: files.descriptor)
        while let (name, listed) = try listing.next() {
            if listed != .directory, IgnoredNames.standard.matches(name) { continue }
            let kind = try kind(of: name, listed)
            guard ours.holds(name, kind) else {
                let isRequest = kind == .regular && RequestFileName(name) != nil
                return .mixedFolder(name, request: isRequest ? job.origin.keptName : nil)
            }
            if ours.isPart(name, kind), let foreign = try foreign(inPart: name, of: job) { return foreign }
        }
        return nil
    }

    /// A file under a name of the job's that would be a way to read another's is none of the job's.
    private func kind(
        of name: FilePath.Component, _ listed: DirectoryListing.Kind
    ) throws(Errno) -> FileStatus.Kind {
        if listed == .directory { return .directory }
        let status = try Kernel.status(of: FilePath(root: nil, [name]), at: files.descriptor)
        if status.kind == .regular, try !status.isNoSecret(in: files) { return .other }
        return status.kind
    }

    /// The table of a batch's failed rows, where somebody has corrected some of them: what becomes of the batch takes its
    /// place.
    private func correctedRows(of batch: Job) throws(Errno) -> FilePath.Component? {
        guard batch.parts != nil, let name = ResultNames.failedRows(of: batch.origin),
            let rows = try read(name, Sheet.lines),
            // Where that is still to come there is nothing to compare with, and it is waited for.
            let table = try read(batch.origin.keptName, Sheet.lines)
        else { return nil }
        guard let rows, let table, Set(table).isSuperset(of: rows) else { return name }
        return nil
    }

    /// What becomes of a table; `nil` where it is not there.
    private func read<Value>(_ name: FilePath.Component, _ parse: ([UInt8]) -> Value) throws(Errno) -> Value? {
        guard try files.holds(name) else { return nil }
        let file = try Kernel.open(
            FilePath(root: nil, [name]), at: files.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        return try ParsingRoom.shared.reading(file, of: try file.status().size, as: .csv, parse)
    }

    private func foreign(inPart name: FilePath.Component, of batch: Job) throws(Errno) -> LeftAloneReason? {
        let part = try PutBackFolder(name, in: files)
        let bytes = try Journal.read(in: part.files)
        // Where the journal is damaged, nothing tells what is the part's own: it stays as it is.
        guard let job = (try? JournalText(bytes))?.job else { return nil }
        // A copy of a part, or a part of another batch: it would be paid for once more.
        guard job.origin.stem == name, job.origin.batch == batch.origin.stem, JobFiles.mayName(job.origin) else {
            return .mixedFolder(name, request: nil)
        }
        // Each part of a batch that failed is at its end. One that is not would go on in the lane that it names itself.
        // One that a cancelled batch has not begun is given the lane of the batch, and is read anew.
        if job.outcome == nil, batch.cancellation == nil || !job.isNotBegun { return .unfinishedJob }
        return try part.foreign(beside: job, JobFiles(of: job, isPart: true))
    }
}
