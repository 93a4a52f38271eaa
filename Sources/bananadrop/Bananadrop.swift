// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The program's map: one subcommand a file.
struct Bananadrop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bananadrop",
        abstract: "Drop a request file into a folder; the edited pictures come back beside it.",
        discussion: """
            Exit codes follow sysexits(3): 64 wrong usage, 65 a request has mistakes, 66 a file is not there, \
            69 the service cannot be used, 73 a folder cannot be made, 75 the spool is in use, 78 wrong configuration.
            """,
        version: "0.1.0",
        subcommands: [
            RunCommand.self, InitCommand.self, CheckCommand.self, SubmitCommand.self, WaitCommand.self,
            StatusCommand.self, RetryCommand.self, DoctorCommand.self, ConfigCommand.self, SettingsCommand.self,
            SchemaCommand.self, SimulateCommand.self,
        ]
    )
}
