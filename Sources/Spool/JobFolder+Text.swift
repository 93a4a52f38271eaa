// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
package import Jobs
internal import Requests
internal import SystemPackage

/// The text that came with the picture that is the request. Blocking.
///
/// Two files are two renames. The text comes first and goes back first, and the picture's rename decides: as long as the
/// picture is in the lane nothing was begun, and when it is in the job's folder its text is there as well. What a stop
/// between the two leaves is one of them here, and goes back at the next start: see ``undoesHalf(of:_:in:)``.
extension JobFolder {
    /// Those of an origin's picture that are here, by the names that they were dropped under.
    static func texts(of origin: Origin, in folder: borrowing OpenFile) throws(Errno) -> [FilePath.Component] {
        guard origin.isPicture else { return [] }
        var texts: [(name: FilePath.Component, kept: FilePath.Component, place: FileStatus.Inode)] = []
        for name in Sidecar.names(beside: origin.file) {
            let kept = Origin.keptName(ofText: name)
            guard let place = try PictureCompany.look(at: kept, in: folder)?.place else { continue }
            // Some file systems do not tell the case.
            if !texts.contains(where: { $0.kept == kept || $0.place == place }) { texts.append((name, kept, place)) }
        }
        return texts.map(\.name)
    }

    /// What the text says; `nil` where there is none.
    static func text(
        beside origin: Origin, in folder: borrowing OpenFile
    ) throws(Errno) -> Result<SidecarText?, Findings> {
        let names = try texts(of: origin, in: folder)
        guard let name = names.first, let sidecar = Sidecar(name) else { return .success(nil) }
        if names.count > 1 {
            return .failure(Findings(.doubtfulText(.several(name, names[1]))))
        }
        let kept = Origin.keptName(ofText: name)
        guard try PictureCompany.look(at: kept, in: folder)?.kind == .regular else {
            return .failure(Findings(.inText(String(decoding: name), .notAFile)))
        }
        return .success(try SidecarText.read(sidecar, called: kept, in: folder))
    }

