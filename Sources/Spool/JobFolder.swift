// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
package import Jobs
package import Requests
package import SystemPackage

/// A job's folder in `processing/`. Blocking; runs on the ``FilePool``.
package struct JobFolder: Sendable {
    package let path: FilePath

    package init(path: FilePath) {
        self.path = path
    }

    /// Makes a new, empty folder.
    static func make(in spool: Spool, for origin: Origin) throws(Errno) -> JobFolder {
        while true {
            let name = ResultNames.job(origin.stem, unique: Machine.uniqueNumber)
            let folder = JobFolder(path: spool.processing.appending(name))
            do {
                try Kernel.makeDirectory(folder.path)
                return folder
            } catch .fileExists {
                continue
            }
        }
    }

    /// Throws where the job's folder, or that of the batch that it is a part of, was taken away, or is being deleted.
    package func mustStand(asPart isPart: Bool) throws(Errno) {
        for folder in isPart ? [path, path.removingLastComponent()] : [path] {
            _ = try Kernel.status(of: folder.appending(JobFileNames.journal), at: AT_FDCWD)
        }
    }

    /// Reads the request file that was claimed. What is wrong with the file itself is the request's fault and a
    /// finding; the disk's own trouble is thrown.
    ///
    /// - Parameter names: what is no part of a batch by its name.
    package func readContent(
        of origin: Origin, _ reader: RequestReader, _ defaults: RequestDefaults, _ names: IgnoredNames
    ) throws(Errno) -> Result<RequestContent, Findings> {
        do throws(Errno) {
            if origin.isFolder { return try PictureFolder(of: self, names).batch(origin, reader, defaults) }
            let file = try Kernel.open(path.appending(origin.keptName), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular else { return .failure(Findings(.notAFile)) }
            return try content(of: file, status, origin, reader.at(origin), defaults)
        } catch .tooManySymbolicLinkLevels, .noSuchAddressOrDevice, .notDirectory {
            return .failure(Findings(.notAFile))
        } catch .permissionDenied {
            return .failure(Findings(.unreadable(.permissionDenied)))
        } catch .noSuchFileOrDirectory {
            // Where the folder itself is gone, so is the spool, or somebody took it: no fault of the request.
            guard try Kernel.exists(path) else { throw .noSuchFileOrDirectory }
            return .failure(Findings(.unreadable(.noSuchFileOrDirectory)))
        }
    }

    /// The same of a file that is open already.
    ///
    /// - Parameter status: the file's.
    func content(
        of file: borrowing OpenFile, _ status: FileStatus, _ origin: Origin, _ reader: RequestReader,
        _ defaults: RequestDefaults
    ) throws(Errno) -> Result<RequestContent, Findings> {
        if origin.isPicture {
            return try PictureContent.picture(
                in: file, size: status.size, called: origin.file, limit: reader.rules.pictureLimit
            ).request(beside: try Self.text(beside: origin, in: try open()), with: reader, defaults)
        }
        let syntax = RequestFileName(origin.file)?.syntax ?? .yaml
        return try ParsingRoom.shared.reading(file, of: status.size, as: syntax) { bytes in
            do throws(Findings) {
                return .success(try reader.content(of: bytes, as: syntax, defaults: defaults))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Of the request file, byte for byte.
    ///
    /// - Throws: for a folder that is a batch also where nobody has looked at its pictures.
    package func fingerprint(of origin: Origin) throws(Errno) -> Fingerprint {
        if origin.isFolder {
            guard let content = FolderPlan.read(in: path)?.content else { throw .noSuchFileOrDirectory }
            return content
        }
        let file = try Kernel.open(path.appending(origin.keptName), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let status = try file.status()
        return Fingerprint(of: try file.readAll(limit: Int(status.size), expecting: Int(status.size)))
    }

    /// Whether whoever dropped the file meant it once more: by where it was dropped, or see ``AgainMark``.
    package func isMarkedAgain(_ origin: Origin) -> Bool {
        origin.lane.isAgain || AgainMark.isOn(path.appending(origin.keptName))
    }

    /// What a job that is still to be read says; `nil` for any other, and where its lane's defaults cannot be used now:
    /// then it is read later.
    package func readContent(
        of job: Job, _ reader: RequestReader, _ defaults: LaneDefaults, _ names: IgnoredNames
    ) throws(Errno) -> Result<RequestContent, Findings>? {
        guard job.isUnread, let defaults = try? defaults.look(at: job.origin.lane) else { return nil }
        return try readContent(of: job.origin, reader, defaults, names)
    }

    /// Whether the request file asks for something else by now than when the failed job read it. Where it is not there,
    /// or the journal is older than what it is compared with, nothing says so.
    func isRequestChanged(since job: Job) throws(Errno) -> Bool {
        guard let before = job.request?.source else { return false }
        do {
            let file = try Kernel.open(path.appending(job.origin.keptName), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular else { return false }
            if job.origin.isPicture {
                return try PictureContent.source(of: file, size: status.size, job.origin, in: try open()) != before
            }
            guard let syntax = RequestFileName(job.origin.file)?.syntax else { return false }
            let bytes = try file.readAll(limit: syntax.sizeLimit + 1, expecting: Int(status.size))
            return RequestSource.fingerprint(of: bytes, as: syntax) != before
        } catch .noSuchFileOrDirectory, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice, .permissionDenied {
            return false
        }
    }

    /// Notes the lane beside the journal; see ``JobFileNames/lane``.
    func noteLane(_ lane: Lane) throws(Errno) {
        if lane.isRoot { return }
        do {
            try Kernel.makeSymlink(path.appending(JobFileNames.lane), at: AT_FDCWD, pointingTo: lane.path)
        } catch .notPermitted, .notSupported {
            // A file system without symlinks: only the power cut between this line and the next would have needed it.
        }
    }

    /// The request file that a claim brought here, and the lane that it came from, where the journal cannot say.
    func strandedRequest() throws(Errno) -> Origin? {
        var (picture, inWords, folder): (Origin?, Origin?, Origin?)
        var listing = try DirectoryListing(path)
        while let (name, _) = try listing.next() {
            if name == JobFileNames.originals, Kernel.isDirectory(path.appending(name)) {
                folder = self.path.lastComponent.flatMap(ResultNames.stem(ofJob:)).map { stem in
                    Origin(lane: notedLane, file: stem, isFolder: true)
                }
                continue
            }
            let stem = PictureName.stem(of: name)
            guard RequestFileName(name) != nil || stem != nil, !Self.isOurs(name),
                try Kernel.status(of: path.appending(name), at: AT_FDCWD).kind == .regular
            else { continue }
            guard let stem else {
                inWords = inWords ?? Origin(lane: notedLane, file: name)
                continue
            }
            // Others are what was fetched.
            let isRequest = path.lastComponent.map { ResultNames.isJob($0, of: stem) } ?? false
            if isRequest { picture = Origin(lane: notedLane, file: name) }
        }
        // Beside a picture that is the request there may be its text.
        return picture ?? inWords ?? folder
    }

    /// What ``noteLane(_:)`` has noted; the inbox itself where nothing is.
    var notedLane: Lane {
        let lane = try? Kernel.readSymlink(path.appending(JobFileNames.lane), at: AT_FDCWD)
        return lane.flatMap(Lane.init(checking:)) ?? .root
    }

    /// Whether a file of any job may have that name.
    static func isOurs(_ name: FilePath.Component) -> Bool {
        [JobFileNames.journal, JobFileNames.lane, JobFileNames.folderPlan].contains(name) || Origin.isReserved(name)
    }

    /// Writes a file anew.
    package func write(_ bytes: [UInt8], to name: FilePath.Component) throws(Errno) {
        let file = try Kernel.createAnew(path.appending(name))
        try file.writeAll(bytes)
    }

    /// Whether the pictures are on the disk as they were recorded: a power cut may keep a file's size and lose its bytes.
    ///
    /// - Parameter thoroughly: whether all of the bytes are looked at, or how the file begins and ends.
    package func has(_ pictures: [PictureFile], thoroughly: Bool = true) -> Bool {
        pictures.allSatisfy { (try? has($0, thoroughly)) ?? false }
    }

    private func has(_ picture: PictureFile, _ thoroughly: Bool) throws(Errno) -> Bool {
        let file = try Kernel.open(path.appending(picture.name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        guard try file.status().size == picture.bytes else { return false }
        guard let checksum = picture.checksum else { return true }
        if thoroughly { return try file.checksum().value == checksum }
        let end = max(Int(picture.bytes) - 16, 0)
        for offset in [0, end] {
            let bytes = try file.read(16, at: offset)
            if bytes.allSatisfy({ $0 == 0 }) { return false }
        }
        return true
    }

    /// Whether its result is there and whole.
    var hasResult: Bool {
        guard
            case .success(let bytes) = CheckedBytes.read(
                path.appending(ResultSummary.fileName), limit: RequestRules.batchSizeLimit)
        else { return false }
        return (try? JSONDocumentParser.parse(bytes)) != nil
    }

    /// Whether its error.txt is there and whole.
    var saysWhy: Bool {
        guard
            case .success(let bytes) = CheckedBytes.read(
                path.appending(JobFileNames.error), limit: RequestRules.batchSizeLimit)
        else { return false }
        return !bytes.isEmpty && !bytes.contains(0)
    }

    /// Removes pictures that were being fetched, or marked, when the daemon ended and that nothing records.
    package func removeStrayPictures(of job: Job) throws(Errno) {
        var strays: [FilePath.Component] = []
        let (namesPicture, known) = (job.namesPicture, Set(job.pictures.map(\.name)))
        var listing = try DirectoryListing(path)
        while let (name, _) = try listing.next() {
            let text = String(decoding: name)
            if namesPicture(text) && !known.contains(text) || JobFileNames.isMarking(text) { strays.append(name) }
        }
        for stray in strays { try Kernel.remove(path.appending(stray), at: AT_FDCWD) }
    }

    /// Why a request with mistakes fails, with the lines that they stand in.
    package func explain(_ findings: Findings, of origin: Origin) -> Explanation {
        if origin.isFolder { return Wording.explain(findings, ofFolder: origin.file) }
        let why = Wording.explain(.invalidRequest(findings))
        guard findings.haveLines, let text = requestText(of: origin) else { return why }
        return why.quoting(findings, from: text)
    }

    /// What the request file says, or the text beside a picture, with line feeds; `nil` where it cannot be had.
    func requestText(of origin: Origin) -> String? {
        if origin.isFolder { return nil }
        if origin.isPicture {
            guard let folder = try? open(), case .success(let text?)? = try? Self.text(beside: origin, in: folder)
            else { return nil }
            return try? DocumentText(text.bytes).text
        }
        let limit = (RequestFileName(origin.file)?.syntax ?? .yaml).sizeLimit
        guard let file = try? Kernel.open(path.appending(origin.keptName), O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let status = try? file.status(), status.kind == .regular, status.size <= limit,
            let bytes = try? file.readAll(limit: limit, expecting: Int(status.size))
        else { return nil }
        return try? DocumentText(bytes).text
    }

    /// Writes everything that goes with the job into its folder. May be done again: it gives the same files.
    ///
    /// - Parameter bill: `nil` where no prices are known.
    package func writeResult(
        of job: Job, _ outcome: JobOutcome, finishedAt: Timestamp, bill: Bill? = nil
    ) throws(Errno) {
        for (index, variant) in job.variants.enumerated() {
            // What has a file of its own is there already.
            if case .bytes(let response)? = variant.response {
                try write(response, to: ResultNames.response(index))
            }
        }
        AgainMark.takeOff(path.appending(job.origin.keptName))
        let summary = ResultSummary(job: job, outcome: outcome, finishedAt: finishedAt, bill: bill)
        try writeError(of: job, outcome, summary.bill)
        try write(summary.json.page, to: ResultSummary.fileName)
    }

    func writeError(of job: Job, _ outcome: JobOutcome, _ bill: Bill) throws(Errno) {
        if case .failed(let explanation) = outcome {
            let text = Wording.errorText(explanation, of: job, bill)
            try write(Array(text.utf8), to: JobFileNames.error)
        } else {
            // Of an earlier failure, before the job was put back, or before a start that reads the request anew.
            do {
                try Kernel.remove(path.appending(JobFileNames.error), at: AT_FDCWD)
            } catch .noSuchFileOrDirectory {}
        }
    }

    /// Removes a folder that never became a job, or no longer is one: see ``isBare()``. Where something else is in it, it
    /// stays as it is: without its first line nobody would know whose that was.
    func discard() throws(Errno) {
        guard try isBare() else { throw .directoryNotEmpty }
        for name in [JobFileNames.journal, JobFileNames.lane] where try Kernel.exists(path.appending(name)) {
            try Kernel.remove(path.appending(name), at: AT_FDCWD)
        }
        try Kernel.removeDirectory(path, at: AT_FDCWD)
    }

    /// Whether nothing is in it but what a claim puts there before the request.
    func isBare() throws(Errno) -> Bool {
        var listing = try DirectoryListing(path)
        while let (name, _) = try listing.next() {
            switch name {
            case JobFileNames.journal: if try status(of: name).kind != .regular { return false }
            case JobFileNames.lane: if try status(of: name).kind != .symlink { return false }
            default: return false
            }
        }
        return true
    }

    /// When its journal was written to for the last time.
    package func journalTime() throws(Errno) -> Timestamp {
        Timestamp(nanoseconds: try status(of: JobFileNames.journal).identity.modified)
    }

    private func status(of name: FilePath.Component) throws(Errno) -> FileStatus {
        try Kernel.status(of: path.appending(name), at: AT_FDCWD)
    }
}
