// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import FileIO
internal import Glibc
internal import NanoBanana
package import Requests
package import SystemPackage

/// Where a picture was published, and as what.
package struct PublishedPicture: Equatable, Sendable {
    /// The link that the command has printed; `nil` where the picture is to be fetched below ``ShareSettings/baseURL``.
    package var link: PrintedLink?
    /// The size of the smaller picture that was published in its stead; `nil` where it is the picture itself.
    package var bytes: Int64?
}

/// Publishes pictures from one's own disk under their names, and takes them away again. Both may be done again: that
/// comes to the same.
///
/// What stands in its way is thrown as ``ShareError``: mostly no fault of the request, so whoever calls waits and tries
/// again.
package struct PictureShare: Sendable {
    /// A picture is no longer what it was when it was looked at: it has to be looked at again.
    package struct PictureChanged: Error, Equatable {}

    package let settings: ShareSettings
    package let pictures: LocalPictures
    private let files: FilePool
    /// Where the directory is, whose disk may not answer.
    private let directory: DistantPlace?
    /// The threads that wait for commands; so many run at once, and the rest waits.
    private let commands: FilePool?
    private let environment: [[UInt8]]

    private static let commandsAtOnce = 4
    private static let copiesAtOnce = 4
    /// How long the directory may take for a picture, and to take one away again: a slow disk takes a second or two.
    private static let copyPatience = Duration.seconds(60)
    private static let removalPatience = Duration.seconds(15)

    /// - Parameter environment: what commands get to see; entries that begin with `BANANADROP_` are left out.
    package init(
        _ settings: ShareSettings, pictures: LocalPictures, files: FilePool,
        environment: [[UInt8]] = CommandRun.ownEnvironment
    ) {
        self.settings = settings
        self.pictures = pictures
        self.files = files
        self.environment = CommandRun.environment(from: environment)
        switch settings.way {
        case .directory: directory = DistantPlace(threads: Self.copiesAtOnce)
        case .command: directory = nil
        }
        let hasCommands = directory == nil || settings.shrink != nil
        commands = hasCommands ? FilePool(threads: Self.commandsAtOnce) : nil
    }

    /// Ends the threads when what runs on them has ended.
    package func shutDown() {
        directory?.shutDown()
        commands?.shutDown()
    }

    /// A picture as it was looked at.
    private struct Source {
        var file: FilePath
        var lane: Lane
        var identity: FileStatus.Identity
        var pictures: LocalPictures
    }

    /// Publishes a picture; one that is too large is made smaller before.
    ///
    /// - Parameters:
    ///   - file: as the request names it.
    ///   - lane: the folder of the request file.
    ///   - identity: what it was when ``PictureWait`` found it ready.
    ///   - name: what it is called where it is published.
    ///   - pictures: where it lies, where that is not the inbox.
    ///   - job: the job's folder, where a command finds a copy that nobody else can change.
    ///
    /// Throws ``ShareError``, ``PictureChanged``, `Errno` where the spool's own disk refuses, or `CancellationError`.
    package func share(
        _ file: FilePath, in lane: Lane, _ identity: FileStatus.Identity, of pictures: LocalPictures? = nil,
        as name: SharedName, for job: FilePath
    ) async throws -> PublishedPicture {
        let source = Source(file: file, lane: lane, identity: identity, pictures: pictures ?? self.pictures)
        guard let shrink = settings.shrink, identity.size > shrink.above else {
            return PublishedPicture(link: try await publish(source, as: name, for: job))
        }
        let small = Self.small(name)
        let ended: Result<PublishedPicture, any Error>
        do {
            let smaller = try await self.smaller(source, by: shrink, small, name, job)
            let link = try await publish(smaller, as: name, for: job)
            ended = .success(PublishedPicture(link: link, bytes: smaller.identity.size))
        } catch {
            ended = .failure(error)
        }
        try await files.run { try Self.removeCopy(job.pushing(small)) }
        return try ended.get()
    }

    /// The name of a smaller picture in the job's folder.
    private static func small(_ name: SharedName) -> FilePath { FilePath("small-" + name.text) }

    private func publish(_ source: Source, as name: SharedName, for job: FilePath) async throws -> PrintedLink? {
        switch settings.way {
        case .directory(let path):
            let publish = onPicture(source) { try PublishDirectory(path: path).publish($0, as: name) }
            try await inDirectory(path, within: Self.copyPatience, publish)
            return nil
        case .command(let words, _):
            let output = try await withCopy(of: source, name, job) { path in
                try await run(.publish, CommandWords.filled(words, file: path, name: name))
            }
            return try link(in: output)
        }
    }

    /// What a command reads must be what was looked at, whatever happens in the inbox meanwhile.
    private func withCopy<Value>(
        of source: Source, _ name: SharedName, _ job: FilePath, _ work: (FilePath) async throws -> Value
    ) async throws -> Value {
        let copy = job.pushing(name.file)
        try await files.run(onPicture(source) { _ = try $0.copy(to: copy, at: AT_FDCWD, mode: 0o644) })
        let ended: Result<Value, any Error>
        do {
            // Beginning with `/`, it is never taken for an option, or for `remote:path` by rclone.
            ended = .success(try await work(try Self.absolute(copy)))
        } catch {
            ended = .failure(error)
        }
        try await files.run { try Self.removeCopy(copy) }
        return try ended.get()
    }

    private func smaller(
        _ source: Source, by shrink: ShareSettings.Shrink, _ small: FilePath, _ name: SharedName, _ job: FilePath
    ) async throws -> Source {
        let target = job.pushing(small)
        // What a crash has left of an earlier attempt is none of this one's.
        try await files.run { try Self.removeCopy(target) }
        let out = try Self.absolute(target)
        try await withCopy(of: source, name, job) { path in
            _ = try await run(.shrink, CommandWords.filled(shrink.command, file: path, name: name, out: out))
        }
        let pictures = source.pictures.within(job)
        let look = try await files.run { try pictures.look(at: small, in: .root) }
        guard case .picture(let identity, endsWhole: true) = look else { throw ShareError.notShrunk(.noPicture) }
        let start = try await files.run {
            try Kernel.open(target, O_RDONLY | O_NOFOLLOW).read(PictureKind.signatureLength, at: 0)
        }
        if let kind = PictureKind(signature: start), !name.isOf(kind) {
            throw ShareError.notShrunk(.otherKind(kind.fileExtension))
        }
        guard identity.size < source.identity.size else {
            throw ShareError.notShrunk(.notSmaller(UInt64(identity.size)))
        }
        return Source(file: small, lane: .root, identity: identity, pictures: pictures)
    }

    /// Where nothing was printed that is meant for a link, the picture is where pictures are.
    private func link(in output: [UInt8]) throws(ShareError) -> PrintedLink? {
        let now = Timestamp.now
        switch PrintedLink.read(output, settings.linkAddresses, at: now) {
        case .link(let link): return PrintedLink(link, at: now)
        case .bad(let line, let problem): throw .badLink(line, problem)
        case .nothing where settings.baseURL != nil, .words where settings.baseURL != nil: return nil
        case .nothing: throw .noLink(nil)
        case .words(let line): throw .noLink(line)
        }
    }

    /// Opens the picture and hands it on, where it still is what it was.
    private func onPicture(
        _ source: Source, _ work: @escaping @Sendable (borrowing OpenPicture) throws -> Void
    ) -> @Sendable () throws -> Void {
        {
            do {
                let picture = try source.pictures.open(source.file, in: source.lane)
                guard picture.identity == source.identity else { throw PictureChanged() }
                try work(picture)
            } catch LocalPictures.Refusal.look {
                throw PictureChanged()
            } catch LocalPictures.Refusal.disk(let error) {
                throw error
            } catch OpenPicture.CopyError.changed {
                throw PictureChanged()
            } catch OpenPicture.CopyError.reading(let error) {
                throw error
            } catch OpenPicture.CopyError.writing(let error) {
                throw error
            }
        }
    }

    /// Takes a picture away again; one that is not there, or no longer, is no error for a directory, and for a command
    /// what it says. A copy in the job's folder that a crash has left goes with it.
    ///
    /// Throws as ``share(_:in:_:as:for:)`` does, but for ``PictureChanged``.
    package func remove(_ name: SharedName, for job: FilePath) async throws {
        if settings.keeps { return }
        if settings.shrink != nil {
            try await files.run {
                for file in [name.file, Self.small(name)] { try Self.removeCopy(job.pushing(file)) }
            }
        }
        switch settings.way {
        case .directory(let path):
            try await inDirectory(path, within: Self.removalPatience) { try PublishDirectory(path: path).remove(name) }
        case .command(_, let words):
            try await files.run { try Self.removeCopy(job.pushing(name.file)) }
            guard let words else { return }
            try await run(.remove, CommandWords.filled(words, file: nil, name: name))
        }
    }

    /// What lies there may hang for as long as it likes: nobody but those with pictures waits for it.
    private func inDirectory(
        _ path: FilePath, within time: Duration, _ work: @escaping @Sendable () throws -> Void
    ) async throws {
        guard let directory else { preconditionFailure("a directory has threads") }
        do {
            try await directory.run(within: time, work)
        } catch Errno.timedOut {
            throw ShareError.directory(path, .timedOut)
        }
    }

    @discardableResult
    private func run(_ command: ShareCommand, _ arguments: [[UInt8]]) async throws -> [UInt8] {
        guard let commands else { preconditionFailure("a command has threads") }
        let alarm = try Alarm()
        let run = CommandRun(arguments: arguments, environment: environment, timeout: settings.commandTimeout)
        do {
            return try await withTaskCancellationHandler {
                try await commands.run { try run.run(until: alarm) }
            } onCancel: {
                alarm.raise()
            }
        } catch let trouble as CommandTrouble {
            throw ShareError.command(command, trouble)
        }
    }

    private static func removeCopy(_ copy: FilePath) throws(Errno) {
        do {
            try Kernel.remove(copy, at: AT_FDCWD)
        } catch .noSuchFileOrDirectory {}
    }

    private static func absolute(_ path: FilePath) throws(Errno) -> FilePath {
        if path.isAbsolute { return path }
        return try Kernel.workingDirectory().pushing(path)
    }
}
