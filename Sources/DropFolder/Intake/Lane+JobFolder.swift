// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

extension Lane {
    /// The outermost folder with a journal in it that this one is or lies in: the folder of a job or a batch that was
    /// put back, and what is in it, at any depth, is no request of its own, since it may be paid for already. `nil`
    /// where there is none. Blocking.
    func enclosingJobFolder(in inbox: FilePath) throws(Errno) -> Origin? {
        var above = FilePath()
        for component in path.components {
            let folder = Origin(lane: Lane(path: above), file: component)
            above.append(component)
            if try Kernel.exists(inbox.pushing(above).appending(Journal.fileName)) { return folder }
        }
        return nil
    }
}
