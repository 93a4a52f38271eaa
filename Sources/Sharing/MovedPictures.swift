// SPDX-License-Identifier: Apache-2.0

package import FileIO
internal import Glibc
package import Jobs
package import Requests
internal import Spool
package import SystemPackage

/// Takes the pictures of a job that is done out of the inbox into its folder (`local-images: move`). Blocking; runs on
/// the ``FilePool``. May be done again: what was moved is no longer in the inbox.
package struct MovedPictures: Sendable {
    package let pictures: LocalPictures
    /// The job's folder.
    package let folder: FilePath

    package init(pictures: LocalPictures, folder: FilePath) {
        self.pictures = pictures
        self.folder = folder
    }

    /// `bottle.png`; where another picture of the job has that name, `2-bottle.png`.
    static func name(_ name: FilePath.Component, attempt: Int) -> FilePath.Component {
        if attempt == 1 { return name }
        let start = "\(attempt)-"
        var end = String(decoding: name)[...]
        // What is too long loses its beginning: the end says what it is.
        while end.utf8.count + start.utf8.count > ResultNames.limit { end.removeFirst() }
        return FilePath.Component(start + end) ?? name
    }

    /// Moves one picture into ``JobFileNames/originals``. Returns its new name; `nil` where it stays in the inbox: it is gone, it
    /// is another by now, or the inbox's folder lies on another file system.
    ///
    /// - Parameter shared: what it was when it was shared.
    package func take(
        _ file: FilePath, in lane: Lane, _ shared: SharedPicture
    ) throws(Errno) -> FilePath.Component? {
        do {
            let picture = try pictures.open(file, in: lane)
            guard shared.isSameFile(as: picture.identity) else { return nil }
            return try move(picture)
        } catch {
            switch error {
            case .look: return nil
            case .disk(let error): throw error
            }
        }
    }

    private func move(_ picture: borrowing OpenPicture) throws(LocalPictures.Refusal) -> FilePath.Component? {
        let originals: OpenFile
        do {
            originals = try openOriginals()
        } catch {
            throw .disk(error)
        }
        do {
            return try rename(picture, into: originals)
        } catch {
            switch error {
            case .noSuchFileOrDirectory, .improperLink, .permissionDenied, .notPermitted: return nil
            default: throw .disk(error)
            }
        }
    }

    private func openOriginals() throws(Errno) -> OpenFile {
        let path = folder.appending(JobFileNames.originals)
        do {
            try Kernel.makeDirectory(path)
        } catch .fileExists {}
        return try Kernel.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    private func rename(
        _ picture: borrowing OpenPicture, into originals: borrowing OpenFile
    ) throws(Errno) -> FilePath.Component? {
        let source = FilePath(root: nil, [picture.name])
        var attempt = 1
        while true {
            let name = Self.name(picture.name, attempt: attempt)
            let target = FilePath(root: nil, [name])
            do {
                try Kernel.rename(source, at: picture.folder.descriptor, to: target, at: originals.descriptor)
            } catch .fileExists {
                attempt += 1
                continue
            }
            let moved = try Kernel.status(of: target, at: originals.descriptor)
            if SharedPicture(moved.identity).isSameFile(as: picture.identity) { return name }
            // Swapped between the look and the rename: somebody else's file goes back, whatever has its name by now.
            try picture.folder.bringIn(name, from: originals, as: picture.name)
            return nil
        }
    }
}

extension SharedPicture {
    package init(_ identity: FileStatus.Identity) {
        self.init(
            device: identity.device, inode: identity.inode, bytes: identity.size, modified: identity.modified)
    }

    /// Whether it is the same file with the same content. A device may have another number after a restart.
    func isSameFile(as other: FileStatus.Identity) -> Bool {
        inode == other.inode && bytes == other.size && modified == other.modified
    }
}
