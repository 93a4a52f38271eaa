// SPDX-License-Identifier: Apache-2.0

package import FileIO
internal import Glibc
internal import Requests
package import SystemPackage

extension Lane {
    /// Opens the lane's folder below `base`. Whoever may drop may swap any folder for a symlink at any moment: what is
    /// open lay below `base` when it was opened. Blocking.
    ///
    /// - Throws: `Errno`; where a symlink or a file stands on the way, one that ``Errno/isNoFolder`` tells.
    package func open(below base: FilePath) throws(Errno) -> OpenFile {
        let folder = try Kernel.open(base, O_RDONLY | O_DIRECTORY)
        return isRoot ? folder : try Kernel.openFolder(path, beneath: folder.descriptor)
    }

    /// The same, or `base` itself where the lane is no more.
    func openOrRoot(below base: FilePath) throws(Errno) -> OpenFile {
        do {
            return try open(below: base)
        } catch  where error.isNoFolder {
            return try Lane.root.open(below: base)
        }
    }
}