    /// The folder itself.
    func open() throws(Errno) -> OpenFile { try Kernel.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) }

    /// Whether somebody writes to the request file, or to the text beside it.
    ///
    /// - Parameter names: what is no part of a batch by its name.
    package func isBeingWritten(_ origin: Origin, _ names: IgnoredNames = .standard) -> Bool {
        if origin.isFolder {
            guard let folder = try? PictureFolder(of: self, names) else { return false }
            return (try? folder.isBeingWritten) ?? false
        }
        if Kernel.isOpenForWriting(path.appending(origin.keptName)) { return true }
        guard origin.isPicture, let folder = try? open() else { return false }
        return ((try? Self.texts(of: origin, in: folder)) ?? []).contains {
            Kernel.isOpenForWriting(FilePath(root: nil, [Origin.keptName(ofText: $0)]), at: folder.descriptor)
        }
    }

    /// When what was claimed was written at the latest, the text included.
    ///
    /// - Parameter names: what is no part of a batch by its name.
    package func written(_ origin: Origin, _ names: IgnoredNames) -> Timestamp? {
        if origin.isFolder { return PictureFolder.written(path.appending(origin.keptName), names) }
        var texts: [FilePath] = []
        if origin.isPicture, let folder = try? open() {
            let names = (try? Self.texts(of: origin, in: folder)) ?? []
            texts = names.map { path.appending(Origin.keptName(ofText: $0)) }
        }
        return ArrivalTimes.written(path.appending(origin.keptName), with: texts)
    }

    /// Puts the texts back into the lane. Where the name of one is taken by now it gets another.
    func giveBackTexts(of origin: Origin, to lane: borrowing OpenFile) throws(Errno) {
        let folder = try open()
        try Self.giveUpSecondNames(ofTextsOf: origin, in: folder, lane)
        for name in try Self.texts(of: origin, in: folder) {
            try lane.bringIn(Origin.keptName(ofText: name), from: folder, as: name)
        }
    }

    /// Where a rename has two steps, a stop between them leaves a text under both names: in the lane it is still.
    private static func giveUpSecondNames(
        ofTextsOf origin: Origin, in folder: borrowing OpenFile, _ lane: borrowing OpenFile
    ) throws(Errno) {
        for name in try texts(of: origin, in: folder) {
            let kept = Origin.keptName(ofText: name)
            if try isSame(kept, in: folder, as: name, in: lane) {
                try Kernel.remove(FilePath(root: nil, [kept]), at: folder.descriptor)
            }
        }
    }

    private static func isSame(
        _ kept: FilePath.Component, in folder: borrowing OpenFile, as name: FilePath.Component,
        in lane: borrowing OpenFile
    ) throws(Errno) -> Bool {
        guard let there = try PictureCompany.look(at: name, in: lane) else { return false }
        return try PictureCompany.look(at: kept, in: folder)?.place == there.place
    }

    /// Puts the text back into the lane, before the picture: alone there, a picture would be sent without it. Throws
    /// where its name is taken by now. May be done again.
    ///
    /// - Returns: how it looks there.
    func giveBack(
        text name: FilePath.Component, to lane: borrowing OpenFile, _ reached: (Checkpoint) -> Void
    ) throws(Errno) -> FileStatus? {
        let kept = path.appending(Origin.keptName(ofText: name))
        if try Kernel.exists(kept) {
            reached(Checkpoint(.before, .giveBackText))
            try Kernel.rename(kept, at: AT_FDCWD, to: FilePath(root: nil, [name]), at: lane.descriptor)
            reached(Checkpoint(.after, .giveBackText))
        }
        return try PictureCompany.look(at: name, in: lane)
    }

    /// Takes the text once more: the picture could not go back.
    func takeBack(text name: FilePath.Component, from lane: borrowing OpenFile) throws(Errno) {
        try Kernel.rename(
            FilePath(root: nil, [name]), at: lane.descriptor,
            to: path.appending(Origin.keptName(ofText: name)), at: AT_FDCWD)
    }

    /// A stop between the renames of a picture and of its text: the one that is here goes back to the other.
    ///
    /// - Parameter noted: the text's name as the journal has it.
    /// - Returns: whether it was so. Then the folder is gone.
    func undoesHalf(of origin: Origin, _ noted: FilePath.Component?, in spool: Spool) throws(Errno) -> Bool {
        guard origin.isPicture else { return false }
        let folder = try open()
        let lane = try origin.lane.openOrRoot(below: spool.inbox)
        try Self.giveUpSecondNames(ofTextsOf: origin, in: folder, lane)
        let texts = try Self.texts(of: origin, in: folder)
        if try !folder.holds(origin.keptName) {
            if texts.isEmpty { return false }
            try giveBackTexts(of: origin, to: lane)
        } else {
            guard let noted, !texts.contains(noted), Sidecar.names(beside: origin.file).contains(noted),
                try lane.holds(noted)
            else { return false }
            let (picture, text) = (FilePath(root: nil, [origin.file]), FilePath(root: nil, [noted]))
            do {
                try Kernel.rename(
                    FilePath(root: nil, [origin.keptName]), at: folder.descriptor, to: picture, at: lane.descriptor)
            } catch .fileExists {
                let isSame = try Self.isSame(origin.keptName, in: folder, as: origin.file, in: lane)
                if !isSame {
                    // Another picture has come under its name: the text is this one's.
                    let kept = FilePath(root: nil, [Origin.keptName(ofText: noted)])
                    try Kernel.rename(text, at: lane.descriptor, to: kept, at: folder.descriptor)
                    return false
                }
                // The first of a rename's two steps was done before.
                try Kernel.remove(FilePath(root: nil, [origin.keptName]), at: folder.descriptor)
            }
        }
        try discard()
        return true
    }

    /// The same where a power cut has taken the journal as well: a text without its picture, by its name, goes back into
    /// the lane that was noted.
    ///
    /// - Parameter takesPictures: whether that lane makes requests of pictures.
    func givesBackStrandedText(in spool: Spool, takesPictures: (Lane) -> Bool) throws(Errno) -> Bool {
        let folder = try open()
        var text: Sidecar?
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (name, kind) = try listing.next() {
            if name == JobFileNames.journal || name == JobFileNames.lane { continue }
            // More than one file is no half of a claim.
            guard text == nil, kind != .directory, let sidecar = Sidecar(name) else { return false }
            text = sidecar
        }
        guard let text, path.lastComponent.map({ ResultNames.isJob($0, of: text.stem) }) ?? false,
            takesPictures(notedLane)
        else { return false }
        let read = try SidecarText.read(text, called: text.name, in: folder)
        if text.isRequest(read.bytes) { return false }
        let lane = try notedLane.openOrRoot(below: spool.inbox)
        try lane.bringIn(text.name, from: folder, as: text.name)
        try discard()
        return true
    }
}
