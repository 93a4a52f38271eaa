// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import Spending
package import Spool
internal import SystemPackage

/// Finds jobs by their names, wherever they are: in the inbox, under way, or at their end. Blocking.
///
/// A job moves from the inbox on, so it is looked for in that order: what has left one place in the meantime is in a
/// later one.
package struct JobSearch: Sendable {
    private let spool: Spool

    /// In this spool.
    package init(_ spool: Spool) {
        self.spool = spool
    }

    private struct Found {
        /// Its request file.
        var file: FilePath
        var origin: Origin
        /// When its journal was last written to; the file itself where it has none yet.
        var changed: Timestamp
        /// Whether it has failed, and surely cost nothing: another drop of it is another try.
        var hasFailedForFree = false
    }

    /// The latest job of that name; `nil` where there is none.
    ///
    /// - Parameter name: `acme/hero`, as status and the log name it; the path of its file, or of its result, will do.
    /// - Throws: `Errno` where the spool cannot be read.
    package func job(named name: String) throws -> DroppedFile? {
        guard let (lane, stem) = Self.parts(of: name) else { return nil }
        let found = try waiting(stem, in: lane) ?? underWay(stem, in: lane).last ?? ended(stem, in: lane).last
        return try found.flatMap(dropped)
    }

    /// The job of a file of that name with the very same bytes, where it is waiting, under way, or at its end since not
    /// long; `nil` where dropping it is no repetition.
    func same(as bytes: [UInt8], _ origin: Origin) throws(Errno) -> DroppedFile? {
        let file = origin.lane.folder(below: spool.inbox).appending(origin.file)
        if Self.holds(file, bytes), let found = try dropped(Found(file: file, origin: origin, changed: .now)) {
            return found
        }
        let oldest = Timestamp.now.milliseconds - Int64(RepeatGuard.days) * 86_400_000
        let all = try underWay(origin.stem, in: origin.lane) + ended(origin.stem, in: origin.lane)
        let found = all.last { found in
            found.origin.file == origin.file && !found.hasFailedForFree && found.changed.milliseconds > oldest
                && Self.holds(found.file, bytes)
        }
        return try found.flatMap(dropped)
    }

    private static func parts(of name: String) -> (lane: Lane, stem: FilePath.Component)? {
        guard let lane = Lane(text: name), let last = lane.path.lastComponent else { return nil }
        var folder = lane.path.removingLastComponent()
        for base in ["inbox", "done", "failed"] as [FilePath] where folder.starts(with: base) {
            _ = folder.removePrefix(base)
            break
        }
        return (Lane(path: folder), RequestFileName(last)?.stem ?? last)
    }

    private func dropped(_ found: Found) throws(Errno) -> DroppedFile? {
        do {
            return DroppedFile(spool: spool, origin: found.origin, place: try Kernel.openPlace(found.file))
        } catch  where error.isNoFolder {
            return nil
        }
    }

    private static func holds(_ file: FilePath, _ bytes: [UInt8]) -> Bool {
        guard let open = try? Kernel.open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let status = try? open.status(), status.kind == .regular, status.size == bytes.count
        else { return false }
        return (try? open.readAll(limit: bytes.count + 1, expecting: bytes.count)) == bytes
    }

    // MARK: The places

    private func waiting(_ stem: FilePath.Component, in lane: Lane) throws(Errno) -> Found? {
        let folder = lane.folder(below: spool.inbox)
        for name in try Self.names(in: folder) where RequestFileName(name)?.stem == stem {
            return Found(file: folder.appending(name), origin: Origin(lane: lane, file: name), changed: .now)
        }
        return nil
    }

    /// Oldest first. Nothing for whoever may not look into `processing/`.
    private func underWay(_ stem: FilePath.Component, in lane: Lane) throws(Errno) -> [Found] {
        let folders: [FilePath.Component]
        do {
            folders = try Self.names(in: spool.processing)
        } catch .permissionDenied {
            return []
        }
        return folders.filter { ResultNames.isJob($0, of: stem) }
            .compactMap { look(spool.processing.appending($0)) }
            .filter { $0.origin.lane == lane && $0.origin.stem == stem }
            .sorted { $0.changed < $1.changed }
    }

    /// The latest last.
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
        return all.sorted { $0.changed < $1.changed }
    }

    /// `nil` where it is no job's folder, or gone meanwhile.
    private func look(_ folder: FilePath) -> Found? {
        guard let bytes = try? Journal.read(in: folder), let job = (try? JournalText(bytes))?.job,
            let status = try? Kernel.status(of: folder.appending(JobFileNames.journal), at: AT_FDCWD)
        else { return nil }
        var found = Found(
            file: folder.appending(job.origin.keptName), origin: job.origin,
            changed: Timestamp(nanoseconds: status.identity.modified))
        if case .failed(let why)? = job.outcome { found.hasFailedForFree = why.charge == .no }
        return found
    }

    private static func names(in folder: FilePath) throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        do {
            var listing = try DirectoryListing(folder)
            while let (name, _) = try listing.next() { names.append(name) }
        } catch  where error.isNoFolder {
            return []
        }
        return names
    }
}
