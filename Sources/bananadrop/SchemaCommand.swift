// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Requests

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print a JSON Schema (draft 2020-12) of the request file, for editors and programs.",
        discussion: """
            It lists the models of the configuration that --spool or --config names. An editor with \
            yaml-language-server uses it if the first line of a request is `# yaml-language-server: $schema=PATH`.

            \(SettingsOptions.hint)
            """)

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let schema = RequestSchema(rules: try options.loadOrDefaults().rules)
            print(String(decoding: schema.page, as: UTF8.self), terminator: "")
        }
    }
}
