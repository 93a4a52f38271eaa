// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import FileIO
internal import Glibc
package import Requests
package import SystemPackage

/// Publishes pictures from one's own disk under their names, and takes them away again. Both may be done again: that
/// comes to the same.
///
/// What stands in its way is thrown as ``ShareError``: no fault of the request, so whoever calls waits and tries again.
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
        case .directory: (directory, commands) = (DistantPlace(threads: Self.copiesAtOnce), nil)
        case .command: (directory, commands) = (nil, FilePool(threads: Self.commandsAtOnce))
        }
    }

    /// Ends the threads when what runs on them has ended.
    package func shutDown() {
        directory?.shutDown()
        commands?.shutDown()
    }

    /// Publishes a picture. Returns the link that the command has printed; `nil` where the picture is to be fetched below
    /// ``ShareSettings/baseURL``.
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
    ) async throws -> PrintedLink? {
        let pictures = pictures ?? self.pictures
        switch settings.way {
        case .directory(let path):
            let publish = onPicture(file, lane, identity, in: pictures) {
                try PublishDirectory(path: path).publish($0, as: name)
            }
            try await inDirectory(path, within: Self.copyPatience, publish)
            return nil
        case .command(let words, _):
            // What the command reads must be what was looked at, whatever happens in the inbox meanwhile.
            let copy = job.pushing(name.file)
            try await files.run(
                onPicture(file, lane, identity, in: pictures) { _ = try $0.copy(to: copy, at: AT_FDCWD, mode: 0o644) })
            let ended: Result<[UInt8], any Error>
            do {
                // Beginning with `/`, it is never taken for an option, or for `remote:path` by rclone.
                let path = try Self.absolute(copy)
                ended = .success(try await run(.publish, CommandWords.filled(words, file: path, name: name)))
            } catch {
                ended = .failure(error)
            }
            try await files.run { try Self.removeCopy(copy) }
            return try link(in: try ended.get())
        }
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
        _ file: FilePath, _ lane: Lane, _ identity: FileStatus.Identity, in pictures: LocalPictures,
        _ work: @escaping @Sendable (borrowing OpenPicture) throws -> Void
    ) -> @Sendable () throws -> Void {
        { [pictures] in
            do {
                let picture = try pictures.open(file, in: lane)
                guard picture.identity == identity else { throw PictureChanged() }
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
