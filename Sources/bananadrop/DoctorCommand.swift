// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DropFolder
internal import Foundation
internal import Glibc
internal import NanoBanana
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at everything that the daemon needs, and say what is wrong and what to do.",
        discussion: """
            A line each: ok, warn or fail, what was looked at, what was found. Costs nothing, changes nothing, and may be \
            run beside a daemon; run it as the daemon's user. Exits 0 where nothing fails, 69 where only the API does, \
            78 where something on this machine does.

            \(SettingsOptions.hint)
            """)

    @Flag(help: "Print one JSON object, documented in the README, instead of lines.")
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
        let loaded: Settings
        do {
            loaded = try options.orPackaged.load()
        } catch {
            var known = Doctor.Settings(configuration: .mistake(CommandFailure.words(error))) {
                (.missing("not looked for"), nil)
            }
            known.spool = options.spool.map { Spool(root: FilePath($0)) }
            return known
        }
        let spool = try? loaded.spool
        var known = Doctor.Settings(configuration: Self.configuration(loaded, options)) {
            Self.key(loaded, spool.map(DaemonEnvironment.init) ?? .none)
        }
        known.spool = spool
        known.client = try? loaded.client
        if let dropFolder = try? loaded.dropFolder {
            known.money = dropFolder.money
            known.rules = dropFolder.rules
        }
        return known
    }

    /// The key that the daemon has, or would have.
    private static func key(
        _ settings: Settings, _ daemon: DaemonEnvironment
    ) -> (place: KeySymptom, key: APIKey?) {
        // Who asks by hand has none of the credentials that the service manager passes on.
        var credentials = APIKeySource.credentials(in: settings.environment)
        if credentials == nil, case .known(let environment) = daemon {
            credentials = APIKeySource.credentials(in: environment)
        }
        do {
            guard let source = try APIKeySource(settings, credentials: credentials) else {
                if case .hidden(let pid) = daemon { return (.hidden(pid: pid), nil) }
                throw APIKeySource.missing
            }
            let key = try source.read(settings)
            return (source.path.map { .file(FilePath($0)) } ?? .environment, key)
        } catch {
            return (.missing(CommandFailure.words(error)), nil)
        }
    }

    private static func configuration(_ settings: Settings, _ options: SettingsOptions) -> ConfigurationSymptom {
        do {
            try settings.check()
        } catch {
            return .mistake(CommandFailure.words(error))
        }
        return .reads(file: options.orPackaged.file)
    }
}
