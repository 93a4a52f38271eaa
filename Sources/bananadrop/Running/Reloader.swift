// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import FileIO
internal import Logging
internal import NIOPosix
internal import NanoBanana
internal import SystemPackage

/// Reads configuration and key again while the daemon runs. What is wrong is said and changes nothing; what can only
/// hold after a restart is listed.
///
/// Several readings may be under way at once: a disk that hangs holds up its own alone. ``ReadingOrder`` says whose word
/// counts.
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
    private var values: [String: String]
    private var keyFile: FileLook?
    /// The configuration file that held; `nil` where there was none.
    private var file: String?
    private var order: ReadingOrder<APIKeySource>
    private let starts: AsyncStream<Void>
    /// Settings hold from now on, which may name a file for the key.
    private let started: AsyncStream<Void>.Continuation

    /// How often the key's file is looked at.
    private static let keyInterval = Duration.seconds(10)

    /// What the start has read.
    struct Start: Sendable {
        fileprivate var settings: Settings
        fileprivate var values: [String: String]
        fileprivate var file: String?
        fileprivate var found: Key
        var key: APIKey { found.key }

        /// Blocking.
        init(_ options: SettingsOptions, _ settings: Settings) throws {
            self.settings = settings
            file = options.file
            values = try settings.values
            found = try Key(settings)
        }
    }

    /// - Parameters:
    ///   - start: what holds until the first reload.
    ///   - key: that of the start.
    ///   - changes: where the pipeline hears of what changes.
    init(
        _ options: SettingsOptions, _ start: Start, _ key: CurrentKey, manager: ServiceManager, log: Logger,
        threshold: LogThreshold, changes: AsyncStream<SettingsChange>.Continuation
    ) {
        self.options = options
        settings = start.settings
        self.key = key
        self.manager = manager
        self.log = log
        self.threshold = threshold
        self.changes = changes
        values = start.values
        keyFile = start.found.look
        file = start.file
        order = ReadingOrder(keyPlace: start.found.source)
        (starts, started) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        started.yield()
    }

    /// A key, and where it was found.
    fileprivate struct Key: Sendable {
        var source: APIKeySource
        /// The look comes before the read: what is written in between is seen by the next look. `nil` where the key is
        /// in no file.
        var look: FileLook?
        var key: APIKey

        /// Blocking.
        init(_ settings: Settings) throws {
            source = try APIKeySource(settings)
            look = source.look
            key = try source.read(settings)
        }
    }

    private struct Read: Sendable {
        var settings: Settings
        /// As they stand in the sources.
        var values: [String: String]
        /// With what only a restart takes up as it is.
        var dropFolder: DropFolderSettings
        var logLevel: Logger.Level
        var found: Key
        var file: String?
    }

    /// Takes over what is in the files now, all of it or nothing.
    func reload() async {
        let (reading, began) = (order.beginReload(), Machine.sinceBoot)
        manager.tell(.reloadingNow, log: log)
        let read: Result<Read, any Error>
        do {
            // Files are read where blocking is allowed.
            read = .success(
                try await NIOThreadPool.singleton.runIfActive { [options, values, before = file] in
                    let file = options.file
                    if let before, file == nil {
                        throw CommandFailure(.configuration, "\(before) is gone, and its limits with it; put it back")
                    }
                    let settings = try options.load()
                    try settings.check()
                    return Read(
                        settings: settings, values: try settings.values,
                        dropFolder: try settings.reloaded(after: values).dropFolder,
                        logLevel: try settings.value(\.logLevel), found: try Key(settings), file: file)
                })
        } catch {
            read = .failure(error)
        }
        end(reading, read, began)
    }

    private func end(_ reading: ReadingOrder<APIKeySource>.Reading, _ read: Result<Read, any Error>, _ began: Int) {
        if !order.takes(reading) {
            log.notice("An earlier reading of the configuration finished late and was ignored; a later one counts")
        } else {
            switch read {
            case .success(let read): adopt(read, of: reading, began)
            case .failure(let error):
                log.error(
                    "The configuration was refused; the old one stays in force",
                    metadata: ["why": "\(CommandFailure.words(error))"])
                changes.yield(.reloaded(ReloadOutcome(began: began, refused: CommandFailure.words(error))))
            }
        }
        // Whoever asked last is still waiting for the answer.
        if order.isLast(reading) { manager.tell(.ready, log: log) }
    }

    private func adopt(_ read: Read, of reading: ReadingOrder<APIKeySource>.Reading, _ began: Int) {
        var (changed, waiting): ([String], [String]) = ([], [])
        for setting in SettingsTable.all where read.values[setting.name] != values[setting.name] {
            switch setting.change {
            case .restart: waiting.append(setting.name)
            case .reload:
                changed.append(setting.name)
                values[setting.name] = read.values[setting.name]
            }
        }
        settings = read.settings
        file = read.file
        threshold.level = read.logLevel
        if !changed.isEmpty { changes.yield(.settings(read.dropFolder)) }
        var metadata: Logger.Metadata = ["changed": "\(Self.list(changed))"]
        if !waiting.isEmpty { metadata["needs-restart"] = "\(Self.list(waiting))" }
        if read.found.source.isCredential { metadata["key"] = "that of the start; a new one needs a restart" }
        log.notice("The configuration was read again", metadata: metadata)
        if order.takesKey(of: reading, from: read.found.source) {
            keyFile = read.found.look
            use(read.found.key)
        }
        started.yield()
        changes.yield(.goOn)
        changes.yield(
            .reloaded(
                ReloadOutcome(
                    began: began, changed: changed, needsRestart: waiting,
                    keyIsOfTheStart: read.found.source.isCredential)))
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "nothing" : names.joined(separator: ", ")
    }

    private func use(_ new: APIKey) {
        guard key.replace(with: new) else { return }
        log.notice("A new key is in use")
        changes.yield(.key)
    }

    /// Looks at the key's file again and again, until cancelled. Sleeps as long as the key is in none. A credential of
    /// the service manager is as it was at the start until the manager passes on another, which is a reload.
    func watchKeyFile() async {
        for await _ in starts {
            while case .file = order.keyPlace, (try? await Sleep.wait(Self.keyInterval)) != nil {
                await lookAtKeyFile()
            }
        }
    }

    private func lookAtKeyFile() async {
        let (reading, place) = (order.beginLook(), order.keyPlace)
        // While a new file takes the place of the old there may be none.
        let found = try? await NIOThreadPool.singleton.runIfActive { [settings, known = keyFile] in
            place.look.flatMap { look in look == known ? nil : (look, Result { try place.read(settings) }) }
        }
        guard let (look, key) = found ?? nil, order.takesKey(ofLook: reading, from: place) else { return }
        keyFile = look
        switch key {
        case .success(let key): use(key)
        case .failure(let error):
            log.error(
                "The new key cannot be used; the old one stays in use",
                metadata: ["why": "\(CommandFailure.words(error))"])
        }
    }
}

extension APIKeySource {
    /// `nil` where the key is in no file, or the file is not there. Blocking.
    fileprivate var look: FileLook? { path.flatMap { FileLook(FilePath($0)) } }
}
