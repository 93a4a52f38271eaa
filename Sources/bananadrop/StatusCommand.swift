// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Documents
internal import FileIO
internal import Glibc
internal import Spool
internal import SpoolState
internal import SpoolTools
internal import SystemPackage

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what is waiting, what is under way, and what came back.",
        discussion: """
            On a terminal it shows what fits, the important first. With --watch, it looks again every second: on a \
            terminal it redraws the page until q or Ctrl-C, otherwise it prints the page whenever it has changed. \
            --json prints one JSON object; with --watch, one per line. --check prints one word and says the same with \
            its exit code: 0 all is well, 1 something is held or paused, 2 no daemon runs.

            \(SettingsOptions.hint)
            """)

    @Flag(help: "Keep showing it until q or Ctrl-C.")
    var watch = false

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Say in one word, and with the exit code, whether all is well.")
    var check = false

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        if check, watch || json { throw ValidationError("--check goes with neither --watch nor --json") }
    }

    func run() async throws {
        try await orExit {
            let (spool, names) = try settings()
            let survey = SpoolSurvey(spool, names: names)
            do {
                if check { return try tell(try await survey.current().condition) }
                if watch { return try await watch(survey) }
                print(text(try await survey.current()), terminator: "")
            } catch let error as Errno {
                if let hidden = spool.hidden { throw hidden }
                throw CommandFailure(.noInput, "\(spool.root) cannot be read as a spool: \(error)")
            }
        }
    }

    private func tell(_ condition: Condition) throws {
        print(Wording.word(condition))
        switch condition {
        case .working, .idle: return
        case .held, .paused: throw ExitCode(1)
        case .notRunning: throw ExitCode(2)
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

    private func text(_ state: SpoolState) -> String {
        if json { return String(decoding: watch ? state.json.line + [0x0A] : state.json.page, as: UTF8.self) }
        // One row is the prompt's.
        let size = Screen.isTerminal && !watch ? Screen.size : nil
        let lines = TerminalPage(state).lines(rows: size.map { max($0.rows - 1, 1) }, columns: size?.columns)
        return lines.map { $0.printed(columns: size?.columns, colours: Screen.hasColours) + "\n" }.joined()
    }

    private func watch(_ survey: SpoolSurvey) async throws {
        if Screen.isTerminal, !json { return try await redraw(survey) }
        var last: String?
        try await survey.watch {
            try await Sleep.wait($0)
        } tell: { state in
            var state = state
            // As it would be said the next time: time alone is no news.
            let text = text(state)
            state.at = Timestamp(milliseconds: 0)
            let news = self.text(state)
            if news == last { return }
            // An empty line between two pages.
            print((last == nil || json ? "" : "\n") + text, terminator: "")
            last = news
            fflush(nil)
        }
    }

    /// Ends when somebody wants it.
    private func redraw(_ survey: SpoolSurvey) async throws {
        let (terminal, colours) = (WatchedTerminal(), Screen.hasColours)
        let files = FilePool(threads: 1)
        defer {
            files.shutDown()
            terminal.restore()
        }
        var page = TerminalPage(SpoolState(at: .now))
        do {
            try await survey.watch { time in
                while true {
                    let (size, hasKeys) = (Screen.size, terminal.hasKeys)
                    switch try await files.run({ WatchedTerminal.wait(time, hasKeys: hasKeys, size: size) }) {
                    case .time: return
                    case .resize: terminal.show(Screen.frame(page, Screen.size, colours: colours))
                    case .quit: throw CancellationError()
                    }
                }
            } tell: { state in
                page = TerminalPage(state)
                terminal.show(Screen.frame(page, Screen.size, colours: colours))
            }
        } catch is CancellationError {
            return
        }
    }
}
