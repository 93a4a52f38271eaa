// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// How a folder with its files looks, as one ``FileStatus/Identity``: it changes when a file comes, goes, grows or is
/// written anew. Blocking.
enum FolderLook {
    static func identity(of folder: FilePath) throws(Errno) -> FileStatus.Identity {
        var identity = try Kernel.status(of: folder, at: AT_FDCWD).identity
        var listing = try DirectoryListing(folder)
        while let (name, _) = try listing.next() {
            let file = try Kernel.status(of: folder.appending(name), at: AT_FDCWD).identity
            identity.size &+= file.size &+ 1
            // Sums: the order in which a folder is listed may change.
            identity.modified &+= file.modified
        }
        return identity
    }
}
