// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

extension JobFolder {
    /// Looks at what a claim's rename has brought, where nobody else can reach it: between the look in the lane and the
    /// rename it may have been swapped for something else. That goes back, and the folder with it. Blocking.
    ///
    /// - Returns: why it is back in the lane; `nil` where it is the request.
    func giveBackIfSwapped(_ origin: Origin, to lane: borrowing OpenFile) throws(Errno) -> ForeignFiles.Reason? {
        let name = FilePath(root: nil, [origin.keptName])
        guard let status = try? Kernel.status(of: path.pushing(name), at: AT_FDCWD), let droppers = try? lane.status()
        else { return nil }
        if status.kind == .regular, status.isNoSecret(in: droppers) { return nil }
        let folder = try Kernel.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        // Its name may be taken by now.
        try lane.bringIn(origin.keptName, from: folder, as: origin.file)
        try discard()
        return status.kind == .regular ? .linkedFile : .notAFile(status.kind)
    }
}
