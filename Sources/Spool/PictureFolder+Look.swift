// SPDX-License-Identifier: Apache-2.0

package import Documents
package import FileIO
internal import Glibc
package import Jobs
internal import Requests
package import SystemPackage

/// How a folder of pictures looks, and whether all of it has come. Blocking.
extension PictureFolder {
    /// Whether somebody writes to one of its files.
    package var isBeingWritten: Bool {
        get throws(Errno) {
            var count = 0
            var listing = try DirectoryListing(".", at: files.descriptor)
            while count < Self.entryLimit, let (name, kind) = try listing.next() {
                count += 1
                if kind == .directory || names.matches(name) { continue }
                if Kernel.isOpenForWriting(FilePath(root: nil, [name]), at: files.descriptor) { return true }
            }
            return false
        }
    }

    /// How it looks with its files.
    package struct Sight: Equatable, Sendable {
        /// It changes when a file comes, goes, grows or is written anew, and not when another program leaves something of
        /// its own there, or in a folder below.
        package var identity: FileStatus.Identity
        /// When one of the files was changed, or renamed, for the last time; 0 where there is none.
        package var lastChange: Int64 = 0
    }

    package var sight: Sight {
        get throws(Errno) {
            var sight = Sight(identity: try files.status().identity)
            // An empty folder is no empty file.
            (sight.identity.size, sight.identity.modified) = (1, 0)
            try eachEntry { _, status in
                sight.identity.size &+= 1
                if status.kind == .directory { return }
                // Sums: the order in which a folder is listed may change.
                sight.identity.size &+= status.identity.size
                sight.identity.modified &+= status.identity.modified
                sight.lastChange = max(sight.lastChange, status.changed)
            }
            return sight
        }
    }

    /// Its pictures that are called after it, as the request of a job's folder is, and its results are.
    ///
    /// - Parameter folder: where it was dropped.
    package func namesakes(of folder: Origin) throws(Errno) -> [(picture: Origin, status: FileStatus)] {
        var found: [(picture: Origin, status: FileStatus)] = []
        let lane = Lane(path: folder.path)
        try eachEntry { name, status in
            let picture = Origin(lane: lane, file: name)
            if status.kind == .regular, picture.isPicture, picture.liesInFolderOfItsName {
                found.append((picture, status))
            }
        }
        return found
    }

    /// Shows what counts in it. What is gone again since it was listed is none of it.
    private func eachEntry(_ show: (FilePath.Component, FileStatus) -> Void) throws(Errno) {
        var count = 0
        var listing = try DirectoryListing(".", at: files.descriptor)
        while count < Self.entryLimit, let (name, _) = try listing.next() {
            count += 1
            if names.matches(name) { continue }
            do {
                show(name, try Kernel.statusNow(of: FilePath(root: nil, [name]), at: files.descriptor))
            } catch .noSuchFileOrDirectory {}
        }
    }

    /// What in it shows that more is to come: a picture without its end, or a text that is none as yet. `nil` where nothing
    /// does.
    package static func unfinished(_ origin: Origin, in spool: Spool, limit: Int64) -> FolderFault? {
        do throws(Errno) {
            let folder = try PictureFolder(origin.file, in: try origin.lane.open(below: spool.inbox), spool.names)
            let contents = try folder.contents()
            if let doubt = contents.doubt { return .doubtfulText(doubt) }
            for part in contents.parts where try folder.isCutOff(part.picture, limit: limit) {
                return .cutOff(part.picture)
            }
            return nil
        } catch {
            return nil
        }
    }

    private func isCutOff(_ picture: FilePath.Component, limit: Int64) throws(Errno) -> Bool {
        guard let status = try look(at: picture), status.kind == .regular else { return false }
        if status.size == 0 { return true }
        let file = try open(picture)
        return try PictureContent.kind(of: file, size: status.size, limit: limit) == .failure(.cutOff)
    }

    /// When anything in it was written at the latest: what was said before is about something else. `nil` where nobody can
    /// tell.
    package static func written(_ path: FilePath, _ names: IgnoredNames) -> Timestamp? {
        guard let folder = try? PictureFolder(at: path, names), let sight = try? folder.sight, sight.lastChange > 0
        else { return nil }
        let time = Timestamp(nanoseconds: sight.lastChange)
        return time <= .now ? time : nil
    }
}
