// SPDX-License-Identifier: Apache-2.0

package import FileIO
internal import Glibc
package import Jobs
internal import Requests
package import SystemPackage

/// What is done of batches that are under way, for whoever wants to look before the last part is over. A view and never the
/// truth: nothing relies on it, and each start makes it anew. Blocking.
///
///     coming/acme/catalog/
///         index.html
///         001-red/        001-red-1.png
///
/// Others may write there all the same, such as a file server in the daemon's name. So everything goes by the descriptors
/// of folders that no symlink has led to, nothing that has the name of ours is opened, and what is taken away is what lies
/// elsewhere, too.
package struct ComingFolder: Sendable {
    /// A batch's own folder there, as it was made.
    package struct Place: Equatable, Sendable {
        /// Relative to the spool.
        package let path: FilePath
        fileprivate let folder: FileStatus.Inode
        /// What was copied there, where a file can have but one name.
        fileprivate(set) var copies: Set<FileStatus.Identity> = []

        fileprivate init(_ path: FilePath, _ folder: FileStatus.Inode) {
            (self.path, self.folder) = (path, folder)
        }

        fileprivate func isAt(_ status: FileStatus) -> Bool { status.place == folder }
    }

    private let spool: Spool

    /// How many names are tried: more than anybody has taken in earnest.
    private static let attempts = 1000
    /// It is there to be looked at: unlike among results, nobody else needs to write or to take away.
    private static let mode: UInt32 = 0o755
    /// Those of the group and of everybody else to write (inode(7)).
    private static let othersWrite: UInt32 = 0o022
    static let folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
    /// A copy until it is whole, where a file can have but one name.
    static let newName: FilePath.Component = ".coming.new"
    private static let portion = 1 << 20

    package init(_ spool: Spool) {
        self.spool = spool
    }

    // MARK: Showing

    /// Makes the folder of a batch that was dropped there, under the first name that nothing has.
    ///
    /// - Parameter others: those of other batches, which go with them: no lane is in one, even if it is called so.
    package func make(for origin: Origin, beside others: [Place] = []) throws(Errno) -> Place {
        let root = try openRoot()
        var path = FilePath(root: nil, [Spool.comingName])
        do {
            try Kernel.makeDirectory(path, at: root.descriptor, mode: Self.mode)
        } catch .fileExists {}
        var folder = try Kernel.open(path, at: root.descriptor, Self.folderFlags)
        for component in origin.lane.ofResults.path.components {
            let name = try Self.enter(component, in: folder, besides: others)
            folder = try Kernel.open(FilePath(root: nil, [name]), at: folder.descriptor, Self.folderFlags)
            path.append(name)
        }
        for attempt in 1...Self.attempts {
            let name = ResultNames.folder(origin.stem, attempt: attempt)
            do {
                try Kernel.makeDirectory(FilePath(root: nil, [name]), at: folder.descriptor, mode: Self.mode)
            } catch .fileExists {
                continue
            }
            let own = try Kernel.open(FilePath(root: nil, [name]), at: folder.descriptor, Self.folderFlags)
            return Place(path.appending(name), try own.status().place)
        }
        throw .fileExists
    }

    /// A lane's folder below another, made where it is missing. It gets out of the way of what is none.
    private static func enter(
        _ component: FilePath.Component, in folder: borrowing OpenFile, besides others: [Place]
    ) throws(Errno) -> FilePath.Component {
        for attempt in 1...attempts {
            let name = ResultNames.folder(component, attempt: attempt)
            do {
                try Kernel.makeDirectory(FilePath(root: nil, [name]), at: folder.descriptor, mode: mode)
                return name
            } catch .fileExists {
                let status = try Kernel.status(of: FilePath(root: nil, [name]), at: folder.descriptor)
                if status.kind == .directory, !others.contains(where: { $0.isAt(status) }) { return name }
            }
        }
        throw .fileExists
    }

    /// The folder that was made. Throws where it is gone, or something else has its name by now.
    package func open(_ place: Place) throws(Errno) -> OpenFile {
        let root = try openRoot()
        let folder = try Kernel.openFolder(place.path, beneath: root.descriptor)
        guard place.isAt(try folder.status()) else { throw .noSuchFileOrDirectory }
        return folder
    }

    /// Puts a part's pictures there, under the names that they have in its own folder, which they stay in. May be done
    /// again: what is there already stays as it is, whosever it is.
    package func show(_ pictures: [PictureFile], of part: JobFolder, at place: inout Place) throws(Errno) {
        guard !pictures.isEmpty, let own = part.path.lastComponent else { return }
        let folder = try open(place)
        let name = FilePath(root: nil, [own])
        do {
            try Kernel.makeDirectory(name, at: folder.descriptor, mode: Self.mode)
        } catch .fileExists {}
        let target = try Kernel.open(name, at: folder.descriptor, Self.folderFlags)
        let source = try Kernel.open(part.path, Self.folderFlags)
        for picture in pictures {
            guard let file = FilePath.Component(picture.name), file.kind == .regular else { continue }
            do throws(Errno) {
                let copy = try Self.show(FilePath(root: nil, [file]), from: source, in: target)
                if let copy { place.copies.insert(copy) }
            } catch {
                // It is on its way to where all pictures of the batch come, so that is over.
                if try source.holds(file) { throw error }
            }
        }
    }

    /// Returns the copy that it has made, if any.
    private static func show(
        _ picture: FilePath, from source: borrowing OpenFile, in target: borrowing OpenFile
    ) throws(Errno) -> FileStatus.Identity? {
        if try Kernel.exists(picture, at: target.descriptor) { return nil }
        let file = try Kernel.open(picture, at: source.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        if try isClosed(file) {
            do {
                if try Kernel.link(picture, at: source.descriptor, to: picture, at: target.descriptor) { return nil }
            } catch .fileExists {
                return nil
            } catch .improperLink {
                // It leads to another disk.
            }
        }
        let new = FilePath(root: nil, [newName])
        do {
            let made = try copy(file, to: new, in: target)
            try Kernel.rename(new, at: target.descriptor, to: picture, at: target.descriptor)
            return made
        } catch {
            try? Kernel.remove(new, at: target.descriptor)
            if error != .fileExists { throw error }
            return nil
        }
    }

    /// Whether nobody else may write into a picture. In `processing/` nobody could come to it, whatever its mode says; by
    /// its second name whoever looks at it could, and it is the result itself.
    private static func isClosed(_ picture: borrowing OpenFile) throws(Errno) -> Bool {
        let mode = try picture.status().permissions
        if mode & othersWrite == 0 { return true }
        do {
            try picture.setMode(mode & ~othersWrite)
            return true
        } catch .notPermitted, .notSupported {
            return false
        }
    }

    private static func copy(
        _ picture: borrowing OpenFile, to new: FilePath, in target: borrowing OpenFile
    ) throws(Errno) -> FileStatus.Identity {
        let copy = try Kernel.createAnew(new, at: target.descriptor)
        // What somebody has changed there would stay for ever: it is not what was put there.
        _ = try isClosed(copy)
        var offset = 0
        while true {
            let bytes = try picture.read(portion, at: offset)
            if bytes.isEmpty { return try copy.status().identity }
            try copy.writeAll(bytes, at: offset)
            offset += bytes.count
        }
    }

    private func openRoot() throws(Errno) -> OpenFile { try Kernel.open(spool.root, O_RDONLY | O_DIRECTORY) }

    // MARK: Taking away

    /// Takes a batch's folder away once it is over, and its lanes' where nothing else is in them. What somebody else has
    /// put there stays, and the folder with it.
    ///
    /// - Parameters:
    ///   - batch: its own folder by now; `nil` where there is none, so that what was copied may lie nowhere else.
    ///   - isPage: whether a page that begins so is the daemon's.
    package func remove(
        _ place: Place, of batch: FilePath?, headLength: Int, isPage: @escaping ([UInt8]) -> Bool
    ) throws(Errno) {
        let copies = batch == nil ? [] : place.copies
        // Of what lies below `coming/`, the batch's folder is what its place says.
        let depth = place.path.components.count - 1
        let clearing = Clearing(
            headLength: headLength, isPage: isPage, copies: copies,
            originals: { below, _ in
                let inBatch = FilePath(root: nil, below.components.dropFirst(depth))
                return batch.map { [$0.pushing(inBatch)] } ?? []
            })
        let below = FilePath(root: nil, place.path.components.dropFirst())
        do {
            try clearing.clear(try open(place), below, depth: 0)
        } catch  where error.isNoFolder {
            return
        }
        try removeEmpty(place.path)
    }

    /// Takes away what an earlier run has left, whether its batches are over or go on: those are shown anew. Where files can
    /// have but one name that takes its time: each is compared with what it may be a copy of.
    ///
    /// - Parameter isWanted: whether to go on; what is left then is taken away at the next start.
    package func sweep(
        headLength: Int, isPage: @escaping ([UInt8]) -> Bool, while isWanted: @escaping () -> Bool = { true }
    ) throws(Errno) {
        let originals = Originals(spool)
        let clearing = Clearing(
            headLength: headLength, isPage: isPage, isWanted: isWanted, originals: originals.paths)
        do {
            let root = try openRoot()
            let folder = try Kernel.open(FilePath(root: nil, [Spool.comingName]), at: root.descriptor, Self.folderFlags)
            try clearing.clear(folder, FilePath(), depth: 0)
        } catch  where error.isNoFolder {}
    }

    private func removeEmpty(_ path: FilePath) throws(Errno) {
        let root = try openRoot()
        var path = path
        while path.components.count > 1, let name = path.lastComponent {
            path.removeLastComponent()
            do {
                let above = try Kernel.openFolder(path, beneath: root.descriptor)
                try Kernel.removeDirectory(FilePath(root: nil, [name]), at: above.descriptor)
            } catch {
                // Something is in it, or somebody was faster.
                return
            }
        }
    }
}
