// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Print the settings that hold, and where each comes from.",
        discussion: """
            The output is a configuration file. Nothing secret is in it: of the key it says whether there is one, and of \
            a proxy's password nothing. Exit code 78 where a value cannot be used.

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
        discussion: "The same as --help settings. `config` prints the values that hold.")

    @Flag(help: "Print the tables of the document about settings.") var markdown = false

    func run() async throws {
        print(markdown ? SettingsManual.markdown : SettingsManual.text, terminator: "")
    }
}
