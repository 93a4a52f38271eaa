// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Requests
internal import SystemPackage

/// Whether a folder of pictures is that of a job, or a copy of one, which comes back file by file: what is in it was paid
/// for. Blocking.
extension KnownJobs {
    /// - Parameters:
    ///   - contents: what the folder comes to.
    ///   - folder: where it was dropped.
    static func reason(
        toLeave contents: FolderContents, of folder: Origin, in files: borrowing OpenFile, _ spool: Spool
    ) throws(Errno) -> LeftAloneReason? {
        let lane = Lane(path: folder.path)
        if try lane.enclosingJobFolder(in: spool.inbox) != nil { return .insideJobFolder }
        let requests = contents.leftOut.compactMap { RequestFileName($0)?.stem }
        let stems = Set(contents.parts.compactMap { PictureName.stem(of: $0.picture) } + requests)
        let underWay = try RecoveredJobs.names(in: spool)
        let mayBeCopy = try isKnown(lane, in: spool) || ResultNames.isPart(folder.file)
        for part in contents.parts {
            let picture = Origin(lane: lane, file: part.picture)
            let isNamesake = picture.liesInFolderOfItsName
            // Of ten thousand pictures hardly one.
            guard isNamesake || mayBeCopy else { continue }
            if isNamesake, picture.isResult(ofOneOf: stems, in: folder.file) { return .folder(.result(part.picture)) }
            guard let status = try PictureCompany.look(at: part.picture, in: files), status.kind == .regular else {
                continue
            }
            let known = KnownJobs(spool: spool, origin: picture, underWay: underWay)
            if let place = try known.place(of: status, in: files) { return .folder(.copyOfJob(part.picture, place)) }
        }
        return nil
    }

    /// Whether something was published in the place that a folder has, or one further up.
    private static func isKnown(_ lane: Lane, in spool: Spool) throws(Errno) -> Bool {
        let components = Array(lane.path.components)
        for index in components.indices {
            let place = Lane(path: FilePath(root: nil, components[index...])).published.path
            for base in [spool.done, spool.failed] where try Kernel.exists(base.pushing(place)) { return true }
        }
        return false
    }
}

extension Origin {
    /// Whether a picture is called as the result of a file that lies beside it, in a folder that is called after that.
    fileprivate func isResult(ofOneOf stems: Set<FilePath.Component>, in folder: FilePath.Component) -> Bool {
        self.stems.dropFirst().contains { stem in
            stems.contains(stem) && Self.name(folder, bears: stem)
                && ResultNames.isPicture(String(decoding: file), of: stem)
        }
    }
}
