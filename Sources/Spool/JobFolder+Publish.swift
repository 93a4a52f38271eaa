// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import Jobs
internal import Requests
package import SystemPackage

/// The way of a job's folder to where its result is published.
extension JobFolder {
    /// Renames the folder to its place in `done/` or `failed/`, by one rename. Returns the place.
    ///
    /// - Parameter passingBy: told of folders of the lane that nothing can be renamed to, where the result came into
    ///   another one for it.
    package func publish(
        in folder: FilePath, as origin: Origin, passingBy: (ResultLane.PassedBy) -> Void = { _ in }
    ) throws(Errno) -> FilePath {
        if !origin.lane.isRoot {
            try? Kernel.remove(path.appending(JobFileNames.lane), at: AT_FDCWD)
        }
        var avoided: [FileStatus.Inode: ResultLane.PassedBy] = [:]
        while true {
            switch try attempt(in: folder, as: origin, avoiding: Set(avoided.keys)) {
            case .published(let place, let passedBy):
                for one in passedBy + avoided.values { passingBy(one) }
                return place
            // One that is mounted from this very disk, for instance, looks like a folder of it.
            case .refused(let top?, let one) where one.error.trouble != .shortage && avoided.count < Self.detours:
                avoided[top] = one
            case .refused(_, let one): throw one.error
            case .laneIsGone:
                // Somebody removed the lane's folder meanwhile: make it anew. Otherwise it is this folder that is gone,
                // or `done/` itself.
                guard !origin.lane.isRoot, Kernel.isDirectory(folder), try Kernel.exists(path) else {
                    throw .noSuchFileOrDirectory
                }
            }
        }
    }

    private enum Attempt {
        case published(FilePath, [ResultLane.PassedBy])
        /// The lane's folder, and the first one on the way to it.
        case refused(FileStatus.Inode?, ResultLane.PassedBy)
        case laneIsGone
    }

    private func attempt(
        in folder: FilePath, as origin: Origin, avoiding avoided: Set<FileStatus.Inode>
    ) throws(Errno) -> Attempt {
        let lane: ResultLane
        do {
            lane = try ResultLane(origin.lane, below: folder, avoiding: avoided)
        } catch .noSuchFileOrDirectory {
            return .laneIsGone
        }
        do {
            return .published(try rename(into: lane, as: origin.stem), lane.passedBy)
        } catch .noSuchFileOrDirectory {
            return .laneIsGone
        } catch {
            return .refused(lane.top, ResultLane.PassedBy(folder: lane.path, error: error))
        }
    }

    /// How many folders of a lane are tried that nothing can be renamed to.
    private static let detours = 8

    private func rename(into lane: borrowing ResultLane, as stem: FilePath.Component) throws(Errno) -> FilePath {
        var name = FreeName()
        while true {
            let target = ResultNames.folder(stem, attempt: name.attempt)
            do {
                if name.attempt > 1 {
                    if try lane.folder.holds(target) {
                        name.wasTaken()
                        continue
                    }
                    guard name.isFree() else { continue }
                }
                try Kernel.rename(
                    path, at: AT_FDCWD, to: FilePath(root: nil, [target]), at: lane.folder.descriptor)
                return lane.path.appending(target)
            } catch .fileExists {
                name.wasTaken()
            }
        }
    }
}
