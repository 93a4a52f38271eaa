// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Requests
internal import Spool
internal import Synchronization
internal import SystemPackage

/// Folders of pictures that are batches: each is one thing that waits, whatever is in it.
extension InboxScan {
    /// Those of a lane's folders that are batches; they are looked at, and are no lanes. Blocking.
    func sort(
        _ lane: Lane, folders names: [FilePath.Component], _ effort: Effort, in folder: borrowing OpenFile
    ) -> Set<FilePath.Component> {
        // What was noted before the first folder came stays: it is a hint, no more.
        if names.isEmpty { return [] }
        let areTaken = takesFolders(lane)
        Self.keep(lane, in: folderLanes, areTaken)
        var batches: Set<FilePath.Component> = []
        for name in names {
            if areTaken, PictureFolder.isOne(name, in: folder) {
                batches.insert(name)
                lookUnlessWaiting(Origin(lane: lane, file: name), effort)
            } else {
                isLane(Origin(lane: lane, file: name))
            }
        }
        return batches
    }

    /// What was a folder of pictures is a lane by now: what was said of it as one holds no more.
    private func isLane(_ origin: Origin) {
        leftAlone.isLane(origin.path)
        // The folder of a job that is put back is none.
        guard holds.mayContain(origin), !isJobFolder(origin) else { return }
        holds.forget([origin.file], in: origin.lane)
    }

    private func isJobFolder(_ origin: Origin) -> Bool {
        (try? Kernel.exists(spool.inbox.pushing(origin.path).appending(JobFileNames.journal))) ?? true
    }

    /// The folder of pictures that a lane is, or lies in, which is a batch; `nil` where there is none. Blocking.
    func pictureFolder(enclosing lane: Lane) -> Origin? {
        guard !lane.isRoot, let folder = pictureFolderAround(lane) else { return nil }
        // From here on the events in it are those of the folder.
        folderLanes.withLock { _ = $0.insert(folder.lane) }
        return folder
    }

    /// Whether a lane may be such a folder, or lie in one, as far as somebody has looked. Does not block.
    func mayLieInPictureFolder(_ lane: Lane) -> Bool {
        folderLanes.withLock { lanes in
            !lanes.isEmpty && lane.chain.dropLast().contains { lanes.contains($0) }
        }
    }
}
