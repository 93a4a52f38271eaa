// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DropFolder
internal import FileIO
internal import Glibc
internal import Inotify
internal import Logging
internal import NanoBanana
internal import ServiceLifecycle
internal import Sharing
internal import Spool

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the daemon: watch the inbox until stopped.",
        discussion: """
            Ctrl-C or SIGTERM stops it calmly, a second one at once; unfinished jobs continue at the next start. \
            SIGHUP makes it read the configuration and the key again.

            `bananadrop --help settings` explains the settings; each is an option, such as --max-in-flight 4.
            """)

    /// Who has started this process, if anybody wants to hear of it.
    static let manager = ServiceManager.takenFromEnvironment()

    @OptionGroup var options: SettingsOptions

    /// What the log must not say; the log is the process's own.
    private static let secrets = KnownSecrets()

    func run() async throws {
        EarlySignals.keep()
        DescriptorLimit.raise()
        try await orExit {
            let settings = try options.load()
            let threshold = LogThreshold(try settings.value(\.logLevel))
            let style = try settings.logStyle
            let live = LiveRows(style)
            let outlet = Self.outlet(style, live)
            // Before the sentence that says why the program ends.
            defer { outlet.flush(atMost: LogOutlet.patience) }
            let log = logger(style, outlet, threshold)
            let spool = try settings.spool
            var dropFolder = try settings.dropFolder
            let api = try settings.value(\.apiURL)
            let healthEndpoints = HealthEndpoints(version: Bananadrop.configuration.version)
            // Before anything else that is there once: two daemons with the same settings want the same port, too.
            if let pid = SpoolLock.holder(of: spool) { throw SpoolError.inUse(spool.root, pid: pid) }
            let listeners = try await Listeners.open(settings, spool, healthEndpoints, log: log)
            // From here on somebody may ask how the daemon is: what may block does so on a thread of its own.
            let files = FilePool(threads: 1)
            defer { files.shutDown() }
            let lock = try await StartUp.prove(spool, dropFolder, files, log: log, manager: Self.manager)
            try await files.run { [share = dropFolder.share] in try Self.prove(share) }
            dropFolder.notify = try await files.run { try settings.notifyWithSecret }
            let post = try await dropFolder.notify == nil ? nil : post(settings, files)
            let start = try await files.run { try Reloader.Start(options, settings) }
            let key = CurrentKey(start.key, secrets: Self.secrets)
            let client = try await client(settings, key, files)
            files.shutDown()
            let (changes, change) = AsyncStream<SettingsChange>.makeStream()
            let reloader = Reloader(
                options, start, key, manager: Self.manager, log: log, threshold: threshold, changes: change)
            let service = DropFolderService(
                spool: spool, service: client, settings: dropFolder, log: log, manager: Self.manager,
                healthEndpoints: healthEndpoints, observer: listeners.observer.and(live?.observer(outlet) ?? .nobody),
                changes: changes, post: post,
                reached: TestHooks.reached
            ) {
                log.notice("Watching", metadata: ["inbox": "\(spool.inbox)", "api": "\(api)"])
            }
            let ended = await Result.catching { try await serve(service, reloader, log, outlet) }
            await listeners.close()
            client.shutdown()
            post?.shutdown()
            try ended.get()
            log.notice("Stopped; unfinished jobs continue at the next start")
            withExtendedLifetime(lock) {}
        }
    }

    /// Blocking.
    private static func prove(_ share: ShareSettings?) throws {
        guard let share else { return }
        do {
            try StartUp.prove(share)
        } catch {
            throw CommandFailure(.configuration, "\(error)")
        }
    }

    private static func outlet(_ style: LogStyle, _ live: LiveRows?) -> LogOutlet {
        LogOutlet(to: STDERR_FILENO, below: live?.makeFrame) { count in
            LogLine(
                .warning,
                "Log lines were lost, because nobody read the log in time", ["lines": "\(count)"], Redaction()
            )
            .text(style, at: .now)
        }
    }

    private func logger(_ style: LogStyle, _ outlet: LogOutlet, _ threshold: LogThreshold) -> Logger {
        // Libraries' lines go by the same door.
        LoggingSystem.bootstrap { _ in
            ConsoleLogHandler(style: style, to: outlet, threshold: threshold, secrets: Self.secrets)
        }
        return Logger(label: "bananadrop")
    }

    private func post(_ settings: Settings, _ files: FilePool) async throws -> WebPost {
        WebPost(try await files.run { try settings.client }, on: TaskLoop.transfers)
    }

    private func client(_ settings: Settings, _ key: CurrentKey, _ files: FilePool) async throws -> NanoBananaClient {
        let configuration = try await files.run { try settings.client }
        Self.secrets.add(configuration.proxy)
        do {
            return try NanoBananaClient(configuration, on: TaskLoop.transfers) { key.value }
        } catch {
            throw CommandFailure(
                .configuration,
                "api-url cannot be \"\(Redaction.links(error.text))\": it is an address that begins with https://")
        }
    }

    private func serve(
        _ service: DropFolderService, _ reloader: Reloader, _ log: Logger, _ outlet: LogOutlet
    ) async throws {
        var quiet = log
        quiet.logLevel = .error
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: quiet))
        // Before anything runs: whoever sees the first result may ask for the end at once, and would end the process.
        let signals = await Signals.trap()
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                tasks.addTask { await Signals.follow(signals, group, reloader, log, outlet) }
                tasks.addTask { await reloader.watchKeyFile() }
                // The first to end is the service: the others go on for ever.
                try await tasks.next()
                tasks.cancelAll()
            }
        } catch let error as InotifyError {
            throw CommandFailure(.unavailable, "\(error)")
        }
    }
}
