// SPDX-License-Identifier: Apache-2.0

package import FileIO
package import SystemPackage

/// How the folder of a job looks with its files, and those of the parts of a batch, as one ``FileStatus/Identity``: it
/// changes when a file comes, goes, grows or is written anew. Blocking.
package enum FolderLook {
    package static func identity(of folder: FilePath, at directory: CInt) throws(Errno) -> FileStatus.Identity {
        try identity(of: folder, at: directory, depth: 1)
    }

    private static func identity(
        of folder: FilePath, at directory: CInt, depth: Int
    ) throws(Errno) -> FileStatus.Identity {
        var identity = try Kernel.status(of: folder, at: directory).identity
        var listing = try DirectoryListing(folder, at: directory)
        while let (name, kind) = try listing.next() {
            let path = folder.appending(name)
            let isFolder = depth > 0 && kind == .directory
            let entry =
                isFolder
                ? try self.identity(of: path, at: directory, depth: depth - 1)
                : try Kernel.statusNow(of: path, at: directory).identity
            identity.size &+= entry.size &+ 1
            // Sums: the order in which a folder is listed may change.
            identity.modified &+= entry.modified
        }
        return identity
    }
}
