// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
package import Requests
package import Spool
package import SystemPackage

/// Drops request files into the inbox so that a watcher never sees half of one: written under a hidden name in their
/// place, flushed, then renamed. Blocking.
package struct RequestDrop: Sendable {
    /// What came of it.
    package enum Outcome: Sendable {
        /// It is in the inbox.
        case dropped(DroppedFile)
        /// The very same is on its way already, or at its end since not long: nothing was dropped.
        case found(DroppedFile)

        /// The job that is to be waited for.
        package var file: DroppedFile {
            switch self {
            case .dropped(let file), .found(let file): file
            }
        }
    }

    private let spool: Spool
    private let lane: Lane
    private let isAgain: Bool

    /// - Parameters:
    ///   - spool: it must be there.
    ///   - lane: such as `acme/spring`; empty for the inbox itself. It is made where it is missing.
    ///   - again: whether what is dropped is meant once more, though the very same was dropped before.
    /// - Throws: ``DropError`` where the lane can be none.
    package init(into spool: Spool, lane text: String, again: Bool = false) throws(DropError) {
        guard let lane = Lane(text: text) else { throw .noLane(text) }
        try self.init(into: spool, lane, again: again)
    }

    /// - Parameter again: as above.
    package init(into spool: Spool, _ lane: Lane, again: Bool) throws(DropError) {
        // The daemon never looks into such folders.
        if let name = lane.path.components.first(where: Self.isPassedOver) { throw .ignored(name) }
        self.spool = spool
        self.lane = lane
        isAgain = again
    }

    private static func isPassedOver(_ name: FilePath.Component) -> Bool {
        IgnoredNames.standard.matches(name) || IgnoredNames.standard.isConflictCopy(name)
    }

    /// Whether two of the files would come to have the same name; that name.
    package static func twice(_ files: [FilePath]) -> FilePath.Component? {
        var names: Set<FilePath.Component> = []
        return files.compactMap(\.lastComponent).first { !names.insert($0).inserted }
    }

    /// Where a file is going to be dropped; `nil` where its path ends in no name.
    package func place(of file: FilePath) -> FilePath? { file.lastComponent.map(place(of:)) }

    /// Where something of that name is going to be dropped.
    package func place(of name: FilePath.Component) -> FilePath { lane.folder(below: spool.inbox).appending(name) }

    /// Whether something of that name lies there.
    package func isTaken(_ name: FilePath.Component) -> Bool { (try? Kernel.exists(place(of: name))) == true }

    /// Drops one file, or finds the job that it is already. Returns when it is on the disk under its own name; from then
    /// on the daemon may take it.
    ///
    /// - Throws: ``DropError``. Nothing is in the inbox then.
    package func drop(_ file: FilePath) throws(DropError) -> Outcome {
        guard let name = file.lastComponent else { throw .notARequestName(file) }
        if name == RequestDefaults.fileName { throw .ignored(name) }
        if RequestDefaults.isMeant(by: name) { throw .nearlyDefaults(file) }
        if Kernel.isDirectory(file) { return try drop(folder: file, as: name) }
        let isPicture = PictureName.stem(of: name) != nil && lane.takesPictures(in: spool.inbox)
        guard RequestFileName(name) != nil || isPicture else { throw .notARequestName(file) }
        if Self.isPassedOver(name) { throw .ignored(name) }
        let bytes = try read(file)
        guard isPicture else { return try drop(bytes, as: name) }
        switch CheckedBytes.text(beside: file) {
        case .success(let text?): return try drop(bytes, as: name, after: text)
        case .success: return try drop(bytes, as: name)
        // Alone it would be sent, and paid for, without what the text was to say.
        case .failure(let findings): throw .wrongText(file, findings)
        }
    }

    /// Drops a picture behind its text, which it waits for no longer than its lane says. What was asked for before is not
    /// looked for: the same picture with another text is another request.
    private func drop(
        _ bytes: [UInt8], as name: FilePath.Component, after text: SidecarText
    ) throws(DropError) -> Outcome {
        _ = try drop(text.bytes, as: text.sidecar.name, saysAgain: true)
        do throws(DropError) {
            return try drop(bytes, as: name, saysAgain: true)
        } catch {
            try? Kernel.remove(place(of: text.sidecar.name), at: AT_FDCWD)
            throw error
        }
    }

    /// The same of what is in no file yet.
    ///
    /// - Parameters:
    ///   - name: a request's.
    ///   - saysAgain: whether the request itself says that it is meant once more.
    package func drop(
        _ bytes: [UInt8], as name: FilePath.Component, saysAgain: Bool = false
    ) throws(DropError) -> Outcome {
        let folder = try makeLane()
        let hidden = folder.appending("\(Self.hiddenPrefix)\(getpid())-\(UInt32.random(in: .min ... .max))")
        let (target, origin) = (folder.appending(name), Origin(lane: lane, file: name))
        do {
            let directory = try Kernel.open(folder, O_RDONLY | O_DIRECTORY)
            // Two that run at once must not both find nothing. Where there are no locks, the daemon holds the second.
            try? Kernel.waitForLock(of: directory)
            let isWanted = isAgain || saysAgain || lane.isAgain
            if !isWanted, let found = try JobSearch(spool).same(as: bytes, origin) { return .found(found) }
            removeAbandoned(in: folder)
            let place = try write(bytes, to: hidden)
            try Kernel.rename(hidden, at: AT_FDCWD, to: target, at: AT_FDCWD)
            // The name, too, is on the disk before anybody is told of it.
            try? directory.sync()
            return .dropped(DroppedFile(spool: spool, origin: origin, place: place))
        } catch {
            try? Kernel.remove(hidden, at: AT_FDCWD)
            throw error == .fileExists ? .taken(target) : .cannotDrop(target, error)
        }
    }

    private static let hiddenPrefix = ".bananadrop-submit-"

    /// What one left that was ended between writing and renaming, an hour ago or more.
    private func removeAbandoned(in folder: FilePath) {
        guard var listing = try? DirectoryListing(folder) else { return }
        while let (name, _) = try? listing.next() {
            guard name.string.hasPrefix(Self.hiddenPrefix) else { continue }
            let file = folder.appending(name)
            guard let status = try? Kernel.status(of: file, at: AT_FDCWD),
                Timestamp.now.since(Timestamp(nanoseconds: status.identity.modified)) > .seconds(3600)
            else { continue }
            if status.kind == .directory { Self.remove(file) } else { try? Kernel.remove(file, at: AT_FDCWD) }
        }
    }

    private func read(_ file: FilePath) throws(DropError) -> [UInt8] {
        do {
            let source = try Kernel.open(file, O_RDONLY | O_NONBLOCK)
            let status = try source.status()
            guard status.kind == .regular else { throw Errno.invalidArgument }
            return try source.readAll(limit: Int(status.size) + 1, expecting: Int(status.size))
        } catch let error as Errno {
            throw .cannotRead(file, error)
        } catch {
            preconditionFailure("reading throws Errno only")
        }
    }

    private func makeLane() throws(DropError) -> FilePath {
        guard Kernel.isDirectory(spool.inbox) else { throw .noInbox(spool.inbox) }
        var folder = spool.inbox
        for component in lane.path.components {
            folder.append(component)
            do {
                try Kernel.makeDirectory(folder)
            } catch .fileExists {
                // The daemon follows no symlink out of its inbox.
                guard Kernel.isDirectory(folder) else { throw .notAFolder(folder) }
            } catch {
                throw .cannotDrop(folder, error)
            }
        }
        return folder
    }

    /// Returns a descriptor that is nothing but the file's place in the tree (`O_PATH`, `open(2)`): it follows every
    /// rename, and the file counts as open to nobody.
    private func write(_ bytes: [UInt8], to path: FilePath) throws(Errno) -> OpenFile {
        let file = try Kernel.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try file.writeAll(bytes)
        if isAgain { try AgainMark.put(on: file) }
        try file.sync()
        return try Kernel.openPlace(path)
    }
}

