// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
package import SystemPackage

/// A lane's folder below `done/` or `failed/`, made where it is missing, and held by its descriptor: who may write there
/// may swap it for something else at any moment. Blocking.
package struct ResultLane: ~Copyable {
    /// A folder that would be the lane's, and why nothing can be put into it.
    package struct PassedBy: Equatable, Sendable {
        package var folder: FilePath
        var error: Errno
    }

    let folder: OpenFile
    /// Its place when it was opened.
    let path: FilePath
    /// The first folder on the way; `nil` where there is none.
    let top: FileStatus.Inode?
    let passedBy: [PassedBy]

    private static let distant = DistantFolders()
    /// How many names are tried: more than anybody has taken in earnest.
    private static let attempts = 1000

    /// A name that a published result, a file or somebody's symlink has taken gets `-2`: a result that somebody has
    /// seen must not change. So does one that leads to where nothing of this disk can be renamed to.
    ///
    /// - Parameter avoided: folders that have proved to be so.
    init(_ lane: Lane, below base: FilePath, avoiding avoided: Set<FileStatus.Inode> = []) throws(Errno) {
        let lane = lane.ofResults
        var folder = try Kernel.open(base, O_RDONLY | O_DIRECTORY)
        let device = lane.isRoot ? 0 : try folder.status().device
        var path = base
        var top: FileStatus.Inode?
        var passedBy: [PassedBy] = []
        for component in lane.path.components {
            var attempt = 1
            search: while true {
                let name = ResultNames.folder(component, attempt: attempt)
                switch try Self.enter(FilePath(root: nil, [name]), in: folder, on: device) {
                case .lane(let below):
                    let found = try below.status().place
                    if avoided.contains(found) { break }
                    folder = below
                    top = top ?? found
                    path.append(name)
                    break search
                case .elsewhere(let error): passedBy.append(PassedBy(folder: path.appending(name), error: error))
                case .taken: break
                }
                attempt += 1
                if attempt > Self.attempts { throw .permissionDenied }
            }
        }
        self.folder = folder
        self.path = path
        self.top = top
        self.passedBy = passedBy
    }

    /// What stands under a name.
    private enum Entry: ~Copyable {
        case lane(OpenFile)
        /// Something that results cannot be put into.
        case taken
        /// A folder that nothing can be renamed to.
        case elsewhere(Errno)
    }

    private static func enter(
        _ name: FilePath, in folder: borrowing OpenFile, on device: UInt64
    ) throws(Errno) -> Entry {
        var isNew = true
        do {
            try Kernel.makeDirectory(name, at: folder.descriptor)
        } catch .fileExists {
            isNew = false
        }
        // Before it is opened: what is mounted there may not answer.
        if !isNew, Kernel.isMountPoint(name, at: folder.descriptor) { return .elsewhere(.improperLink) }
        do {
            let lane = try Kernel.open(name, at: folder.descriptor, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            if try lane.status().device != device { return .elsewhere(.improperLink) }
            for mark in [ResultSummary.fileName, BatchSummary.fileName] {
                if try lane.holds(mark) { return .taken }
            }
            if Kernel.isWritable(lane) { return .lane(lane) }
        } catch .notDirectory, .tooManySymbolicLinkLevels {
            return try elsewhere(name, in: folder, on: device)
        } catch .permissionDenied {
        }
        guard isNew else { return .taken }
        // Whatever is made here cannot be written to, such as under a default access list (acl(5)): no other will be.
        try? Kernel.removeDirectory(name, at: folder.descriptor)
        throw .permissionDenied
    }

    /// An administrator's way to keep a lane's results elsewhere is a symlink. Anybody else's could lead them to where
    /// only the daemon may write.
    private static func elsewhere(
        _ name: FilePath, in folder: borrowing OpenFile, on device: UInt64
    ) throws(Errno) -> Entry {
        do {
            let link = try Kernel.openPlace(name, at: folder.descriptor)
            let status = try link.status()
            guard status.kind == .symlink, status.owner == 0 || status.owner == geteuid() else { return .taken }
            // Of the link that was looked at, whatever has its name by now (readlinkat(2), an empty path).
            let target = try Kernel.readSymlink(FilePath(), at: link.descriptor)
            let lane = try distant.open(target, at: folder)
            if try lane.status().device != device { return .elsewhere(.improperLink) }
            if Kernel.isWritable(lane) { return .lane(lane) }
            return .taken
        } catch  where error.isNoFolder || error == .permissionDenied {
            return .taken
        } catch  where error.trouble == .fileSystem {
            return .elsewhere(error)
        }
    }
}
