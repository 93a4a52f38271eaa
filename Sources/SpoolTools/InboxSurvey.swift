// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Requests
internal import Spool
internal import SystemPackage

/// What lies in the inbox: as far as the disk alone can tell, and what only the daemon knows. Blocking.
struct InboxSurvey: Sendable {
    private struct Group: Hashable {
        /// Of the inbox; empty for the inbox itself.
        var folder: FilePath
        var why: String
    }

    /// Request files, and the folders of jobs that were put back, by the folder of the inbox.
    private var waitingIn: [FilePath: Int] = [:]
    /// Why files are left alone; a sentence without its full stop.
    private var left: [FilePath: String] = [:]
    /// The same of files for which only the daemon has found a reason.
    private var told: [FilePath: String] = [:]
    /// How many the daemon leaves alone in all, and how many of them it has named and only it knows why.
    private var counted: [Group: Int] = [:]
    private var confirmed: [Group: Int] = [:]
    private var unnamed: [LeftAloneSummary<String>.Rest] = []
    private let inbox: FilePath
    private let names: IgnoredNames

    /// - Parameter page: what the daemon wrote last; `nil` where none runs.
    init(_ inbox: FilePath, _ names: IgnoredNames, and page: DocumentNode?) throws(Errno) {
        self.inbox = inbox
        self.names = names
        for entry in page?["left_alone"]?.list ?? [] {
            guard let path = NameText.path(entry["file"]), let why = entry["why"]?.text else { continue }
            told[path] = why
            counted[Self.group(path, why), default: 0] += 1
        }
        for rest in page?["left_alone_more"]?.list ?? [] {
            guard let folder = NameText.path(rest["folder"]), let why = rest["why"]?.text else { continue }
            counted[Group(folder: folder, why: why), default: 0] += rest["files"]?.integer ?? 0
        }
        try walk(.root)
        passOverUnnamed()
    }

    private static func group(_ path: FilePath, _ why: String) -> Group {
        Group(folder: LeftAloneSummary<String>.folder(of: path), why: why)
    }

    /// What the daemon leaves alone beside those that it names does not wait, either.
    private mutating func passOverUnnamed() {
        for (group, named) in confirmed {
            let more = min(counted[group, default: 0] - named, waitingIn[group.folder, default: 0])
            if more <= 0 { continue }
            waitingIn[group.folder, default: 0] -= more
            unnamed.append(.init(folder: group.folder, reason: group.why, count: more))
        }
    }

    /// Request files, and the folders of jobs that were put back.
    var waiting: Int { waitingIn.values.reduce(0, +) }

    /// It may be taken, unless the daemon has found a reason to leave it alone.
    private mutating func count(_ path: FilePath) {
        guard let why = told[path] else {
            waitingIn[LeftAloneSummary<String>.folder(of: path), default: 0] += 1
            return
        }
        left[path] = why
        confirmed[Self.group(path, why), default: 0] += 1
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
        if lane.tooDeep != nil { return leave(lane.path, .deepFolder) }
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
        LeftAloneSummary(left.lazy.map { .init(path: $0.key, reason: $0.value) }, and: unnamed)
    }
}
