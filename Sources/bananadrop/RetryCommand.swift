// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Jobs
internal import Spool
internal import SystemPackage

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Put failed jobs back: paid ones continue where they stopped, the others start over.",
        discussion: """
            NAME is a job as status and the log show it, such as acme/hero, or the path of its folder in failed/. \
            This is the same as dragging the folder from failed/ back into inbox/. The daemon need not be running: \
            it takes the job once it runs. A request that may have been charged is sent again only with \
            --accept-second-charge, and a request that was changed after it was charged only with --accept-charge; \
            without them, such parts of a batch stay as they are. With --part only these parts of a failed batch go on, \
            each as a job of its own that comes back beside the batch, under the part's name; the batch's folder stays \
            where it is. With --prompt they are sent with other words. Exit codes: 0 all were put back, 64 --prompt \
            without --part, 65 one cannot continue, 66 one is not there.

            \(SettingsOptions.hint)
            """)

    @Flag(help: "Also send requests again that may have been charged already (unknown outcome).")
    var acceptSecondCharge = false

    @Flag(help: "Also send requests that were changed after they were charged: a new charge.")
    var acceptCharge = false

    @Option(
        name: .customLong("part"), parsing: .upToNextOption,
        help: ArgumentHelp("Only these parts of a failed batch, counted from 1.", valueName: "number"))
    var parts: [Int] = []

    @Option(help: ArgumentHelp("Send these parts with this prompt instead.", valueName: "text"))
    var prompt: String?

    @Argument(help: ArgumentHelp("Failed jobs.", valueName: "name"), completion: Completions.failedJobs)
    var names: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            if prompt != nil, parts.isEmpty {
                throw CommandFailure(.usage, "--prompt needs --part: say which parts of a batch are to be sent with it")
            }
            let options = self.options.orPackaged
            let spool = try options.load().spool
            options.tell(of: spool)
            if options.isPackaged { Following.tellWhetherServed(spool, so: "nothing starts until one does") }
            let retry = FailedJobs(spool)
            var accepted: RetryCost = []
            if acceptSecondCharge { accepted.insert(.secondCharge) }
            if acceptCharge { accepted.insert(.newSubmit) }
            var worst: CommandFailure.Code?
            for name in names {
                do {
                    if parts.isEmpty {
                        print("\(name): \(try retry.putBack(name, accepting: accepted))")
                        continue
                    }
                    let parts = try retry.putBack(parts: parts, of: name, prompt: prompt, accepting: accepted)
                    for part in parts.done { print("\(part.name): \(part.words)") }
                    if let failure = parts.failure { throw failure }
                } catch let error as RetryError {
                    printError("bananadrop: \(error)")
                    worst = error.isMissing ? .noInput : worst ?? .data
                }
            }
            if let worst { throw ExitCode(worst.rawValue) }
        }
    }
}
