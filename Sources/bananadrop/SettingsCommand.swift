// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

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
