// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
package import SystemPackage

/// Whether all of a folder that is put back has come: sync clients, rsync and shares bring it file by file, in any order
/// and seconds apart, and make it anew where it was taken before it was whole. Blocking.
extension PutBackFolder {
    /// What the journal speaks of and that is not there.
    package enum Missing: Hashable, Sendable {
        /// The request of the job, or of a part.
        case request(FilePath)
        /// The rest of a request that is another one than before, so far.
        case end(of: FilePath)
        /// A picture, or a part's journal.
        case file(FilePath)
        case parts(Int, of: Int)

        /// Whether it is waited for however long that takes: a request that comes later, alone, would be a new one.
        /// Pictures and parts are also taken out by people, before they put the folder back.
        package var isNeeded: Bool {
            switch self {
            case .request, .end: true
            case .file, .parts: false
            }
        }

        /// Whether it is over by time alone, of which no event tells.
        package var mayPass: Bool {
            switch self {
            case .request: false
            case .end, .file, .parts: true
            }
        }
    }

    /// How long a folder that lacks what may have been taken out must stay unchanged.
    private static let patience = Duration.seconds(60)

    /// Why the job's folder is not taken yet; `nil` where it is whole.
    func reasonToWait(
        for job: Job, at origin: Origin, _ now: Timestamp
    ) throws(Errno) -> LeftAloneReason? {
        if let batch = job.origin.batch, Self.lies(job, inFolderOf: batch, origin.lane) { return .partOfBatch(batch) }
        guard let missing = try missing(of: job) else { return nil }
        if missing.isNeeded { return .arriving(missing) }
        let age = now.since(Timestamp(nanoseconds: try lastChange(depth: 1)))
        // A change in the future is a clock that was set: nothing to wait for.
        return (.zero..<Self.patience).contains(age) ? .arriving(missing) : nil
    }

    /// A part that is put back alone lies where its batch was dropped; one in a folder of the batch's name comes with
    /// the batch, whose own journal may come last.
    private static func lies(_ part: Job, inFolderOf batch: FilePath.Component, _ lane: Lane) -> Bool {
        guard let folder = lane.path.lastComponent, Origin.name(folder, bears: batch) else { return false }
        return part.origin.lane.path.lastComponent != folder
    }

    private func missing(of job: Job) throws(Errno) -> Missing? {
        // When its pictures are in its parts, nothing may be left in the folder that was dropped.
        let isSplitFolder = job.origin.isFolder && job.parts != nil
        if !isSplitFolder, try !files.holds(job.origin.keptName) {
            return .request(FilePath(root: nil, [job.origin.keptName]))
        }
        if let text = job.text.map(Origin.keptName(ofText:)), try !files.holds(text) {
            return .file(FilePath(root: nil, [text]))
        }
        if let parts = job.parts, let missing = try missingParts(of: parts) { return missing }
        for picture in job.ownPictures {
            if let name = FilePath.Component(picture.name), try !files.holds(name) {
                return .file(FilePath(root: nil, [name]))
            }
        }
        return nil
    }

    private func missingParts(of count: Int) throws(Errno) -> Missing? {
        var missing: Missing?
        var found = 0
        var listing = try DirectoryListing(".", at: files.descriptor)
        while let (name, kind) = try listing.next() {
            guard kind == .directory, ResultNames.isPart(name) else { continue }
            found += 1
            let part = try PutBackFolder(name, in: files)
            guard let job = (try? JournalText(try Journal.read(in: part.files)))?.job else {
                let isThere = try part.files.holds(JobFileNames.journal)
                if !isThere { missing = .file(FilePath(root: nil, [name, JobFileNames.journal])) }
                continue
            }
            switch try part.missing(of: job) {
            case .request(let file): return .request(FilePath(root: nil, [name]).pushing(file))
            case .file(let file): missing = .file(FilePath(root: nil, [name]).pushing(file))
            case .end, .parts, nil: break
            }
        }
        return missing ?? (found < count ? .parts(found, of: count) : nil)
    }

    /// When anything in it last came, went or was written.
    private func lastChange(depth: Int) throws(Errno) -> Int64 {
        var last = try files.status().changed
        var listing = try DirectoryListing(".", at: files.descriptor)
        while let (name, kind) = try listing.next() {
            if kind == .directory, depth > 0 {
                last = max(last, try PutBackFolder(name, in: files).lastChange(depth: depth - 1))
            } else {
                last = max(last, try Kernel.status(of: FilePath(root: nil, [name]), at: files.descriptor).changed)
            }
        }
        return last
    }
}
