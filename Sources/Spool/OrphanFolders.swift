// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Synchronization
internal import SystemPackage

/// Folders that never became jobs and that the disk did not let go of when they should have been removed.
package final class OrphanFolders: Sendable {
    private let folders = Mutex<[JobFolder]>([])

    package init() {}

    func add(_ folder: JobFolder) {
        folders.withLock { $0.append(folder) }
    }

    /// Tries again. Blocking; runs on the ``FilePool``.
    func sweep() {
        let all = folders.withLock { folders in
            defer { folders = [] }
            return folders
        }
        for folder in all {
            do {
                if try folder.isBare() { try folder.discard() }
            } catch {
                // Where `processing/` itself is away it may come back with the folder in it.
                let isGone = error == .noSuchFileOrDirectory && Kernel.isDirectory(folder.path.removingLastComponent())
                if !isGone { add(folder) }
            }
        }
    }
}
