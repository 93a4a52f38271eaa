// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// Publishes pictures from one's own disk under their names, and takes them away again. Both may be done again: that
/// comes to the same.
///
/// What stands in its way is thrown as ``ShareError``: no fault of the request, so whoever calls waits and tries again.
struct PictureShare: Sendable {
    /// A picture is no longer what it was when it was looked at: it has to be looked at again.
    struct PictureChanged: Error, Equatable {}

    let settings: ShareSettings
    let pictures: LocalPictures
    private let files: FilePool
    /// The threads that wait for commands; so many run at once, and the rest waits.
    private let commands: FilePool?
    private let environment: [[UInt8]]

    private static let commandsAtOnce = 4

    /// - Parameter environment: what commands get to see; entries that begin with `BANANADROP_` are left out.
    init(
        _ settings: ShareSettings, pictures: LocalPictures, files: FilePool,
        environment: [[UInt8]] = CommandRun.ownEnvironment
    ) {
        self.settings = settings
        self.pictures = pictures
        self.files = files
        self.environment = CommandRun.environment(from: environment)
        commands =
            switch settings.way {
            case .directory: nil
            case .command: FilePool(threads: Self.commandsAtOnce)
            }
    }

    /// Ends the threads when the commands that run have ended.
    func shutDown() {
        commands?.shutDown()
    }

    /// Publishes a picture.
    ///
    /// - Parameters:
    ///   - file: as the request names it.
    ///   - lane: the folder of the request file.
    ///   - identity: what it was when ``PictureWait`` found it ready.
    ///   - name: what it is called where it is published.
    ///   - job: the job's folder, where a command finds a copy that nobody else can change.
    ///
    /// Throws ``ShareError``, ``PictureChanged``, `Errno` where the spool's own disk refuses, or `CancellationError`.
    func share(
        _ file: FilePath, in lane: Lane, _ identity: FileStatus.Identity, as name: SharedName, for job: FilePath
    ) async throws {
        switch settings.way {
        case .directory(let path):
            try await withPicture(file, lane, identity) { try PublishDirectory(path: path).publish($0, as: name) }
        case .command(let words, _):
            // What the command reads must be what was looked at, whatever happens in the inbox meanwhile.
            let copy = job.pushing(name.file)
            try await withPicture(file, lane, identity) { _ = try $0.copy(to: copy, at: AT_FDCWD, mode: 0o644) }
            let ended: Result<Void, any Error>
            do {
                // Beginning with `/`, it is never taken for an option, or for `remote:path` by rclone.
                let path = try Self.absolute(copy)
                ended = .success(try await run(.publish, CommandWords.filled(words, file: path, name: name)))
            } catch {
                ended = .failure(error)
            }
            try await files.run { try Self.removeCopy(copy) }
            try ended.get()
        }
    }

    /// Opens the picture and hands it on, where it still is what it was.
    private func withPicture(
        _ file: FilePath, _ lane: Lane, _ identity: FileStatus.Identity,
        _ work: @escaping @Sendable (borrowing OpenPicture) throws -> Void
    ) async throws {
        try await files.run { [pictures] in
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
    func remove(_ name: SharedName, for job: FilePath) async throws {
        if settings.keeps { return }
        switch settings.way {
        case .directory(let path): try await files.run { try PublishDirectory(path: path).remove(name) }
        case .command(_, let words):
            try await files.run { try Self.removeCopy(job.pushing(name.file)) }
            guard let words else { return }
            try await run(.remove, CommandWords.filled(words, file: nil, name: name))
        }
    }

    private func run(_ command: ShareCommand, _ arguments: [[UInt8]]) async throws {
        guard let commands else { preconditionFailure("a command has threads") }
        let alarm = try Alarm()
        let run = CommandRun(arguments: arguments, environment: environment, timeout: settings.commandTimeout)
        do {
            try await withTaskCancellationHandler {
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
