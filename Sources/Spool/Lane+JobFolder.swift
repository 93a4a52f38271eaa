// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import FileIO
internal import Glibc
package import Jobs
internal import Requests
package import SystemPackage

extension Lane {
    /// The outermost folder with a journal in it that this one is or lies in: the folder of a job or a batch that was
    /// put back, and what is in it, at any depth, is no request of its own, since it may be paid for already. `nil`
    /// where there is none. Blocking.
    ///
    /// - Throws: `Errno`; where the lane is no more, one that ``Errno/isNoFolder`` tells.
    package func enclosingJobFolder(in inbox: FilePath) throws(Errno) -> Origin? {
        if isRoot { return nil }
        // From folder to folder: a path with a name behind it may be longer than one may be.
        let flags = BD_O_PATH | O_DIRECTORY | O_NOFOLLOW
        var folder = try Kernel.open(inbox, BD_O_PATH | O_DIRECTORY)
        var above = FilePath()
        for component in path.components {
            folder = try Kernel.open(FilePath(root: nil, [component]), at: folder.descriptor, flags)
            if try folder.holds(JobFileNames.journal) { return Origin(lane: Lane(path: above), file: component) }
            above.append(component)
        }
        return nil
    }
}
