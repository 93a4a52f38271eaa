// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import NanoBanana
internal import Requests
internal import Spool
internal import SystemPackage

/// Opens what lies in jobs' folders, through no symlink on the whole way, and nothing but regular files. Blocking.
struct ResultFiles: Sendable {
    let spool: Spool

    /// A job's folder, held by its descriptor: whatever is read of it is of this very one.
    func open(_ place: JobPlace) throws(Errno) -> OpenFile {
        let base = try Kernel.open(place.base.folder(of: spool), O_RDONLY | O_DIRECTORY)
        return try Kernel.openFolder(place.path, beneath: base.descriptor)
    }

    /// A file to be sent; `nil` where there is none that may be.
    func file(_ name: FilePath.Component, in place: JobPlace) throws(Errno) -> SentFile? {
        try Self.file(name, in: open(place))
    }

    static func file(_ name: FilePath.Component, in folder: borrowing OpenFile) throws(Errno) -> SentFile? {
        // Not blocking: somebody may have put a pipe there.
        let file = try Kernel.open(
            FilePath(root: nil, [name]), at: folder.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let status = try file.status()
        guard status.kind == .regular else { return nil }
        let head = try file.read(min(PictureKind.signatureLength, Int(status.identity.size)), at: 0)
        guard let kind = SentFile.Kind(name, head: head) else { return nil }
        return SentFile(file, length: Int(status.identity.size), kind: kind, name: name)
    }

    /// A picture of one's own that a request has named, or that is the request: in the folder, where it was moved there, or
    /// still in the inbox.
    /// Only what the job's own journal names, and only a picture by its bytes.
    func input(_ number: Int, of place: JobPlace) throws(Errno) -> SentFile? {
        let folder = try open(place)
        let bytes = try Journal.read(in: folder)
        guard let job = (try? JournalText(bytes))?.job, let locals = job.request?.locals,
            locals.indices.contains(number - 1)
        else { return nil }
        let local = locals[number - 1]
        if local.content != nil {
            guard let own = try Self.file(job.origin.keptName, in: folder), own.kind.isPicture else { return nil }
            return own
        }
        // The defaults of its lane have added it, which the journal alone does not prove.
        if local.lane != nil { return nil }
        let file = local.file
        guard let name = file.lastComponent else { return nil }
        let found = try? Self.file(
            name, in: Kernel.openFolder(FilePath(root: nil, [JobFileNames.originals]), beneath: folder.descriptor))
        if let found, found.kind.isPicture { return found }
        let inbox = try Kernel.open(spool.inbox, O_RDONLY | O_DIRECTORY)
        let way = job.origin.lane.path.pushing(file.removingLastComponent())
        let lane = try Kernel.openFolder(way.isEmpty ? "." : way, beneath: inbox.descriptor)
        let status = try Kernel.status(of: FilePath(root: nil, [name]), at: lane.descriptor)
        // Another's file under a second name is no picture of the dropper's own.
        guard status.isNoSecret(in: try lane.status()), let picture = try Self.file(name, in: lane),
            picture.kind.isPicture
        else { return nil }
        return picture
    }

    /// A small file in whole; `nil` where it is missing, no regular file, or larger.
    static func small(
        _ name: FilePath.Component, in folder: borrowing OpenFile, limit: Int
    ) throws(Errno) -> [UInt8]? {
        do {
            let file = try Kernel.open(
                FilePath(root: nil, [name]), at: folder.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular, status.identity.size <= limit else { return nil }
            return try file.readAll(limit: limit, expecting: Int(status.identity.size))
        } catch .noSuchFileOrDirectory, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice, .permissionDenied {
            return nil
        }
    }

    /// The names of the files that may be sent, sorted; hidden ones are not among them.
    static func names(in folder: borrowing OpenFile, limit: Int) throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while names.count < limit, let (name, kind) = try listing.next() {
            let isFile = kind == .regular || kind == .unknown
            if isFile, !String(decoding: name).hasPrefix(".") { names.append(name) }
        }
        return names.sorted { String(decoding: $0) < String(decoding: $1) }
    }
}
