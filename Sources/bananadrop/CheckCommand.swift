// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Spending
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with request files, or show what would be sent; sends nothing.",
        discussion: """
            Each mistake is one line, FILE:LINE:COLUMN: MESSAGE, which editors can jump to. The _defaults.yaml files \
            that apply to a file are read as well: in an inbox, that of its own folder and of the folders above it; \
            elsewhere, that of its own folder only. Of a folder of pictures, where `folders: batch` makes a batch of it, \
            each picture is checked, and a mistake is that of the picture's file.

            Exit codes: 0 all files are right, 65 one has a mistake, 66 one is not there.

            \(SettingsOptions.hint)
            """)

    @Flag(help: "Print one JSON document.")
    var json = false

    @Argument(help: "Request files, _defaults.yaml files, or folders of pictures.", completion: Completions.requests)
    var files: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let settings = try options.loadOrDefaults()
            let (rules, money, names) = (try settings.rules, try settings.money, try settings.names)
            let spool = try? settings.spool
            let checks = files.map { RequestCheck(file: FilePath($0), rules: rules, names: names) }
            if json {
                print(RequestCheck.page(checks), terminator: "")
            } else {
                for line in checks.flatMap({ $0.lines + [$0.costLine(money, in: spool)].compactMap(\.self) }) {
                    print(line)
                }
            }
            if checks.contains(where: \.isMissing) { throw ExitCode(CommandFailure.Code.noInput.rawValue) }
            if checks.contains(where: { !$0.isRight }) { throw ExitCode(CommandFailure.Code.data.rawValue) }
        }
    }
}
