// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Documents

/// The program's map: one subcommand a file.
struct Bananadrop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bananadrop",
        abstract: "Edit pictures by folder: drop a request file in, and the edited pictures come back.",
        discussion: """
            Exit codes follow sysexits(3): 64 wrong usage, 65 a request has mistakes, 66 a request, a job or the \
            spool is not there, 69 the service cannot be used, 73 a folder cannot be made, 75 the spool is in use, 77 no \
            right, 78 wrong configuration, files that it names included.
            """,
        version: "0.1.0",
        subcommands: [
            RunCommand.self, InitCommand.self, CheckCommand.self, SubmitCommand.self, WaitCommand.self,
            StatusCommand.self, CancelCommand.self, ApproveCommand.self, HurryCommand.self, PauseCommand.self,
            GoOnCommand.self, RetryCommand.self, AgainCommand.self, ReloadCommand.self, DoctorCommand.self,
            ConfigCommand.self, SettingsCommand.self, FailuresCommand.self, SchemaCommand.self, SimulateCommand.self,
        ]
    )

    /// Runs the command that the arguments name.
    static func start(_ arguments: [String]) async {
        let commands = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        if let word = arguments.first, !word.hasPrefix("-"), !commands.contains(word) {
            let nearest = NearestName.of(word, among: commands)
            let hint = nearest.map { "did you mean `\($0)`?" } ?? "`bananadrop --help` lists them"
            printError("bananadrop: there is no command `\(Wording.shown(word))`; \(hint)")
            exit(withError: ExitCode(CommandFailure.Code.usage.rawValue))
        }
        do {
            var command = try await asyncParseAsRoot(
                asksForSettings(arguments, commands) ? [SettingsCommand.name] : arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let words = message(for: error)
            guard let name = setting(meantBy: words) else { exit(withError: error) }
            printError(fullMessage(for: error).replacing(words, with: "\(words). Did you mean '--\(name)'?"))
            exit(withError: exitCode(for: error))
        }
    }

    /// The parser knows help about commands, and none about what they have in common. What stands behind a command may
    /// be names: `retry help settings`.
    private static func asksForSettings(_ arguments: [String], _ commands: [String]) -> Bool {
        guard arguments.last == SettingsCommand.name else { return false }
        switch arguments.count {
        case 2: return ["help", "-h", "--help"].contains(arguments[0])
        case 3: return commands.contains(arguments[0]) && ["-h", "--help"].contains(arguments[1])
        default: return false
        }
    }

    /// The parser looks for what was meant among the options that its help lists, and the settings are not there.
    private static func setting(meantBy words: String) -> String? {
        let start = "Unknown option '--"
        guard words.hasPrefix(start), words.hasSuffix("'") else { return nil }
        return NearestName.of(String(words.dropFirst(start.count).dropLast()), among: SettingsTable.all.map(\.name))
    }
}
