// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Requests
internal import Spool
internal import SystemPackage

/// What lies in the inbox: as far as the disk alone can tell, and what only the daemon knows. Blocking.
struct InboxSurvey: Sendable {
    /// Request files, and the folders of jobs that were put back.
    private(set) var waiting = 0
    /// Why files are left alone; a sentence without its full stop.
    private var left: [FilePath: String] = [:]
    /// The same of files for which only the daemon has found a reason.
    private var told: [FilePath: String] = [:]
    private let inbox: FilePath
    private let names: IgnoredNames

    /// - Parameter page: what the daemon wrote last; `nil` where none runs.
    init(_ inbox: FilePath, _ names: IgnoredNames, and page: DocumentNode?) throws(Errno) {
        self.inbox = inbox
        self.names = names
        for entry in page?["left_alone"]?.list ?? [] {
            guard let path = NameText.path(entry["file"]), let why = entry["why"]?.text else { continue }
            told[path] = why
        }
        try walk(.root)
    }

    /// It may be taken, unless the daemon has found a reason to leave it alone.
    private mutating func count(_ path: FilePath) {
        if let why = told[path] { left[path] = why } else { waiting += 1 }
    }

    private mutating func walk(_ lane: Lane) throws(Errno) {
        // Afterwards, so that however deep the lanes are, one descriptor is enough.
        for lane in try look(into: lane) { below(lane) }
    }

    /// Returns the folders below.
    private mutating func look(into lane: Lane) throws(Errno) -> [Lane] {
        let folder = try lane.open(below: inbox)
        if !lane.isRoot, try folder.holds(JobFileNames.journal) {
            switch try PutBackFolder(folder).verdict() {
            case .job: count(lane.path)
            case .leftAlone(let reason): leave(lane.path, reason)
            case .noJob: break
            }
            return []
        }
        var lanes: [Lane] = []
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (name, kind) = try listing.next() {
            if names.matches(name) { continue }
            let path = lane.path.appending(name)
            if names.isConflictCopy(name) {
                leave(path, .conflictCopy)
            } else if kind.isFolder(at: inbox.pushing(path)) {
                lanes.append(Lane(path: path))
            } else if RequestFileName(name) == nil {
                leave(path, kind == .regular ? .init(name: name) : .init(name: name, at: inbox.pushing(path)))
            } else {
                look(at: path, name, in: folder)
            }
        }
        return lanes
    }

    private mutating func look(at path: FilePath, _ name: FilePath.Component, in folder: borrowing OpenFile) {
        // Gone since it was listed: taken.
        guard let status = try? Kernel.status(of: FilePath(root: nil, [name]), at: folder.descriptor) else { return }
        switch status.kind {
        case .regular where status.isBrokenCopy: leave(path, .brokenCopy)
        case .regular where status.size > 0: count(path)
        case .regular: leave(path, .empty)
        case .directory, .symlink, .other: leave(path, .notAFile(status.kind))
        }
    }

    /// A folder that cannot be read is one line, and no more: the others are shown.
    private mutating func below(_ lane: Lane) {
        do {
            try walk(lane)
        } catch  where error.isNoFolder {
            return
        } catch {
            leave(lane.path, .closedFolder(error))
        }
    }

    private mutating func leave(_ path: FilePath, _ reason: LeftAloneReason) {
        left[path] = Wording.sentence(reason)
    }

    /// What is left alone, and why, in a sentence.
    var leftAlone: LeftAloneSummary<String> {
        LeftAloneSummary(left.lazy.map { .init(path: $0.key, reason: $0.value) })
    }
}
