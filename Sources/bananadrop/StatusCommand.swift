// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what is waiting and what is under way.",
        discussion: """
            With --watch, it looks again every second: on a terminal it redraws the page, otherwise it prints the \
            page whenever it has changed. --json prints one JSON object; with --watch, one per line.

            \(SettingsOptions.hint)
            """)

    @Flag(help: "Keep showing it until Ctrl-C.")
    var watch = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let (spool, names) = try settings()
            do {
                if watch {
                    try await watch(spool, names)
                } else {
                    print(text(try SpoolSurvey(spool, names: names)), terminator: "")
                }
            } catch let error as Errno {
                if let hidden = spool.hidden { throw hidden }
                throw CommandFailure(.noInput, "\(spool.root) cannot be read as a spool: \(error)")
            }
        }
    }

    /// Whoever looks why nothing goes on may have the mistake that keeps the daemon from starting: it is said, and what
    /// can be shown is.
    private func settings() throws -> (Spool, IgnoredNames) {
        var spool = options.orPackaged.spoolInSpiteOfMistakes.map { Spool(root: FilePath($0)) }
        do {
            let settings = try options.orPackaged.load()
            spool = try settings.spool
            return (try settings.spool, try settings.names)
        } catch let mistake as CommandFailure where mistake.code == .configuration {
            guard let spool, options[\.ignore] == nil, options[\.conflictCopies] == nil else { throw mistake }
            printError(
                "bananadrop: \(mistake.message); the defaults of ignore and conflict-copies are used instead")
            return (spool, .standard)
        }
    }

    private func text(_ survey: SpoolSurvey) -> String {
        json ? survey.json(onOneLine: watch) : survey.lines.joined(separator: "\n") + "\n"
    }

    private func watch(_ spool: Spool, _ names: IgnoredNames) async throws {
        let isTerminal = isatty(STDOUT_FILENO) == 1 && !json
        var last: String?
        if isTerminal { print(Screen.cleared, terminator: "") }
        try await SpoolSurvey.watch(spool, names: names) { survey in
            if isTerminal {
                print(Screen.frame(survey.lines, rows: Screen.rows), terminator: "")
            } else {
                let text = text(survey)
                if text == last { return }
                // An empty line between two pages.
                print((last == nil || json ? "" : "\n") + text, terminator: "")
                last = text
            }
            fflush(nil)
        }
    }
}