/// A folder of pictures that is a batch.
extension RequestDrop {
    /// Drops a copy of its pictures and of their texts, and of nothing else: written under a hidden name, then renamed.
    private func drop(folder: FilePath, as name: FilePath.Component) throws(DropError) -> Outcome {
        if Self.isPassedOver(name) { throw .ignored(name) }
        guard lane.takesFolders(in: spool.inbox) else { throw .wrongText(folder, Findings(.folderAlone)) }
        // Each of its pictures would be paid for as a request of its own.
        if case .leftAlone(let why)? = try? PictureFolder(at: folder, spool.names).reasonToStay(called: name) {
            throw .wrongText(folder, Findings(.stays(Wording.sentence(why))))
        }
        let place = try makeLane()
        let hidden = place.appending("\(Self.hiddenPrefix)\(getpid())-\(UInt32.random(in: .min ... .max))")
        let (target, origin) = (place.appending(name), Origin(lane: lane, file: name, isFolder: true))
        do throws(Errno) {
            if try Kernel.exists(target) { throw .fileExists }
            removeAbandoned(in: place)
            try Kernel.makeDirectory(hidden)
            let copy = try Kernel.open(hidden, O_RDONLY | O_DIRECTORY)
            try fill(copy, hidden, from: folder)
            let dropped = try Kernel.openPlace(hidden)
            try Kernel.rename(hidden, at: AT_FDCWD, to: target, at: AT_FDCWD)
            // The name, too, is on the disk before anybody is told of it.
            try? copy.syncFileSystem()
            return .dropped(DroppedFile(spool: spool, origin: origin, place: dropped))
        } catch {
            Self.remove(hidden)
            throw error == .fileExists ? .taken(target) : .cannotDrop(target, error)
        }
    }

