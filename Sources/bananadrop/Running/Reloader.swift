// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import FileIO
internal import Logging
internal import NIOPosix
internal import NanoBanana
internal import SystemPackage

/// Reads configuration and key again while the daemon runs. What is wrong is said and changes nothing; what can only
/// hold after a restart is listed.
actor Reloader {
    private let options: SettingsOptions
    private let key: CurrentKey
    private let manager: ServiceManager
    private let log: Logger
    private let threshold: LogThreshold
    private let changes: AsyncStream<SettingsChange>.Continuation
    /// As they hold now.
    private var settings: Settings
    /// The values that hold now, where a restart would bring others.
    private var values: [SettingName: String]
    private var keyFile: FileLook?
    /// The configuration file that held; `nil` where there was none.
    private var file: String?
    private let starts: AsyncStream<Void>
    /// Settings hold from now on, which may name a file for the key.
    private let started: AsyncStream<Void>.Continuation

    /// How often the key's file is looked at.
    private static let keyInterval = Duration.seconds(10)

    /// - Parameters:
    ///   - settings: those that the daemon was started with.
    ///   - changes: where the pipeline hears of what changes.
    init(
        _ options: SettingsOptions, _ settings: Settings, _ key: CurrentKey, manager: ServiceManager, log: Logger,
        threshold: LogThreshold, changes: AsyncStream<SettingsChange>.Continuation
    ) {
        self.options = options
        self.settings = settings
        self.key = key
        self.manager = manager
        self.log = log
        self.threshold = threshold
        self.changes = changes
        values = settings.values
        keyFile = Self.lookAtKey(settings)
        file = SettingsLoader.file(options)
        (starts, started) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        started.yield()
    }

    private struct Read: Sendable {
        var settings: Settings
        var dropFolder: DropFolderSettings
        var logLevel: Logger.Level
        var key: APIKey
        var keyFile: FileLook?
        var file: String?
    }

    /// Takes over what is in the files now, all of it or nothing.
    func reload() async {
        manager.tell(.reloadingNow, log: log)
        do {
            // Files are read where blocking is allowed.
            let read = try await NIOThreadPool.singleton.runIfActive { [options, before = file] in
                let file = SettingsLoader.file(options)
                if let before, file == nil {
                    throw Failure(.configuration, "\(before) is gone, and the limits with it; put it back")
                }
                let settings = try SettingsLoader.load(options)
                try settings.check()
                // The look comes before the read: what is written in between is seen by the next look.
                let look = Self.lookAtKey(settings)
                return Read(
                    settings: settings, dropFolder: try settings.dropFolder, logLevel: try settings.logLevel,
                    key: try SettingsLoader.key(settings), keyFile: look,
                    file: file)
            }
            adopt(read)
        } catch {
            log.error(
                "The configuration was not taken; what held before still holds",
                metadata: ["why": "\(Failure.words(error))"])
        }
        manager.tell(.ready, log: log)
    }

    private func adopt(_ read: Read) {
        var (changed, waiting): ([SettingName], [SettingName]) = ([], [])
        let new = read.settings.values
        for name in SettingName.allCases where new[name] != values[name] {
            if name.needsRestart {
                waiting.append(name)
            } else {
                changed.append(name)
                values[name] = new[name]
            }
        }
        settings = read.settings
        keyFile = read.keyFile
        file = read.file
        threshold.level = read.logLevel
        started.yield()
        if !changed.isEmpty { changes.yield(.settings(read.dropFolder)) }
        var metadata: Logger.Metadata = ["changed": "\(Self.list(changed))"]
        if !waiting.isEmpty { metadata["needs-restart"] = "\(Self.list(waiting))" }
        log.notice("The configuration was read again", metadata: metadata)
        use(read.key)
        changes.yield(.goOn)
    }

    private static func list(_ names: [SettingName]) -> String {
        names.isEmpty ? "nothing" : names.map(\.rawValue).joined(separator: ", ")
    }

    private func use(_ new: APIKey) {
        guard key.replace(with: new) else { return }
        log.notice("Another key is used from now on")
        changes.yield(.key)
    }

    /// Looks at the key's file again and again, until cancelled. Sleeps as long as the key is in none. A credential of
    /// the service manager is as it was at the start until the manager passes on another, which is a reload.
    func watchKeyFile() async {
        for await _ in starts {
            while case .file? = try? APIKeySource(settings), (try? await Sleep.wait(Self.keyInterval)) != nil {
                await lookAtKeyFile()
            }
        }
    }

    private func lookAtKeyFile() async {
        do {
            let before = settings
            let look = try await NIOThreadPool.singleton.runIfActive { Self.lookAtKey(before) }
            // While a new file takes the place of the old there may be none.
            guard let look, look != keyFile else { return }
            keyFile = look
            use(try await NIOThreadPool.singleton.runIfActive { try SettingsLoader.key(before) })
        } catch {
            log.error(
                "The key was not taken; the one before still holds",
                metadata: ["why": "\(Failure.words(error))"])
        }
    }

    /// `nil` where the key is in no file, or the file is not there.
    private static func lookAtKey(_ settings: Settings) -> FileLook? {
        (try? APIKeySource(settings).path).flatMap { FileLook(FilePath($0)) }
    }
}
