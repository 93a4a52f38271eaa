// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// A file that is left alone in the inbox.
public struct LeftFile: Equatable, Sendable {
    /// Relative to the inbox, in one line.
    public let file: String
    /// Why; a sentence without its full stop.
    public let why: String
}

/// What lies in the inbox: as far as the disk alone can tell, and what only the daemon knows. Blocking.
struct InboxSurvey: Sendable {
    /// Request files, and the folders of jobs that were put back.
    private(set) var waiting = 0
    /// Why files are left alone; a sentence without its full stop.
    private var left: [FilePath: String] = [:]
    private let inbox: FilePath
    private let names: IgnoredNames

    /// How many files that are left alone are named.
    private static let limit = StatusPage.leftAloneLimit

    /// - Parameter page: what the daemon wrote last; `nil` where none runs.
    init(_ inbox: FilePath, _ names: IgnoredNames, and page: DocumentNode?) throws(Errno) {
        self.inbox = inbox
        self.names = names
        try walk(.root)
        for entry in page?["left_alone"]?.list ?? [] {
            guard let path = NameText.path(entry["file"]), let why = entry["why"]?.text else { continue }
            believe(path, why)
        }
    }

    /// The daemon has found a reason to leave it alone.
    private mutating func believe(_ path: FilePath, _ why: String) {
        guard left[path] == nil, let name = path.lastComponent, !names.matches(name) else { return }
        // It may have gone since.
        guard let kind = try? Kernel.status(of: inbox.pushing(path), at: AT_FDCWD).kind else { return }
        left[path] = why
        let isJob = kind == .directory && (try? Kernel.exists(inbox.pushing(path).appending(Journal.fileName))) == true
        if isJob || kind == .regular && RequestFileName(name) != nil { waiting -= 1 }
    }

    private mutating func walk(_ lane: Lane) throws(Errno) {
        var lanes: [Lane] = []
        var listing = try DirectoryListing(lane.folder(below: inbox))
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
                look(at: path)
            }
        }
        for lane in lanes { try below(lane) }
    }

    private mutating func look(at path: FilePath) {
        // Gone since it was listed: taken.
        guard let status = try? Kernel.status(of: inbox.pushing(path), at: AT_FDCWD) else { return }
        switch status.kind {
        case .regular where status.isBrokenCopy: leave(path, .brokenCopy)
        case .regular where status.size > 0: waiting += 1
        case .regular: leave(path, .empty)
        case .directory, .symlink, .other: leave(path, .notAFile(status.kind))
        }
    }

    private mutating func below(_ lane: Lane) throws(Errno) {
        do {
            if try Kernel.exists(lane.folder(below: inbox).appending(Journal.fileName)) {
                waiting += 1
            } else {
                try walk(lane)
            }
        } catch .noSuchFileOrDirectory {
            return
        } catch .permissionDenied {
            leave(lane.path, .closedFolder(.permissionDenied))
        }
    }

    private mutating func leave(_ path: FilePath, _ reason: ForeignFiles.Reason) {
        left[path] = Wording.sentence(reason)
    }

    /// The first by name, and how many there are.
    var leftAlone: (first: [LeftFile], count: Int) {
        let first = left.sorted { $0.key.string < $1.key.string }.prefix(Self.limit)
        return (first.map { LeftFile(file: Wording.path($0.key), why: $0.value) }, left.count)
    }
}
