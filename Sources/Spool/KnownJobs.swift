// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import SystemPackage

/// Finds out whether a request file in the inbox is none of its own, but belongs to a job that is known, or to a copy of
/// a job's folder that comes back file by file, in any order: it was paid for. Blocking.
///
/// Each sign is one that a new request has not: what the file holds, what lies beside it, and the same request in the
/// folder of a job whose place it has. The same request in another place is a new one.
struct KnownJobs: Sendable {
    let spool: Spool
    /// Of the file.
    let origin: Origin
    /// The names in `processing/`, where they are known already.
    var underWay: [FilePath.Component]?

    /// Files that lie in the folder of each result, or of each that failed.
    private static let marks = [ResultSummary.fileName, BatchSummary.fileName, JobFileNames.error]

    /// - Parameter open: the file, where it is open already.
    func reason(
        toLeave status: FileStatus, _ open: OpenRequest? = nil, in lane: borrowing OpenFile
    ) throws(Errno) -> LeftAloneReason? {
        if try ResultFile.isOne(origin.file, status, open, in: lane) { return .resultFile }
        if origin.lane.isRoot { return nil }
        if try origin.lane.enclosingJobFolder(in: spool.inbox) != nil { return .insideJobFolder }
        if try isOriginal(in: lane) { return .insideJobFolder }
        for name in Self.marks where name != origin.file {
            if try lane.holds(name) { return .insideJobFolder }
        }
        if let place = try place(of: status, in: lane) { return .copyOfJob(place) }
        if origin.liesInFolderOfItsName, try hasResultsBeside(status, in: lane) { return .insideJobFolder }
        return nil
    }

    // MARK: what lies beside it

    /// A picture in the folder of a job's originals, or of a batch's pictures, of which the journal is still to come: by
    /// its name, where nobody has made a lane of it that says for itself what becomes of pictures.
    private func isOriginal(in lane: borrowing OpenFile) throws(Errno) -> Bool {
        let names = [JobFileNames.originals, JobFileNames.delivered]
        guard origin.isPicture, let name = origin.lane.path.lastComponent, names.contains(name) else { return false }
        return try !lane.holds(RequestDefaults.fileName)
    }

    /// A picture of its name that it does not name itself, or the folder of a part.
    private func hasResultsBeside(_ status: FileStatus, in lane: borrowing OpenFile) throws(Errno) -> Bool {
        var pictures: [String] = []
        var listing = try DirectoryListing(".", at: lane.descriptor)
        while let (name, kind) = try listing.next() {
            let text = String(decoding: name)
            if ResultNames.isPicture(text, of: origin.stem) { pictures.append(text) }
            if kind == .directory, ResultNames.isPart(name), try isPart(name, in: lane) { return true }
        }
        if pictures.isEmpty { return false }
        // No picture names another.
        if origin.isPicture { return true }
        let file = try Kernel.open(
            FilePath(root: nil, [origin.file]), at: lane.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let text = String(
            decoding: try file.readAll(limit: RequestRules.batchSizeLimit, expecting: Int(clamping: status.size)),
            as: UTF8.self)
        return pictures.contains { !text.contains($0) }
    }

    private func isPart(_ name: FilePath.Component, in lane: borrowing OpenFile) throws(Errno) -> Bool {
        let part: OpenFile
        do {
            part = try Kernel.openFolder(FilePath(root: nil, [name]), beneath: lane.descriptor)
        } catch {
            return false
        }
        for ending in [".json", ".yaml"] {
            guard let own = FilePath.Component(String(decoding: name) + ending) else { continue }
            if try part.holds(own) { return true }
        }
        for mark in [JobFileNames.journal, ResultSummary.fileName] {
            if try part.holds(mark) { return true }
        }
        return false
    }

    // MARK: the same request elsewhere

    /// The job's folder of which this one is a copy, relative to the spool: the request lies there with the very same
    /// bytes, or was taken out of it.
    func place(of status: FileStatus, in lane: borrowing OpenFile) throws(Errno) -> FilePath? {
        for folder in folders {
            // Who puts a failed job back may have corrected its request.
            for (name, base, isSameName) in [("done", spool.done, false), ("failed", spool.failed, true)] {
                let published = Lane(path: folder).published
                let known = Known(folder: published, base: base, isSameName: isSameName)
                if try isOf(known, status, lane) { return FilePath(name).pushing(published.path) }
            }
        }
        for folder in try jobsUnderWay() {
            let known = Known(folder: Lane(path: folder), base: spool.processing, isSameName: false)
            if try isOf(known, status, lane) { return FilePath("processing").pushing(folder) }
        }
        return nil
    }

    /// The folder of a job that is known.
    private struct Known {
        var folder: Lane
        var base: FilePath
        /// Whether a request of the same name is the job's, whatever it says.
        var isSameName: Bool
    }

    /// Where the folder that the file lies in was published, if it is a copy: the same place, or one further up, where
    /// a whole lane was copied into another. A copy may be called after the job, such as `hero - Copy`.
    private var folders: [FilePath] {
        let components = Array(origin.lane.path.components)
        let all = components.indices.map { FilePath(root: nil, components[$0...]) }
        guard origin.liesInFolderOfItsName else { return all }
        let others = origin.stems.filter { $0 != components.last }
        return all + others.flatMap { stem in all.map { $0.removingLastComponent().appending(stem) } }
    }

    /// Folders in `processing/` that may be that of its job. Not listed for a file that is called otherwise than the
    /// folder it lies in: that may be any request.
    private func jobsUnderWay() throws(Errno) -> [FilePath] {
        let components = Array(origin.lane.path.components)
        let isPart = components.count > 1 && components.last.map(ResultNames.isPart) ?? false
        guard origin.liesInFolderOfItsName || isPart else { return [] }
        var folders: [FilePath] = []
        let names: [FilePath.Component]
        if let underWay { names = underWay } else { names = try RecoveredJobs.names(in: spool) }
        for name in names {
            if origin.stems.contains(where: { ResultNames.isJob(name, of: $0) }) {
                folders.append(FilePath(root: nil, [name]))
            }
            if isPart, let part = components.last, ResultNames.isJob(name, of: components[components.count - 2]) {
                folders.append(FilePath(root: nil, [name, part]))
            }
        }
        return folders
    }

    private func isOf(
        _ job: Known, _ status: FileStatus, _ lane: borrowing OpenFile
    ) throws(Errno) -> Bool {
        let known: OpenFile
        do {
            known = try job.folder.open(below: job.base)
        } catch {
            // Not there, or nobody's to look into.
            return false
        }
        let name = FilePath(root: nil, [origin.file])
        do {
            let isThere = try known.holds(origin.file)
            if job.isSameName || !isThere, try isRequest(of: known) { return true }
            if !isThere { return false }
            let theirs = try Kernel.open(name, at: known.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let other = try theirs.status()
            guard other.kind == .regular, other.size == status.size else { return false }
            let own = try Kernel.open(name, at: lane.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let limit = RequestRules.batchSizeLimit
            return try own.readAll(limit: limit, expecting: Int(status.size))
                == theirs.readAll(limit: limit, expecting: Int(status.size))
        } catch .permissionDenied, .tooManySymbolicLinkLevels, .noSuchFileOrDirectory, .noSuchAddressOrDevice {
            return false
        }
    }

    /// Whether it is the folder of a job whose request has that name.
    private func isRequest(of known: borrowing OpenFile) throws(Errno) -> Bool {
        guard try known.holds(JobFileNames.journal) else { return false }
        return (try? JournalText(try Journal.read(in: known)))?.job?.origin.keptName == origin.file
    }
}
