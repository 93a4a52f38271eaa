// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import SystemPackage

/// How the folder of a job looks with its files, and those of the parts of a batch, as one ``FileStatus/Identity``: it
/// changes when a file comes, goes, grows or is written anew. Blocking.
enum FolderLook {
    static func identity(of folder: FilePath) throws(Errno) -> FileStatus.Identity {
        try identity(of: folder, depth: 1)
    }

    private static func identity(of folder: FilePath, depth: Int) throws(Errno) -> FileStatus.Identity {
        var identity = try Kernel.status(of: folder, at: AT_FDCWD).identity
        var listing = try DirectoryListing(folder)
        while let (name, kind) = try listing.next() {
            let path = folder.appending(name)
            let isFolder = depth > 0 && kind == .directory
            let entry = isFolder ? try self.identity(of: path, depth: depth - 1) : try status(of: path)
            identity.size &+= entry.size &+ 1
            // Sums: the order in which a folder is listed may change.
            identity.modified &+= entry.modified
        }
        return identity
    }

    private static func status(of path: FilePath) throws(Errno) -> FileStatus.Identity {
        try Kernel.statusNow(of: path, at: AT_FDCWD).identity
    }
}
