// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Requests
internal import Spending
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct AgainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "again",
        abstract: "Pay for another round of results; the old ones stay.",
        discussion: """
            NAME is a result, relative to done/ or failed/, such as acme/hero, or the path of its folder. What was sent \
            then is dropped into its lane once more, as a new request that is paid for, whatever the defaults of the lane \
            have become; the new result comes beside the old one, as acme/hero-2. With --prompt it is sent with other \
            words. Of a batch, --part sends single rows again, each as a request of its own; without it the whole file \
            is dropped again. To continue a failed job without paying again, use `retry`. Prints the jobs' names, or with \
            --wait the pictures' paths, and exits as `submit` does: 65 there is nothing to send again, 66 there is no \
            such result, 73 something of that name still waits in the inbox.

            \(SettingsOptions.hint)
            """)

    @Option(help: ArgumentHelp("Send it with this prompt instead.", valueName: "text"))
    var prompt: String?

    @Option(
        name: .customLong("part"), parsing: .upToNextOption,
        help: ArgumentHelp("Only these rows of a batch, counted from 1.", valueName: "number"))
    var parts: [Int] = []

    @Flag(help: "Wait for the results.")
    var wait = false

    @Option(help: ArgumentHelp("How long to wait at most, such as 90s or 2h; only with --wait.", valueName: "time"))
    var timeout: String?

    @Argument(help: ArgumentHelp("Results.", valueName: "name"), completion: Completions.results)
    var names: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let options = self.options.orPackaged
            let settings = try options.load()
            let (spool, rules, money) = (try settings.spool, try settings.rules, try settings.money)
            if timeout != nil, !wait { throw CommandFailure(.usage, "--timeout works only with --wait") }
            let time = try Following.time(timeout)
            options.tell(of: spool)
            // All or nothing, as far as can be told before: half of a wish costs money, too.
            let drops = try drops(into: spool, rules, money)
            var files: [DroppedFile] = []
            for (drop, request) in drops {
                do throws(DropError) {
                    files.append(try drop.drop(request.bytes, as: request.name, saysAgain: !request.isVerbatim).file)
                } catch {
                    throw CommandFailure(error)
                }
            }
            if wait {
                if let code = try await Following(spool: spool).follow(files, for: time) { throw code }
            } else {
                if options.isPackaged { Following.tellWhetherServed(spool, so: "nothing starts until one does") }
                for file in files { print(file.jobName) }
            }
        }
    }

    private func drops(
        into spool: Spool, _ rules: RequestRules, _ money: MoneySettings
    ) throws -> [(RequestDrop, AnotherRound.NewRequest)] {
        var drops: [(RequestDrop, AnotherRound.NewRequest)] = []
        var checks: [RequestCheck] = []
        for name in names {
            do {
                for request in try AnotherRound(spool).requests(for: name, parts: parts, prompt: prompt) {
                    let drop = try RequestDrop(into: spool, request.lane, again: request.isVerbatim)
                    let check = RequestCheck(request.bytes, droppedAt: drop.place(of: request.name), rules: rules)
                    if let sent = request.request, check.isRight, !check.asksForTheSame(as: sent) {
                        throw AnotherRoundError.defaultsDiffer(name)
                    }
                    checks.append(check)
                    drops.append((drop, request))
                }
            } catch let error as AnotherRoundError {
                throw CommandFailure(error.isMissing ? .noInput : .data, "\(error)")
            } catch let error as DropError {
                throw CommandFailure(error)
            }
        }
        try refuseClashes(drops)
        for line in checks.flatMap(\.mistakeLines) { printError(line) }
        // A batch is sent as it was: what was wrong with a row then is told beside it again.
        if zip(checks, drops).contains(where: { !$0.isRight && !$1.1.isVerbatim }) {
            throw ExitCode(CommandFailure.Code.data.rawValue)
        }
        for line in checks.compactMap({ $0.costLine(money, in: spool) }) { printError("bananadrop: " + line) }
        return drops
    }

    /// One of which half is dropped would be said once more, and paid for once more.
    private func refuseClashes(_ drops: [(RequestDrop, AnotherRound.NewRequest)]) throws {
        var places: Set<FilePath> = []
        for (drop, request) in drops {
            let place = drop.place(of: request.name)
            if !places.insert(place).inserted {
                throw CommandFailure(
                    .usage, "two of them would be called \(request.name.string); send them one after the other")
            }
            if drop.isTaken(request.name) { throw CommandFailure(DropError.taken(place)) }
        }
    }
}
