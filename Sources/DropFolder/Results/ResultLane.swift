// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// A lane's folder below `done/` or `failed/`, made where it is missing, and held by its descriptor: who may write there
/// may swap it for something else at any moment. Blocking.
struct ResultLane: ~Copyable {
    let folder: OpenFile
    /// Its place when it was opened.
    let path: FilePath

    /// A name that a published result, a file or somebody's symlink has taken gets `-2`: a result that somebody has
    /// seen must not change.
    init(_ lane: Lane, below base: FilePath) throws(Errno) {
        var folder = try Kernel.open(base, O_RDONLY | O_DIRECTORY)
        var path = base
        for component in lane.path.components {
            var attempt = 1
            while true {
                let name = ResultNames.folder(component, attempt: attempt)
                if let below = try Self.enter(FilePath(root: nil, [name]), in: folder) {
                    folder = below
                    path.append(name)
                    break
                }
                attempt += 1
            }
        }
        self.folder = folder
        self.path = path
    }

    /// `nil` where the name is taken by something that results cannot be put into.
    private static func enter(_ name: FilePath, in folder: borrowing OpenFile) throws(Errno) -> OpenFile? {
        do {
            try Kernel.makeDirectory(name, at: folder.descriptor)
        } catch .fileExists {}
        do {
            let lane = try Kernel.open(name, at: folder.descriptor, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            for mark in [ResultSummary.fileName, BatchSummary.fileName] {
                if try lane.holds(mark) { return nil }
            }
            if Kernel.isWritable(lane) { return lane }
            return nil
        } catch .notDirectory, .tooManySymbolicLinkLevels {
            return try elsewhere(name, in: folder)
        } catch .permissionDenied {
            return nil
        }
    }

    /// An administrator's way to keep a lane's results elsewhere is a symlink. Anybody else's could lead them to where
    /// only the daemon may write.
    private static func elsewhere(_ name: FilePath, in folder: borrowing OpenFile) throws(Errno) -> OpenFile? {
        do {
            let link = try Kernel.openPlace(name, at: folder.descriptor)
            let status = try link.status()
            guard status.kind == .symlink, status.owner == 0 || status.owner == geteuid() else { return nil }
            // Of the link that was looked at, whatever has its name by now (readlinkat(2), an empty path).
            let target = try Kernel.readSymlink(FilePath(), at: link.descriptor)
            let lane = try Kernel.open(target, at: folder.descriptor, O_RDONLY | O_DIRECTORY)
            if Kernel.isWritable(lane) { return lane }
            return nil
        } catch  where error.isNoFolder || error == .permissionDenied {
            return nil
        }
    }
}
