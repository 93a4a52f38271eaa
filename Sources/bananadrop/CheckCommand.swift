// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DropFolder
internal import SystemPackage

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with request files, or show what would be sent; sends nothing.",
        discussion: "Exits 0 where all are right, 65 where one has a mistake, 66 where one is not there.")

    @OptionGroup var options: SettingsOptions

    @Argument(help: "Request files.")
    var files: [String]

    func run() async throws {
        try await orExit {
            let rules = try SettingsLoader.load(options).rules
            let checks = files.map { RequestCheck(file: FilePath($0), rules: rules) }
            for check in checks {
                for mistake in check.mistakes { print(mistake) }
                if let request = check.request { print(request, terminator: "") }
            }
            if checks.contains(where: \.isMissing) { throw ExitCode(Failure.Code.noInput.rawValue) }
            if checks.contains(where: { !$0.mistakes.isEmpty }) { throw ExitCode(Failure.Code.data.rawValue) }
        }
    }
}
