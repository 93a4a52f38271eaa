// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DropFolder
internal import Foundation
internal import Inotify
internal import Logging
internal import NanoBanana
internal import ServiceLifecycle
internal import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "The daemon: watch the inbox until stopped.",
        discussion: "Ctrl-C or SIGTERM end it calmly: what is under way goes on at the next start.")

    /// Who has started this process, if anybody wants to hear of it.
    static let manager = ServiceManager.takenFromEnvironment()

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let settings = try SettingsLoader.load(options)
            let log = try logger(settings)
            let spool = try settings.spool
            let dropFolder = try settings.dropFolder
            let lock = try await StartUp.prove(spool, dropFolder, log: log, manager: Self.manager)
            try prove(dropFolder.share)
            let client = try client(settings)
            let service = DropFolderService(
                spool: spool, service: client, settings: dropFolder, log: log, manager: Self.manager,
                reached: TestHooks.reached
            ) {
                log.notice("Watching", metadata: ["inbox": "\(spool.inbox)", "api": "\((try? settings.apiURL) ?? "")"])
            }
            let ended = await Result.catching { try await serve(service, log) }
            try await client.shutdown()
            try ended.get()
            log.notice("Stopped; what was under way goes on at the next start")
            withExtendedLifetime(lock) {}
        }
    }

    private func prove(_ share: ShareSettings?) throws {
        guard let share else { return }
        do {
            try StartUp.prove(share)
        } catch {
            throw Failure(.configuration, "\(error)")
        }
    }

    private func logger(_ settings: Settings) throws -> Logger {
        let (style, level) = (ConsoleLogHandler.Style.current, try settings.logLevel)
        return Logger(label: "bananadrop") { _ in ConsoleLogHandler(style: style, level: level) }
    }

    private func client(_ settings: Settings) throws -> NanoBananaClient {
        let configuration = try settings.client
        let key = try SettingsLoader.key(settings)
        do {
            return try NanoBananaClient(configuration) { key }
        } catch {
            throw Failure(
                .configuration, "api-url cannot be \"\(error.text)\": it is an address that begins with https://")
        }
    }

    private func serve(_ service: DropFolderService, _ log: Logger) async throws {
        var quiet = log
        quiet.logLevel = .error
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        do {
            try await group.run()
        } catch let error as InotifyError {
            throw Failure(.unavailable, "\(error)")
        }
    }
}
