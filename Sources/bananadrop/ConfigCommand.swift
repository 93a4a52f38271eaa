// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Print the settings in force, and where each comes from.",
        discussion: """
            The output is a configuration file. It contains no secrets: it says only whether there is a key, and \
            leaves out a proxy's password. Exit code 78: a value cannot be used.

            \(SettingsOptions.hint)
            """)

    @Flag(help: "Print one JSON document, for programs.") var json = false

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let settings = try options.orPackaged.load()
            let key = Result { try APIKeySource(settings) }.flatMap { source in
                Result { try source.read(settings) }.map { _ in source }
            }
            let page = try SettingsPage(settings, key: key)
            print(json ? try page.json() : try page.text(), terminator: "")
            try settings.check()
        }
    }
}

struct SettingsCommand: AsyncParsableCommand {
    static let name = "settings"

    static let configuration = CommandConfiguration(
        commandName: name, abstract: "Explain every setting: what it does, its values, its default.",
        discussion: "The same as --help settings. `config` prints the values in force.")

    @Flag(help: "Print them as the tables of the document Settings.") var markdown = false

    func run() async throws {
        print(markdown ? SettingsManual.markdown : SettingsManual.text, terminator: "")
    }
}
