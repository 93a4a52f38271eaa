// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Documents
internal import Jobs
internal import Requests
internal import SpoolState

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print a JSON Schema (draft 2020-12) of the request file, of status.json or of notifications.",
        discussion: """
            `bananadrop schema status` is that of status.json, and `bananadrop schema notification` that of the object \
            which notify-command and notify-url are given. The one of the request file lists the models of the \
            configuration that --spool or --config names. An editor with \
            yaml-language-server uses it if the first line of a request is `# yaml-language-server: $schema=PATH`.

            \(SettingsOptions.hint)
            """)

    enum Document: String, ExpressibleByArgument, CaseIterable {
        case request, status, notification
    }

    @Argument(help: "Of which document.")
    var document = Document.request

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let page =
                switch document {
                case .request: RequestSchema(rules: try options.loadOrDefaults().rules).page
                case .status: SpoolStateSchema().json.page
                case .notification: NotificationSchema().json.page
                }
            print(String(decoding: page, as: UTF8.self), terminator: "")
        }
    }
}
