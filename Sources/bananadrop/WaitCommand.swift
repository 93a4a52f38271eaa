// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait for jobs by their names, and print the paths of the pictures.",
        discussion: """
            NAME is a job as submit, status and the log show it, such as acme/hero; if several jobs had that name, \
            the latest one. Sends nothing and changes nothing. Exit codes: 0 all jobs are done, 1 one failed, 66 \
            there is no job of that name, 75 the time is up.

            \(SettingsOptions.hint)
            """)

    @Option(help: ArgumentHelp("How long to wait at most, such as 90s or 2h.", valueName: "time"))
    var timeout: String?

    @Argument(help: ArgumentHelp("Jobs.", valueName: "name"), completion: Completions.jobs)
    var names: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let spool = try options.orPackaged.load().spool
            let time = try Following.time(timeout)
            var jobs: [DroppedFile] = []
            var missing: ExitCode?
            for name in names {
                if let job = try find(name, in: spool) {
                    jobs.append(job)
                } else {
                    printError("bananadrop: there is no job \(name), whether waiting, under way or finished")
                    missing = ExitCode(CommandFailure.Code.noInput.rawValue)
                }
            }
            let code = jobs.isEmpty ? nil : try await Following(spool: spool).follow(jobs, for: time)
            if let code = missing ?? code { throw code }
        }
    }

    private func find(_ name: String, in spool: Spool) throws -> DroppedFile? {
        do {
            return try JobSearch(spool).job(named: name)
        } catch {
            throw CommandFailure(.noInput, "\(spool.root) cannot be read as a spool: \(error)")
        }
    }
}
