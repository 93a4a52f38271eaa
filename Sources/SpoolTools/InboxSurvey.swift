// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import Spool
internal import SpoolState
internal import SystemPackage

/// What lies in the inbox, as far as the disk alone can tell. Blocking.
struct InboxSurvey: Sendable {
    /// Request files, and the folders of jobs that were put back, by lane.
    private var waitingIn: [Lane: Int] = [:]
    /// Some of them.
    private var first: [String] = []
    /// Why files are left alone; a sentence without its full stop.
    private var left: [FilePath: String] = [:]
    private let inbox: FilePath
    private let names: IgnoredNames
    private let defaults: LaneDefaults

    init(_ inbox: FilePath, _ names: IgnoredNames) throws(Errno) {
        self.inbox = inbox
        self.names = names
        defaults = LaneDefaults(inbox: inbox, quiet: { .zero }, rules: { RequestRules() })
        try walk(.root)
    }

    /// Nobody knows whose turn is next before a daemon runs: those that are named are the first that were found.
    var queue: SpoolState.Queue {
        var queue = SpoolState.Queue()
        queue.count = waitingIn.values.reduce(0, +)
        queue.lanes = waitingIn.sorted { ($1.value, $0.key.text) < ($0.value, $1.key.text) }
            .prefix(SpoolState.laneLimit).map { .init(name: $0.key.text, files: $0.value) }
        queue.next = first.map { .init(name: $0) }
        return queue
    }

    private mutating func count(_ name: FilePath.Component, in lane: Lane) {
        waitingIn[lane, default: 0] += 1
        if first.count < SpoolState.nextLimit { first.append(Origin(lane: lane, file: name).jobName) }
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
            case .job: if let origin = Origin(folder: lane) { count(origin.file, in: origin.lane) }
            case .leftAlone(let reason): leave(lane.path, reason)
            case .noJob: break
            }
            return []
        }
        let takesPictures = defaults.pictures(in: lane) == .each
        let takesFolders = takesPictures && defaults.folders(in: lane) == .batch
        var (lanes, pictures): ([Lane], [(FilePath.Component, DirectoryListing.Kind)]) = ([], [])
        var texts: [(Sidecar, DirectoryListing.Kind)] = []
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (name, kind) = try listing.next() {
            let verdict = names.verdict(on: name)
            if verdict == .ignored { continue }
            if verdict == .conflictCopy {
                leave(lane.path.appending(name), .conflictCopy)
            } else if isWord(name, in: lane, folder) {
                continue
            } else if kind.isFolder(at: inbox.pushing(lane.path.appending(name))) {
                if takesFolders, PictureFolder.isOne(name, in: folder) {
                    look(atFolder: name, in: lane, folder)
                } else {
                    lanes.append(Lane(path: lane.path.appending(name)))
                }
            } else if verdict == .request {
                if takesPictures, let picture = Self.picture(ofText: name, in: folder) {
                    leave(lane.path.appending(name), .textOf(picture))
                } else {
                    look(at: name, in: lane, folder)
                }
            } else if PictureName.stem(of: name) != nil {
                pictures.append((name, kind))
            } else if let text = Sidecar(name) {
                texts.append((text, kind))
            } else {
                leave(name, kind, in: lane)
            }
        }
        let added = takesPictures && !pictures.isEmpty ? (try? defaults.look(at: lane))?.with ?? [] : []
        for (name, kind) in pictures {
            if !takesPictures {
                leave(name, kind, in: lane)
            } else if added.contains(.file(name, in: lane)) {
                leave(lane.path.appending(name), .addedToEach)
            } else {
                look(at: name, in: lane, folder)
            }
        }
        for (text, kind) in texts {
            if takesPictures {
                leave(lane.path.appending(text.name), try text.picture(in: folder).map { .textOf($0) } ?? .textAlone)
            } else {
                leave(text.name, kind, in: lane)
            }
        }
        return lanes
    }

    /// The picture that goes with what is called as a request is; `nil` where it is a request of its own.
    private static func picture(
        ofText name: FilePath.Component, in folder: borrowing OpenFile
    ) -> FilePath.Component? {
        guard let text = Sidecar(name), (try? text.isText(in: folder)) == true else { return nil }
        return (try? text.picture(in: folder)) ?? nil
    }

    private mutating func leave(_ name: FilePath.Component, _ kind: DirectoryListing.Kind, in lane: Lane) {
        let path = lane.path.appending(name)
        leave(path, kind == .regular ? .init(name: name) : .init(name: name, at: inbox.pushing(path)))
    }

    /// Whether it is a word, which the daemon takes, or has a reason not to.
    private mutating func isWord(
        _ name: FilePath.Component, in lane: Lane, _ folder: borrowing OpenFile
    ) -> Bool {
        guard let word = SteeringWord(name) else { return false }
        switch SteeringLook(name, word, in: folder) {
        case .gone, .word: return true
        case .pause(_, let isFolder): return !isFolder
        case .leftAlone(let reason):
            leave(lane.path.appending(name), reason)
            return true
        case .lane: return false
        }
    }

    private mutating func look(at name: FilePath.Component, in lane: Lane, _ folder: borrowing OpenFile) {
        // Gone since it was listed: taken.
        guard let status = try? Kernel.status(of: FilePath(root: nil, [name]), at: folder.descriptor) else { return }
        switch status.kind {
        case .regular where status.isBrokenCopy: leave(lane.path.appending(name), .brokenCopy)
        case .regular where status.size > 0: count(name, in: lane)
        case .regular: leave(lane.path.appending(name), .empty)
        case .directory, .symlink, .other: leave(lane.path.appending(name), .notAFile(status.kind))
        }
    }

    /// A folder of pictures that is a batch: one thing that waits, whatever is in it.
    private mutating func look(
        atFolder name: FilePath.Component, in lane: Lane, _ folder: borrowing OpenFile
    ) {
        // Gone since it was listed: taken.
        guard let pictures = try? PictureFolder(name, in: folder, names),
            let reason = try? pictures.reasonToStay(called: name)
        else { return }
        switch reason {
        case .leftAlone(let reason): leave(lane.path.appending(name), reason)
        case .taken: count(name, in: lane)
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
        LeftAloneSummary(left.lazy.map { .init(path: $0.key, reason: $0.value) })
    }
}
