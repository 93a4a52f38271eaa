// SPDX-License-Identifier: Apache-2.0

package import FileIO
internal import Jobs
package import SystemPackage

extension OpenFile {
    /// Renames something from another folder into this one, under the wanted name, or where that is taken with a number
    /// behind it, which no request's name has. Blocking.
    package func bringIn(
        _ name: FilePath.Component, from folder: borrowing OpenFile, as wanted: FilePath.Component
    ) throws(Errno) {
        var attempt = 1
        while true {
            do {
                return try Kernel.rename(
                    FilePath(root: nil, [name]), at: folder.descriptor,
                    to: FilePath(root: nil, [ResultNames.numbered(wanted, attempt: attempt)]), at: descriptor)
            } catch .fileExists {
                attempt += 1
            }
        }
    }
}
