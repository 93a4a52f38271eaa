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

/// What lies in the inbox, as far as the disk alone can tell. Blocking.
struct InboxSurvey: Sendable {
    /// Request files, and the folders of jobs that were put back.
    private(set) var waiting = 0
    private var left: [ForeignFiles.Entry] = []
    private let inbox: FilePath
    private let names: IgnoredNames

    /// How many files that are left alone are named.
    private static let limit = StatusPage.leftAloneLimit

    init(_ inbox: FilePath, _ names: IgnoredNames) throws(Errno) {
        self.inbox = inbox
        self.names = names
        try walk(.root)
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
                leave(path, .init(name: name))
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
        left.append(.init(path: path, reason: reason))
    }

    /// The first by name, and how many there are; with what only the daemon knows, as it wrote last.
    func leftAlone(and page: DocumentNode?) -> (first: [LeftFile], count: Int) {
        var all = Dictionary(
            left.map { ($0.path, Wording.sentence($0.reason)) }, uniquingKeysWith: { first, _ in first })
        for entry in page?["left_alone"]?.list ?? [] {
            guard let path = NameText.path(entry["file"]), let why = entry["why"]?.text, all[path] == nil else {
                continue
            }
            // It may have gone since.
            if (try? Kernel.exists(inbox.pushing(path))) == true { all[path] = why }
        }
        let first = all.sorted { $0.key.string < $1.key.string }.prefix(Self.limit)
        return (first.map { LeftFile(file: Wording.path($0.key), why: $0.value) }, all.count)
    }
}
