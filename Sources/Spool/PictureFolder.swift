// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import FileIO
internal import Glibc
package import Jobs
package import Requests
package import SystemPackage

/// A folder of pictures that is a batch where its lane says so, held by its descriptor. Blocking.
///
/// Whoever dropped it may own it, and swap whatever lies in it at any moment, where it was claimed to as well. So what
/// is read here is judged once more when each picture has come where nobody else can reach it: see ``FolderSplit``.
package struct PictureFolder: ~Copyable {
    package let files: OpenFile
    /// What is no part of a batch by its name.
    let names: IgnoredNames

    /// So many entries are looked at: each picture may have a text, and other programs leave what they like.
    static let entryLimit = 2 * RequestRules.partsLimit + 1_000

    /// Opens it through no symlink.
    ///
    /// - Parameter lane: the folder that it lies in.
    package init(
        _ name: FilePath.Component, in lane: borrowing OpenFile, _ names: IgnoredNames = .standard
    ) throws(Errno) {
        files = try Kernel.openFolder(FilePath(root: nil, [name]), beneath: lane.descriptor)
        self.names = names
    }

    /// One that somebody asks about.
    package init(at path: FilePath, _ names: IgnoredNames = .standard) throws(Errno) {
        files = try Kernel.open(path, O_RDONLY | O_DIRECTORY)
        self.names = names
    }

    /// One that was claimed.
    init(of job: JobFolder, _ names: IgnoredNames = .standard) throws(Errno) {
        files = try Kernel.open(job.path.appending(JobFileNames.originals), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        self.names = names
    }

    /// Whether a folder of that name would be a batch, in a lane that makes batches of folders: it is neither the folder
    /// of a job nor a lane by what is in it or by its name.
    ///
    /// - Parameter lane: the folder that it lies in.
    package static func isOne(_ name: FilePath.Component, in lane: borrowing OpenFile) -> Bool {
        if isLane(name) { return false }
        guard let folder = try? PictureFolder(name, in: lane) else { return false }
        return (try? folder.isOne) ?? false
    }

    /// Whether a folder of that name means something else, whatever is in it.
    private static func isLane(_ name: FilePath.Component) -> Bool {
        let own = Lane(path: FilePath(root: nil, [name]))
        return own.isAgain || own.isUrgent || SteeringWord(name) == .pause
    }

    /// The same of one that is open.
    var isOne: Bool {
        get throws(Errno) {
            for name in [JobFileNames.journal, RequestDefaults.fileName] where try files.holds(name) { return false }
            return true
        }
    }

    /// What it comes to. What other programs leave in folders is passed over; conflict copies are left out.
    package func contents() throws(Errno) -> FolderContents {
        var (found, others): ([FilePath.Component], [FilePath.Component]) = ([], [])
        var count = 0
        var listing = try DirectoryListing(".", at: files.descriptor)
        while let (name, kind) = try listing.next() {
            count += 1
            if count > Self.entryLimit { return .tooMuch }
            switch names.verdict(on: name) {
            case .ignored: continue
            case .conflictCopy: others.append(name)
            case .request, .other:
                if try isFile(name, kind) { found.append(name) } else { others.append(name) }
            }
        }
        return try FolderContents(files: found, others: others) { text throws(Errno) in try look(at: text) }
    }

    private func isFile(_ name: FilePath.Component, _ kind: DirectoryListing.Kind) throws(Errno) -> Bool {
        switch kind {
        case .regular: true
        case .directory, .other: false
        case .unknown: try look(at: name)?.kind == .regular
        }
    }

    /// Files that lie in the folder of a job, or of its result.
    private static let marks = [
        JobFileNames.journal, ResultSummary.fileName, BatchSummary.fileName, JobFileNames.error,
        JobFileNames.folderPlan,
    ]

    /// Whether it may be taken.
    package enum Stay: Equatable, Sendable {
        case taken(FolderContents)
        case leftAlone(LeftAloneReason)
    }

    /// Why it is no batch. A picture in it that cannot be sent is none: it is a part that fails.
    package func reasonToStay(called name: FilePath.Component) throws(Errno) -> Stay {
        // Its name would say afterwards that it was a file.
        let isFile = RequestFileName(name) != nil || PictureName.stem(of: name) != nil
        if isFile { return .leftAlone(.folder(.nameOfFile)) }
        let hasDefaults = try files.holds(RequestDefaults.fileName)
        if hasDefaults || Self.isLane(name) { return .leftAlone(.folder(.isLane)) }
        // What is in the folder of a result was paid for, whatever of it is still to come.
        if [JobFileNames.originals, JobFileNames.delivered].contains(name) { return .leftAlone(.insideJobFolder) }
        for mark in Self.marks where try files.holds(mark) { return .leftAlone(.insideJobFolder) }
        let contents = try contents()
        if contents.isTooMuch { return .leftAlone(.folder(.tooManyFiles(limit: Self.entryLimit))) }
        if let doubt = contents.doubt { return .leftAlone(.folder(.doubtfulText(doubt))) }
        if contents.parts.isEmpty { return .leftAlone(.folder(.noPictures)) }
        let limit = RequestRules.partsLimit
        if contents.parts.count > limit { return .leftAlone(.folder(.tooMany(limit: limit))) }
        for part in contents.parts {
            guard let status = try look(at: part.picture), status.kind == .regular else { continue }
            if try !status.isNoSecret(in: files) { return .leftAlone(.folder(.linkedFile(part.picture))) }
        }
        return .taken(contents)
    }

    func look(at name: FilePath.Component) throws(Errno) -> FileStatus? {
        try PictureCompany.look(at: name, in: files)
    }

    private func look(at text: Sidecar) throws(Errno) -> FolderContents.Text {
        guard let status = try look(at: text.name) else { return .request }
        let isSecret = try !status.isNoSecret(in: files)
        if status.kind != .regular || isSecret { return .doubtful(.notAFile(text.name)) }
        if status.size == 0 { return .doubtful(.empty(text.name)) }
        if text.syntax == .text { return .text }
        return text.isRequest(try SidecarText.read(text, called: text.name, in: files).bytes) ? .request : .text
    }
}

// MARK: What its pictures ask for

extension PictureFolder {
    func open(_ name: FilePath.Component) throws(Errno) -> OpenFile {
        try Kernel.open(FilePath(root: nil, [name]), at: files.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    }

    /// All of its pictures as a batch.
    ///
    /// - Parameter batch: where the folder was dropped.
    package func batch(
        _ batch: Origin, _ reader: RequestReader, _ defaults: RequestDefaults
    ) throws(Errno) -> Result<RequestContent, Findings> {
        guard defaults.takesFolders else { return .failure(Findings(.folderAlone)) }
        let contents = try contents()
        if let doubt = contents.doubt {
            return .failure(Findings(.inText(String(decoding: doubt.picture), .doubtfulText(doubt.doubt))))
        }
        if contents.parts.isEmpty, !contents.isTooMuch { return .failure(Findings(.noPicturesInFolder)) }
        if contents.isTooMuch || contents.parts.count > RequestRules.partsLimit {
            return .failure(Findings(.tooManyPictures(limit: RequestRules.partsLimit)))
        }
        var parts: [BatchPart] = []
        for (index, part) in contents.parts.enumerated() {
            parts.append(
                try self.part(part, index + 1, of: contents.parts.count, batch, reader, defaults, readsAll: false))
        }
        return .success(.batch(parts, PassedOver(files: contents.leftOut)))
    }

    /// One of its pictures.
    ///
    /// - Parameters:
    ///   - number: of the part, from 1.
    ///   - readsAll: whether its bytes are read to tell the picture from others: of ten thousand that takes its time.
    func part(
        _ part: FolderPart, _ number: Int, of count: Int, _ batch: Origin, _ reader: RequestReader,
        _ defaults: RequestDefaults, readsAll: Bool
    ) throws(Errno) -> BatchPart {
        let folder = ResultNames.part(number, of: count, called: part.name)
        let reader = reader.at(Origin(lane: batch.lane, batch: batch.stem, file: part.file(in: folder)))
        return BatchPart(part, request: try request(part, reader, defaults, readsAll: readsAll))
    }

    private func request(
        _ part: FolderPart, _ reader: RequestReader, _ defaults: RequestDefaults, readsAll: Bool
    ) throws(Errno) -> Result<Request, Findings> {
        guard let status = try look(at: part.picture) else { return .failure(Findings(.notThere)) }
        let isSecret = try !status.isNoSecret(in: files)
        if status.kind != .regular || isSecret { return .failure(Findings(.notAFile)) }
        do throws(Errno) {
            let file = try open(part.picture)
            let kind = try PictureContent.kind(of: file, size: status.size, limit: reader.rules.pictureLimit)
            let content = readsAll ? try PictureContent.content(of: file, size: status.size) : Fingerprint(of: [])
            var text: SidecarText?
            if let name = part.text, let sidecar = Sidecar(name) {
                text = try SidecarText.read(sidecar, called: name, in: files)
            }
            let picture = kind.map { DroppedPicture(name: part.picture, kind: $0, content: content) }
            return picture.request(beside: .success(text), with: reader, defaults).flatMap { content in
                switch content {
                case .request(let request): .success(request)
                case .batch: .failure(Findings(.batch))
                }
            }
        } catch .noSuchFileOrDirectory {
            return .failure(Findings(.notThere))
        } catch .tooManySymbolicLinkLevels, .noSuchAddressOrDevice {
            return .failure(Findings(.notAFile))
        } catch .permissionDenied {
            return .failure(Findings(.unreadable(.permissionDenied)))
        }
    }
}

extension JobFolder {
    /// One of the pictures of a folder that was claimed, with what tells it from others.
    package func part(
        _ part: FolderPart, _ number: Int, of count: Int, _ batch: Origin, _ reader: RequestReader,
        _ defaults: RequestDefaults
    ) throws(Errno) -> BatchPart {
        let folder = try PictureFolder(of: self)
        return try folder.part(part, number, of: count, batch, reader, defaults, readsAll: true)
    }
}
