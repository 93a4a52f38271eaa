// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Jobs
internal import Spool
internal import SystemPackage

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Put failed jobs back: from where they stopped if a task was paid for, from the start if not.",
        discussion: """
            NAME is a job as status and the log name it, such as acme/hero, or the path of its folder in failed/. The \
            same as dragging the folder from failed/ back into inbox/. Works whether the daemon runs or not; it takes the \
            job when it does. What may have been charged is sent again only with --accept-second-charge, and a request \
            that was changed after it had been charged only with --accept-charge; of a batch such parts stay as they are \
            without. Exits 0 where all were put back, 65 where one cannot go on, 66 where one is not there.

            \(SettingsOptions.hint)
            """)

    @Flag(help: "Also send again what may have been charged already (unknown outcome).")
    var acceptSecondCharge = false

    @Flag(help: "Also send requests that were changed after they had been charged: a new charge.")
    var acceptCharge = false

    @Argument(help: ArgumentHelp("Failed jobs.", valueName: "name"), completion: Completions.failedJobs)
    var names: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let options = self.options.orPackaged
            let spool = try options.load().spool
            options.tell(of: spool)
            if options.isPackaged { Following.tellWhetherServed(spool, so: "nothing begins until one does") }
            let retry = FailedJobs(spool)
            var accepted: RetryCost = []
            if acceptSecondCharge { accepted.insert(.secondCharge) }
            if acceptCharge { accepted.insert(.newSubmit) }
            var worst: CommandFailure.Code?
            for name in names {
                do {
                    print("\(name): \(try retry.putBack(name, accepting: accepted))")
                } catch let error as RetryError {
                    printError("bananadrop: \(error)")
                    worst = error.isMissing ? .noInput : worst ?? .data
                }
            }
            if let worst { throw ExitCode(worst.rawValue) }
        }
    }
}