    private func fill(_ copy: borrowing OpenFile, _ path: FilePath, from folder: FilePath) throws(Errno) {
        let contents = try PictureFolder(at: folder, spool.names).contents()
        for name in contents.parts.map(\.picture) + Set(contents.parts.compactMap(\.text)) {
            try Self.copy(folder.appending(name), to: path.appending(name))
        }
        if isAgain { try AgainMark.put(on: copy) }
        try copy.syncFileSystem()
    }

    private static func copy(_ file: FilePath, to target: FilePath) throws(Errno) {
        let source = try Kernel.open(file, O_RDONLY | O_NONBLOCK)
        guard try source.status().kind == .regular else { throw .invalidArgument }
        let copy = try Kernel.open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        var offset = 0
        while true {
            let bytes = try source.read(1 << 20, at: offset)
            if bytes.isEmpty { return }
            try copy.writeAll(bytes, at: offset)
            offset += bytes.count
        }
    }

    private static func remove(_ hidden: FilePath) {
        guard var listing = try? DirectoryListing(hidden) else { return }
        while let (name, _) = try? listing.next() { try? Kernel.remove(hidden.appending(name), at: AT_FDCWD) }
        try? Kernel.removeDirectory(hidden, at: AT_FDCWD)
    }
}

/// Why a file cannot be dropped. The sentences are in ``Wording``.
package enum DropError: Error, Equatable, Sendable {
    /// The text names no place below the inbox.
    case noLane(String)
    /// The daemon passes such a name over.
    case ignored(FilePath.Component)
    /// The name is not a request's.
    case notARequestName(FilePath)
    /// The name is nearly that of a lane's defaults.
    case nearlyDefaults(FilePath)
    /// The spool has no inbox.
    case noInbox(FilePath)
    /// Something in the lane's place is no folder.
    case notAFolder(FilePath)
    /// Something in the inbox has the name.
    case taken(FilePath)
    /// It is a picture, and this is wrong with the text beside it.
    case wrongText(FilePath, Findings)
    /// The file cannot be read.
    case cannotRead(FilePath, Errno)
    /// Nothing can be written there.
    case cannotDrop(FilePath, Errno)
}
