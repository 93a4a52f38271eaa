// SPDX-License-Identifier: Apache-2.0

package import FileIO
internal import Glibc
package import Jobs
internal import NanoBanana
internal import Requests
package import SystemPackage

/// What is done of batches that are under way, for whoever wants to look before the last part is over. A view and never the
/// truth: nothing relies on it, and each start makes it anew. Blocking.
///
///     coming/acme/catalog/
///         index.html
///         001-red/        001-red-1.png
///
/// Others may write there all the same, such as a file server in the daemon's name. So everything goes by the descriptors of folders that no symlink has led to, nothing that has
/// the name of ours is opened, and what is taken away is what lies elsewhere, too.
package struct ComingFolder: Sendable {
    /// A batch's own folder there, as it was made.
    package struct Place: Equatable, Sendable {
        /// Relative to the spool.
        package let path: FilePath
        private let folder: FileStatus.Inode

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
    private static let folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
    /// A copy until it is whole, where a file can have but one name.
    private static let newName: FilePath.Component = ".coming.new"
    private static let portion = 1 << 20

    package init(_ spool: Spool) {
        self.spool = spool
    }

    // MARK: Showing

    /// Makes the folder of a batch that was dropped there, under the first name that nothing has.
    package func make(for origin: Origin) throws(Errno) -> Place {
        let root = try openRoot()
        var path = FilePath(root: nil, [Spool.comingName])
        do {
            try Kernel.makeDirectory(path, at: root.descriptor, mode: Self.mode)
        } catch .fileExists {}
        var folder = try Kernel.open(path, at: root.descriptor, Self.folderFlags)
        for component in origin.lane.ofResults.path.components {
            let name = try Self.enter(component, in: folder)
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

    /// A lane's folder below another, made where it is missing. What is no folder gets out of the way.
    private static func enter(
        _ component: FilePath.Component, in folder: borrowing OpenFile
    ) throws(Errno) -> FilePath.Component {
        for attempt in 1...attempts {
            let name = ResultNames.folder(component, attempt: attempt)
            do {
                try Kernel.makeDirectory(FilePath(root: nil, [name]), at: folder.descriptor, mode: mode)
                return name
            } catch .fileExists {
                let status = try Kernel.status(of: FilePath(root: nil, [name]), at: folder.descriptor)
                if status.kind == .directory { return name }
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
    package func show(_ pictures: [PictureFile], of part: JobFolder, at place: Place) throws(Errno) {
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
            try Self.show(FilePath(root: nil, [file]), from: source, in: target)
        }
    }

    private static func show(
        _ picture: FilePath, from source: borrowing OpenFile, in target: borrowing OpenFile
    ) throws(Errno) {
        do {
            if try Kernel.link(picture, at: source.descriptor, to: picture, at: target.descriptor) { return }
        } catch .fileExists {
            return
        } catch .improperLink {
            // It leads to another disk.
        }
        if try Kernel.exists(picture, at: target.descriptor) { return }
        let new = FilePath(root: nil, [newName])
        do {
            try copy(picture, from: source, to: new, in: target)
            try Kernel.rename(new, at: target.descriptor, to: picture, at: target.descriptor)
        } catch {
            try? Kernel.remove(new, at: target.descriptor)
            if error != .fileExists { throw error }
        }
    }

    private static func copy(
        _ picture: FilePath, from source: borrowing OpenFile, to new: FilePath, in target: borrowing OpenFile
    ) throws(Errno) {
        let file = try Kernel.open(picture, at: source.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let copy = try Kernel.createAnew(new, at: target.descriptor)
        var offset = 0
        while true {
            let bytes = try file.read(portion, at: offset)
            if bytes.isEmpty { return }
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
    ///   - published: the batch's folder by now; `nil` where there is none.
    ///   - isPage: whether a page that begins so is the daemon's.
    package func remove(
        _ place: Place, published: FilePath?, headLength: Int, isPage: @escaping ([UInt8]) -> Bool
    ) throws(Errno) {
        let clearing = Clearing(headLength: headLength, isPage: isPage) { below in
            // Of what lies below `coming/`, the batch's folder is what its place says.
            let inBatch = FilePath(root: nil, below.components.dropFirst(place.path.components.count - 1))
            return published.map { [$0.pushing(inBatch)] } ?? []
        }
        let below = FilePath(root: nil, place.path.components.dropFirst())
        do {
            try clearing.clear(try open(place), below, depth: 0)
        } catch  where error.isNoFolder {
            return
        }
        try removeEmpty(place.path)
    }

    /// Takes away what an earlier run has left, whether its batches are over or go on: those are shown anew.
    package func sweep(headLength: Int, isPage: @escaping ([UInt8]) -> Bool) throws(Errno) {
        let clearing = Clearing(headLength: headLength, isPage: isPage, originals: originals)
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

    /// Where a copy may be of, by its place below `coming/`: of the batch while it is under way, or of its result. Few
    /// names are tried: folders of results are never listed.
    private func originals(of copy: FilePath) -> [FilePath] {
        let names = Array(copy.components)
        guard names.count >= 3 else { return [] }
        let (shown, picture) = (names[names.count - 3], FilePath(root: nil, names.suffix(2)))
        let lane = Lane(path: FilePath(root: nil, names.dropLast(3)))
        var stems = [shown]
        let text = String(decoding: shown)
        if let dash = text.lastIndex(of: "-"), Int(text[text.index(after: dash)...]) != nil,
            let stem = FilePath.Component(String(text[..<dash])), stem.kind == .regular
        {
            stems.append(stem)
        }
        var batches = ((try? RecoveredJobs.names(in: spool)) ?? []).filter { name in
            stems.contains { ResultNames.isJob(name, of: $0) }
        }.map { spool.processing.appending($0) }
        for folder in [lane.folder(below: spool.done), lane.folder(below: spool.failed)] {
            for stem in stems {
                batches += (1...9).map { folder.appending(ResultNames.folder(stem, attempt: $0)) }
            }
        }
        return batches.map { $0.pushing(picture) }
    }
}

extension ComingFolder {
    /// Removes what the daemon has put into a folder, and nothing else.
    private struct Clearing {
        let headLength: Int
        let isPage: ([UInt8]) -> Bool
        /// The files that one may be a copy of, by its place below `coming/`.
        let originals: (FilePath) -> [FilePath]

        private static let page = FilePath(root: nil, [JobFileNames.batchPage])
        private static let newPage: FilePath.Component = ".index.html.new"

        /// Folders that are empty then go, too.
        func clear(_ folder: borrowing OpenFile, _ path: FilePath, depth: Int) throws(Errno) {
            if depth > Lane.depthLimit + 2 { return }
            var names: [FilePath.Component] = []
            var listing = try DirectoryListing(".", at: folder.descriptor)
            while let (name, _) = try listing.next() { names.append(name) }
            for name in names {
                let file = FilePath(root: nil, [name])
                guard let status = try? Kernel.status(of: file, at: folder.descriptor) else { continue }
                switch status.kind {
                case .directory:
                    guard let below = try? Kernel.open(file, at: folder.descriptor, ComingFolder.folderFlags) else {
                        continue
                    }
                    try? clear(below, path.appending(name), depth: depth + 1)
                    try? Kernel.removeDirectory(file, at: folder.descriptor)
                case .regular:
                    if isOurs(name, status, in: folder, path) { try? Kernel.remove(file, at: folder.descriptor) }
                case .symlink, .other: continue
                }
            }
        }

        private func isOurs(
            _ name: FilePath.Component, _ status: FileStatus, in folder: borrowing OpenFile, _ path: FilePath
        ) -> Bool {
            if name == ComingFolder.newName || name == Self.newPage { return true }
            let file = FilePath(root: nil, [name])
            if file == Self.page { return isOurPage(in: folder) }
            let text = String(decoding: name)
            guard PictureKind.allCases.contains(where: { text.hasSuffix("." + $0.fileExtension) }) else { return false }
            // With another name nothing is lost, whoever has given it this one.
            return status.links > 1 || isCopy(file, status, in: folder, path)
        }

        private func isOurPage(in folder: borrowing OpenFile) -> Bool {
            guard let page = try? open(Self.page, in: folder), let head = try? page.read(headLength, at: 0)
            else { return false }
            // A power cut may keep its name and lose what was in it.
            return isPage(head) || head.allSatisfy { $0 == 0 }
        }

        /// Whether the same bytes are in the batch.
        private func isCopy(
            _ file: FilePath, _ status: FileStatus, in folder: borrowing OpenFile, _ path: FilePath
        ) -> Bool {
            let all = originals(path.pushing(file)).filter { original in
                guard let found = try? Kernel.status(of: original, at: AT_FDCWD) else { return false }
                return found.kind == .regular && found.size == status.size
            }
            if all.isEmpty { return false }
            guard let copy = try? open(file, in: folder), let bytes = try? copy.checksum() else { return false }
            return all.contains { original in
                guard let file = try? Kernel.open(original, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return false }
                return (try? file.checksum()) == bytes
            }
        }

        private func open(_ file: FilePath, in folder: borrowing OpenFile) throws(Errno) -> OpenFile {
            try Kernel.open(file, at: folder.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        }
    }
}
