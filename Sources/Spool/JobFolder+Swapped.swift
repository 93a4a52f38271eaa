// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import SystemPackage

extension JobFolder {
    /// Where a file system has no rename that replaces nothing, a stop in the middle of a claim, or of a file's way back,
    /// leaves it under both names (``Kernel/renameByLink(_:at:to:at:)``). It is still in the lane then: nothing was done
    /// for it that is not done again for nothing. Blocking.
    ///
    /// - Returns: whether it was so. Then the folder is gone.
    func givesUpSecondName(of origin: Origin, in spool: Spool) throws(Errno) -> Bool {
        let kept = path.appending(origin.keptName)
        guard let own = try? Kernel.status(of: kept, at: AT_FDCWD), own.kind == .regular, own.links > 1,
            let lane = try? origin.lane.open(below: spool.inbox),
            let dropped = try? Kernel.status(of: FilePath(root: nil, [origin.file]), at: lane.descriptor),
            own.place == dropped.place
        else { return false }
        // Alone in the lane, a picture would be sent without its text.
        if origin.isPicture { try giveBackTexts(of: origin, to: lane) }
        try Kernel.remove(kept, at: AT_FDCWD)
        try discard()
        return true
    }

    /// What a claim's rename has brought; `nil` where nothing is there.
    func requestStatus(_ origin: Origin) -> FileStatus? {
        try? Kernel.status(of: path.appending(origin.keptName), at: AT_FDCWD)
    }

    /// Looks at what a claim's rename has brought, where nobody else can reach it: between the look in the lane and the
    /// rename it may have been swapped for something else. That goes back, and the folder with it. Blocking.
    ///
    /// - Parameter status: what has come.
    /// - Returns: why it is back in the lane; `nil` where it is the request.
    func giveBackIfSwapped(
        _ origin: Origin, _ status: FileStatus, to lane: borrowing OpenFile
    ) throws(Errno) -> LeftAloneReason? {
        let text = origin.isPicture ? try swappedText(of: origin, from: lane) : nil
        if origin.isFolder, status.kind == .directory {
            // The folder of a job, which goes on as one.
            let brought = try PictureFolder(of: self)
            if try !brought.files.holds(JobFileNames.journal) { return nil }
        }
        let isRequest = status.kind == .regular && !origin.isFolder && ((try? status.isNoSecret(in: lane)) ?? true)
        if isRequest, text == nil { return nil }
        let folder = try open()
        try giveBackTexts(of: origin, to: lane)
        // Its name may be taken by now.
        try lane.bringIn(origin.keptName, from: folder, as: origin.file)
        try discard()
        if isRequest, let text { return .doubtfulText(.notAFile(text)) }
        if origin.isFolder { return status.kind == .directory ? .unfinishedJob : .folder(.notAFolder) }
        return status.kind == .regular ? .linkedFile : .notAFile(status.kind)
    }

    /// The same of the text that came before.
    private func swappedText(
        of origin: Origin, from lane: borrowing OpenFile
    ) throws(Errno) -> FilePath.Component? {
        let folder = try open()
        for name in try Self.texts(of: origin, in: folder) {
            guard let status = try PictureCompany.look(at: Origin.keptName(ofText: name), in: folder) else { continue }
            if status.kind != .regular || (try? status.isNoSecret(in: lane)) == false { return name }
        }
        return nil
    }
}
