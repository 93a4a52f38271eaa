// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
package import Jobs
internal import NanoBanana
package import Requests
internal import Spool
package import SystemPackage

/// Finds the pictures that requests name, in the inbox and nowhere else. Blocking; runs on the ``FilePool``.
///
/// Whoever may drop a request may name any path and swap any folder for a symlink at any moment. So a path is opened
/// component by component from the inbox down, each beneath the descriptor of the last and none through a symlink, and
/// `..` is taken back in the path's text before that: what is open at the end was inside when it was opened, and is the
/// very file that is looked at, copied or moved.
package struct LocalPictures: Sendable {
    /// The inbox, or the folder of the one job whose request is the picture.
    let base: FilePath
    /// Whether what lies there was judged when it was claimed.
    private var isClaimed = false
    /// The largest picture, in bytes; may change while the daemon runs.
    private let limit: @Sendable () -> Int64
    /// Whether an error that a picture has met is the whole spool's.
    let speaksForAll: @Sendable (Errno) -> Bool

    /// Why there is nothing to open.
    enum Refusal: Error, Equatable, Sendable {
        case look(PictureLook)
        /// The disk as a whole refuses, or the inbox itself is away.
        case disk(Errno)
    }

    package init(
        inbox: FilePath, limit: @escaping @autoclosure @Sendable () -> Int64,
        speaksForAll: @escaping @Sendable (Errno) -> Bool = { $0.trouble != .place }
    ) {
        base = inbox
        self.limit = limit
        self.speaksForAll = speaksForAll
    }

    /// The same for the picture that is a job's request, which lies in the job's folder.
    package func within(_ folder: FilePath) -> LocalPictures {
        var pictures = LocalPictures(base: folder, limit: limit, speaksForAll: speaksForAll)
        pictures.isClaimed = true
        return pictures
    }

    private init(
        base: FilePath, limit: @escaping @Sendable () -> Int64, speaksForAll: @escaping @Sendable (Errno) -> Bool
    ) {
        (self.base, self.limit, self.speaksForAll) = (base, limit, speaksForAll)
    }

    /// The path below the inbox; `nil` where it leads out of it.
    static func place(of file: FilePath, in lane: Lane) -> FilePath? {
        guard file.isRelative else { return nil }
        var place = lane.path
        for component in file.components {
            switch component.kind {
            case .regular: place.append(component)
            case .currentDirectory: continue
            case .parentDirectory: if !place.removeLastComponent() { return nil }
            }
        }
        return place.isEmpty ? nil : place
    }

    /// The lane in which a picture lies: that of the request, or of another round the one that has the request before it,
    /// where its picture has stayed.
    package func lane(of file: FilePath, for lane: Lane) -> Lane {
        guard lane.isAgain, let look = try? look(at: file, in: lane), look == .missing else { return lane }
        return lane.ofResults
    }

    /// Looks at a picture.
    ///
    /// - Parameters:
    ///   - file: as the request names it, relative to the request file's folder.
    ///   - lane: that folder.
    package func look(at file: FilePath, in lane: Lane) throws(Errno) -> PictureLook {
        do {
            let picture = try open(file, in: lane)
            return try look(at: picture)
        } catch {
            switch error {
            case .look(let look): return look
            case .disk(let error): throw error
            }
        }
    }

    private func look(at picture: borrowing OpenPicture) throws(Refusal) -> PictureLook {
        let identity = picture.identity
        if identity.size == 0 { return .empty }
        let limit = limit()
        if identity.size > limit { return .tooLarge(identity, limit: limit) }
        if Kernel.hasWriter(picture.file.descriptor) { return .beingWritten }
        do {
            let start = try picture.file.read(PictureKind.signatureLength, at: 0)
            guard let kind = PictureKind(signature: start) else { return .notAPicture(identity) }
            let isWhole = try PictureContent.isWhole(picture.file, kind, size: identity.size)
            return .picture(identity, endsWhole: isWhole)
        } catch {
            throw sorted(error)
        }
    }

    /// Hands over a picture as long as it is what it was when it was shared; `nil` where it is not, or cannot be read.
    ///
    /// - Parameter body: gets its size and its descriptor, which is open that long.
    package func reading<Value>(
        _ file: FilePath, in lane: Lane, as shared: SharedPicture, _ body: (_ size: Int64, CInt) throws -> Value
    ) -> Value? {
        guard let picture = try? open(file, in: lane), shared.isSameFile(as: picture.identity) else { return nil }
        return try? body(picture.identity.size, picture.file.descriptor)
    }

    /// Opens a picture for reading; it is a regular file.
    func open(_ file: FilePath, in lane: Lane) throws(Refusal) -> OpenPicture {
        guard let place = Self.place(of: file, in: lane), let last = place.lastComponent else { throw .look(.outside) }
        var folder: OpenFile
        do {
            folder = try Kernel.open(base, O_RDONLY | O_DIRECTORY)
        } catch {
            // Not the picture is missing then.
            throw .disk(error)
        }
        for component in place.components.dropLast() {
            let name = try self.name(component, of: .directory, beneath: folder)
            folder = try open(name, beneath: folder, O_DIRECTORY)
        }
        let name = try self.picture(last, beneath: folder)
        // O_NONBLOCK: where it was swapped for a FIFO meanwhile, nobody waits for a writer.
        let picture = try open(name, beneath: folder, O_NONBLOCK)
        let status: FileStatus
        do {
            status = try picture.status()
        } catch {
            throw sorted(error)
        }
        guard status.kind == .regular else { throw .look(.notAFile) }
        guard isClaimed || (try? status.isNoSecret(in: folder)) == true else { throw .look(.linked) }
        return OpenPicture(folder: folder, name: name, file: picture, identity: status.identity)
    }

    private func open(
        _ name: FilePath.Component, beneath folder: borrowing OpenFile, _ flags: CInt
    ) throws(Refusal) -> OpenFile {
        do {
            return try Kernel.open(
                FilePath(root: nil, [name]), at: folder.descriptor, O_RDONLY | O_NOFOLLOW | flags)
        } catch {
            throw sorted(error)
        }
    }

    private func picture(
        _ name: FilePath.Component, beneath folder: borrowing OpenFile
    ) throws(Refusal) -> FilePath.Component {
        do {
            return try self.name(name, of: .regular, beneath: folder)
        } catch {
            guard error == .look(.missing) else { throw error }
            for placeholder in PlaceholderName.all(for: name) {
                let isThere = try? Kernel.exists(FilePath(root: nil, [placeholder]), at: folder.descriptor)
                if isThere == true { throw .look(.placeholder) }
            }
            throw error
        }
    }

    /// The name as it stands on the disk, of something of that kind.
    private func name(
        _ name: FilePath.Component, of kind: FileStatus.Kind, beneath folder: borrowing OpenFile
    ) throws(Refusal) -> FilePath.Component {
        do {
            let name = try Self.spelled(name, beneath: folder)
            let found = try Kernel.status(of: FilePath(root: nil, [name]), at: folder.descriptor).kind
            switch found {
            case kind: return name
            case .symlink: throw Refusal.look(.symlink)
            case .regular, .directory, .other: throw Refusal.look(kind == .directory ? .missing : .notAFile)
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch let error as Errno {
            throw sorted(error)
        } catch {
            preconditionFailure("a look throws nothing else")
        }
    }

    /// `é` is one character in a request file and may be two on the disk, as macOS writes it: where the bytes do not
    /// match, the characters do (Unicode's canonical equivalence).
    private static func spelled(
        _ name: FilePath.Component, beneath folder: borrowing OpenFile
    ) throws(Errno) -> FilePath.Component {
        let text = String(decoding: name)
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return name }
        if try Kernel.exists(FilePath(root: nil, [name]), at: folder.descriptor) { return name }
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (other, _) = try listing.next() {
            if String(decoding: other) == text { return other }
        }
        return name
    }

    private func sorted(_ error: Errno) -> Refusal {
        switch error {
        case .noSuchFileOrDirectory, .fileNameTooLong: .look(.missing)
        // Swapped between two calls: what was a folder is a symlink now, which O_NOFOLLOW refuses with either.
        case .tooManySymbolicLinkLevels, .notDirectory: .look(.symlink)
        case .noSuchAddressOrDevice: .look(.notAFile)
        case _ where speaksForAll(error): .disk(error)
        default: .look(.unreadable(error))
        }
    }
}
