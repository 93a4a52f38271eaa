// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Documents
internal import DropFolder
internal import FileIO
internal import FoundationEssentials
internal import Glibc
internal import Jobs
internal import NanoBanana
internal import Notifying
internal import Requests
internal import Sharing
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything that the daemon needs, and say what is wrong and what to do.",
        discussion: """
            Each line says ok, warn or fail, what was checked, and what was found. It costs nothing, changes \
            nothing, and may run beside a daemon. It checks what the daemon may do, whoever asks: root tries it as \
            the daemon's user, and others are told what they cannot try. Where pictures are published, it publishes one \
            of its own, fetches it, and takes it away again. Where notifications are set, it sends one \
            that says that it is a test. Exit codes: 0 nothing fails, 69 only the \
            API fails, 78 something on this machine fails.

            \(SettingsOptions.hint)
            """)

    @Flag(help: "Print one JSON object instead of lines.")
    var json = false

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        var found: [Diagnosis] = []
        let colour = isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
        await Doctor(settings()).examine { diagnosis in
            found.append(diagnosis)
            guard !json else { return }
            print(diagnosis.line(colour: colour))
            // The next one may take long.
            fflush(nil)
        }
        if json { print(String(decoding: Diagnosis.page(found), as: UTF8.self), terminator: "") }
        let failed = found.filter { $0.level == .fail }
        if failed.isEmpty { return }
        let code: CommandFailure.Code = failed.allSatisfy { $0.subject == .api } ? .unavailable : .configuration
        throw ExitCode(code.rawValue)
    }

    /// As much of the settings as can be read; the first mistake is told.
    private func settings() -> Doctor.Settings {
        let options = self.options.orPackaged
        let service = ExaminedService(options)
        let loaded: Settings
        do {
            loaded = try options.load(environment: service.environment)
        } catch {
            let words = CommandFailure.words(error)
            // What this user may not read, the daemon's may.
            let isHidden = service.unit != nil && (error as? CommandFailure)?.code == .noPermission
            var known = Doctor.Settings(configuration: isHidden ? .hidden(words) : .mistake(words)) {
                (.missing("not looked for"), nil)
            }
            (known.spool, known.unit) = (service.spool, service.unit)
            return known
        }
        var known = Doctor.Settings(configuration: service.configuration(loaded, options.file)) {
            service.key(loaded)
        }
        (known.spool, known.unit) = (try? loaded.spool, service.unit)
        known.client = try? loaded.client
        if let dropFolder = try? loaded.dropFolder {
            known.money = dropFolder.money
            known.rules = dropFolder.rules
        }
        if let share = try? loaded.share, let client = known.client {
            let environment = service.environment.map { $0.map { Array("\($0)=\($1)".utf8) } }
            known.publishing = PublishTrial(
                share, client, environment: environment ?? CommandRun.ownEnvironment, mayAct: service.mayAct)
        }
        if case .success(nil) = Result(catching: { try loaded.notify }), known.rules?.lanesMayNotify == true {
            known.tryNotifications = { [(SettingsTable.rows.lanesMayNotify.name, .toNobody)] }
        } else if let notify = try? loaded.notify, let client = known.client {
            known.tryNotifications = { @Sendable in
                guard service.mayAct else { return notify.settings.map { ($0, .notTried) } }
                return await Self.tell(loaded, client)
            }
        }
        return known
    }

    private static func tell(
        _ settings: Settings, _ client: NanoBananaClient.Configuration
    ) async -> [(setting: String, NotificationsSymptom)] {
        do {
            guard let notify = try settings.notifyWithSecret else { return [] }
            let post = WebPost(client)
            defer { post.shutdown() }
            let test = Notification(.test, nil, at: .now, unique: UInt64(Machine.uniqueNumber))
            let found = await Notifier.tryOut(notify, spool: try settings.spool, post: post, at: test)
            return found.map { ($0.setting, $0.why.map(NotificationsSymptom.notTaken) ?? .taken) }
        } catch {
            return [("notify-secret-file", .notTaken(CommandFailure.words(error)))]
        }
    }
}
