// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import Jobs
internal import Requests
internal import Spending
package import SystemPackage

/// Finds jobs by their names, wherever they are: in the inbox, under way, or at their end. Blocking.
///
/// A job moves from the inbox on, so it is looked for in that order: what has left one place in the meantime is in a
/// later one. What is found is held by its descriptor from then on, and whatever is asked about it is asked there: a
/// path may lead nowhere a moment later. Only a claim that is given up moves a file back: so the inbox is looked at last
/// once more.
package struct JobSearch: Sendable {
    private let spool: Spool

    /// In this spool.
    package init(_ spool: Spool) {
        self.spool = spool
    }

    private struct Found {
        var file: DroppedFile
        /// When its journal was last written to.
        var changed: Timestamp
        /// Whether it has failed, and surely cost nothing: another drop of it is another try.
        var hasFailedForFree: Bool
    }

    /// The latest job of that name; `nil` where there is none.
    ///
    /// - Parameter name: `acme/hero`, as status and the log name it; the path of its file, or of its result, will do.
    /// - Throws: `Errno` where the spool cannot be read.
    package func job(named name: String) throws(Errno) -> DroppedFile? {
        guard let (lane, stem) = Self.parts(of: name) else { return nil }
        if let file = try waiting(stem, in: lane) { return file }
        if let file = latest(try underWay(stem, in: lane)) { return file }
        if let file = latest(try ended(stem, in: lane)) { return file }
        return try waiting(stem, in: lane)
    }

    /// The job of a file of that name with the very same bytes, where it is waiting, under way, or at its end since not
    /// long; `nil` where dropping it is no repetition.
    package func same(as bytes: [UInt8], _ origin: Origin) throws(Errno) -> DroppedFile? {
        if let file = try waiting(origin), file.holds(bytes) { return file }
        let oldest = Timestamp.now.milliseconds - Int64(RepeatGuard.days) * 86_400_000
        let isSame = { (found: Found) in
            found.file.origin.file == origin.file && !found.hasFailedForFree && found.changed.milliseconds > oldest
                && found.file.holds(bytes)
        }
        let underWay = try underWay(origin.stem, in: origin.lane).filter(isSame)
        if let file = latest(try underWay + ended(origin.stem, in: origin.lane).filter(isSame)) { return file }
        if let file = try waiting(origin), file.holds(bytes) { return file }
        return nil
    }

    /// Whether a part of that name belongs to a batch that waits or is under way, and to which: what is no job itself may
    /// still be something that people have seen the name of.
    ///
    /// - Throws: `Errno` where the spool cannot be read.
    package func batch(ofPartNamed name: String) throws(Errno) -> String? {
        guard let (lane, part) = Self.parts(of: name), let (above, stem) = Self.parts(of: lane.text) else { return nil }
        let places = try Self.names(in: spool.processing, unlessClosed: true)
        for place in places where ResultNames.isJob(place, of: stem) {
            let folder = spool.processing.appending(place)
            guard let found = look(folder), found.file.origin.lane == above, found.file.origin.stem == stem else {
                continue
            }
            if Kernel.isDirectory(folder.appending(part)) { return found.file.origin.jobName }
        }
        return nil
    }

    /// The names of jobs that wait or are under way in other lanes, and are called the same; not more than a few.
    package func others(named name: String) throws(Errno) -> [String] {
        guard let (_, stem) = Self.parts(of: name) else { return [] }
        var others: Set<String> = []
        for place in try Self.names(in: spool.processing, unlessClosed: true) where ResultNames.isJob(place, of: stem) {
            if let found = look(spool.processing.appending(place)), found.file.origin.stem == stem {
                others.insert(found.file.origin.jobName)
            }
        }
        var (lanes, looks) = ([Lane.root], Self.lookLimit)
        while let lane = lanes.popLast(), looks > 0 {
            guard let folder = try? lane.open(below: spool.inbox),
                var listing = try? DirectoryListing(".", at: folder.descriptor)
            else { continue }
            while looks > 0, let (file, kind) = try? listing.next() {
                looks -= 1
                if RequestFileName(file)?.stem == stem { others.insert(Origin(lane: lane, file: file).jobName) }
                let path = lane.path.appending(file)
                if kind == .directory, path.components.count < Lane.depthLimit { lanes.append(Lane(path: path)) }
            }
        }
        return others.sorted().prefix(3).map(\.self)
    }

    /// So many entries of the inbox are looked at for that: whoever has mistyped a name does not wait.
    private static let lookLimit = 20_000

    private func latest(_ all: [Found]) -> DroppedFile? { all.max { $0.changed < $1.changed }?.file }

    private static func parts(of name: String) -> (lane: Lane, stem: FilePath.Component)? {
        guard let lane = Lane(text: name), let last = lane.path.lastComponent else { return nil }
        var folder = lane.path.removingLastComponent()
        for base in ["inbox", "done", "failed"] as [FilePath] where folder.starts(with: base) {
            _ = folder.removePrefix(base)
            break
        }
        let folderOfLast = Lane(path: folder)
        return (folderOfLast, Origin(lane: folderOfLast, file: last).stem)
    }

    // MARK: The places

    private func waiting(_ stem: FilePath.Component, in lane: Lane) throws(Errno) -> DroppedFile? {
        let origins = try Self.names(in: lane.folder(below: spool.inbox)).map { Origin(lane: lane, file: $0) }
            .filter { $0.stem == stem }
        let pictures = origins.filter(\.isPicture)
        let areTaken = !pictures.isEmpty && lane.takesPictures(in: spool.inbox)
        // Before the text beside a picture, which may be called as a request is.
        for origin in (areTaken ? pictures : []) + origins.filter({ !$0.isPicture }) {
            if isPictureFolder(origin) { return try waiting(origin.asFolder) }
            guard origin.isPicture || RequestFileName(origin.file) != nil else { continue }
            if let file = try waiting(origin) { return file }
        }
        return nil
    }

    /// Whether it is a folder of pictures that is a batch.
    private func isPictureFolder(_ origin: Origin) -> Bool {
        guard let lane = try? origin.lane.open(below: spool.inbox), PictureFolder.isOne(origin.file, in: lane) else {
            return false
        }
        return origin.lane.takesFolders(in: spool.inbox)
    }

    private func waiting(_ origin: Origin) throws(Errno) -> DroppedFile? {
        do {
            let place = try Kernel.openPlace(origin.lane.folder(below: spool.inbox).appending(origin.file))
            return DroppedFile(spool: spool, origin: origin, place: place)
        } catch  where error.isNoFolder {
            return nil
        }
    }

    /// Nothing for whoever may not look into `processing/`.
    private func underWay(_ stem: FilePath.Component, in lane: Lane) throws(Errno) -> [Found] {
        return try Self.names(in: spool.processing, unlessClosed: true).filter { ResultNames.isJob($0, of: stem) }
            .compactMap { look(spool.processing.appending($0)) }
            .filter { $0.file.origin.lane == lane && $0.file.origin.stem == stem }
    }

    private func ended(_ stem: FilePath.Component, in lane: Lane) throws(Errno) -> [Found] {
        var all: [Found] = []
        for base in [spool.done, spool.failed] {
            var attempt = 1
            while true {
                let folder = lane.published.folder(below: base).appending(ResultNames.folder(stem, attempt: attempt))
                guard try Kernel.exists(folder) else { break }
                if let found = look(folder) { all.append(found) }
                attempt += 1
            }
        }
        return all
    }

    /// `nil` where it is no job's folder, or gone meanwhile.
    private func look(_ path: FilePath) -> Found? {
        guard let folder = try? Kernel.openPlace(path), let bytes = try? Journal.read(in: folder),
            let job = (try? JournalText(bytes))?.job,
            let status = try? Kernel.status(
                of: FilePath(root: nil, [JobFileNames.journal]), at: folder.descriptor),
            let place = try? Kernel.openPlace(FilePath(root: nil, [job.origin.keptName]), at: folder.descriptor)
        else { return nil }
        var isFree = false
        if case .failed(let why)? = job.outcome { isFree = why.charge == .no }
        return Found(
            file: DroppedFile(spool: spool, origin: job.origin, place: place),
            changed: Timestamp(nanoseconds: status.identity.modified), hasFailedForFree: isFree)
    }

    /// - Parameter unlessClosed: whether a folder that this user may not look into has no names.
    private static func names(
        in folder: FilePath, unlessClosed: Bool = false
    ) throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        do {
            var listing = try DirectoryListing(folder)
            while let (name, _) = try listing.next() { names.append(name) }
        } catch  where error.isNoFolder || unlessClosed && error == .permissionDenied {
            return []
        }
        return names
    }
}
