// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import Requests
internal import Spending
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Check request files and drop them safely; with --wait, print the paths of the pictures.",
        discussion: """
            Each file is copied under a hidden name and then renamed, so that the daemon never sees half of it. If \
            one file has a mistake (exit code 65) or is not there (66), nothing is dropped. If the very same file, by \
            name and content, is already under way or came to its end within eight days, the command uses that job \
            and nothing is paid again; --again drops it anyway. A different file of the same name that still waits in the inbox is \
            not replaced (73). Of a folder of pictures, where its lane makes a batch of it, the pictures and their texts are \
            copied, and nothing else; the same folder once more is dropped again, and the daemon holds it as a repeat. \
            Prints the jobs' names. With --wait, it prints the pictures' paths instead, one per \
            line, and exits with 0 if all jobs are done, 1 if one failed, 75 if the time is up. Ctrl-C ends the \
            waiting, not the job: the same command continues to wait.

            \(SettingsOptions.hint)
            """)

    @Option(
        help: ArgumentHelp(
            "A folder below the inbox, such as acme/spring; it is made if it is missing.", valueName: "lane"),
        completion: Completions.lanes)
    var lane = ""

    @Flag(help: "Wait for the results.")
    var wait = false

    @Flag(help: "Pay for it once more, although exactly the same was dropped before.")
    var again = false

    @Option(help: ArgumentHelp("How long to wait at most, such as 90s or 2h; only with --wait.", valueName: "time"))
    var timeout: String?

    @Argument(help: "Request files, or folders of pictures.", completion: Completions.requests)
    var files: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let options = self.options.orPackaged
            let settings = try options.load()
            let (rules, money, time) = (try settings.rules, try settings.money, try time)
            let spool = try settings.spool.with(settings.names)
            options.tell(of: spool)
            let paths = files.map { FilePath($0) }
            let drop = try self.drop(into: spool)
            try check(paths, drop, rules, money, spool)
            if let name = RequestDrop.twice(paths) {
                throw CommandFailure(
                    .usage, "two of the files are called \(name.string); submit them one after the other")
            }
            let dropped = dropAll(paths, drop)
            var code = dropped.worst
            if wait {
                code = try await Following(spool: spool).follow(dropped.files, for: time) ?? code
            } else {
                if options.isPackaged, !dropped.files.isEmpty {
                    Following.tellWhetherServed(spool, so: "nothing starts until one does")
                }
                for file in dropped.files { print(file.jobName) }
            }
            if let code { throw code }
        }
    }

    private var time: Duration? {
        get throws {
            if timeout != nil, !wait { throw CommandFailure(.usage, "--timeout works only with --wait") }
            return try Following.time(timeout)
        }
    }

    private func drop(into spool: Spool) throws -> RequestDrop {
        do {
            return try RequestDrop(into: spool, lane: lane, again: again)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func check(
        _ paths: [FilePath], _ drop: RequestDrop, _ rules: RequestRules, _ money: MoneySettings, _ spool: Spool
    ) throws {
        let checks = paths.map {
            RequestCheck(file: $0, droppedAt: drop.place(of: $0), rules: rules, names: spool.names)
        }
        for line in checks.flatMap(\.mistakeLines) { printError(line) }
        if checks.contains(where: \.isMissing) { throw ExitCode(CommandFailure.Code.noInput.rawValue) }
        if checks.contains(where: { !$0.isRight }) { throw ExitCode(CommandFailure.Code.data.rawValue) }
        for line in checks.compactMap({ $0.costLine(money, in: spool) }) { printError("bananadrop: " + line) }
    }

    /// Drops what can be dropped; the exit code tells of what cannot.
    private func dropAll(_ paths: [FilePath], _ drop: RequestDrop) -> (files: [DroppedFile], worst: ExitCode?) {
        var (dropped, worst): ([DroppedFile], ExitCode?) = ([], nil)
        for path in paths {
            do {
                let outcome = try drop.drop(path)
                dropped.append(outcome.file)
                if case .found(let file) = outcome {
                    printError(
                        "bananadrop: \(file.jobName) is the very same file as before, so nothing was dropped; add "
                            + "--again to pay for it once more")
                }
            } catch {
                printError("bananadrop: \(error)")
                worst = ExitCode(CommandFailure(error).code.rawValue)
            }
        }
        return (dropped, worst)
    }
}

extension CommandFailure {
    init(_ error: DropError) {
        message = "\(error)"
        switch error {
        case .noLane, .ignored: code = .usage
        case .notARequestName, .nearlyDefaults, .wrongText: code = .data
        case .cannotRead: code = .noInput
        case .noInbox: code = .configuration
        case .notAFolder, .taken, .cannotDrop: code = .cannotCreate
        }
    }
}
