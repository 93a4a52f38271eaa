// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Submit nothing more of jobs that wait or are under way.",
        discussion: """
            NAME is a job or a batch as status and the log show it, such as acme/hero. The same as an empty file called \
            NAME.stop beside where the request lay: the daemon need not be running. What was submitted is still fetched, \
            since it is paid for; the folder then comes back in failed/, and `retry` sends the rest. Exit codes: 0 all \
            are cancelled, 65 one has come to its end before, 66 there is none of that name, 75 the daemon has not \
            answered yet, 77 this user may not.

            \(SettingsOptions.hint)
            """)

    @Argument(help: ArgumentHelp("Jobs.", valueName: "name"), completion: Completions.jobs)
    var names: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let options = self.options.orPackaged
            let spool = try options.load().spool
            options.tell(of: spool)
            try await Steering.put(
                names, in: spool, done: "cancelled; what was submitted is still fetched", later: "to be cancelled"
            ) { request, name throws(SteeringError) in try request.cancel(name) }
        }
    }
}

struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let requests cost what they cost that wait for that, above hold-above.",
        discussion: """
            NAME is a job or a batch as status and the log show it, such as acme/hero. The same as an empty file called \
            NAME.approve beside the request: the daemon need not be running. It holds once, and for the content that the \
            file has now. Exit codes: 0 all are approved, 65 one has come to its end before, 66 there is none of that \
            name, 75 the daemon has not answered yet, 77 this user may not.

            \(SettingsOptions.hint)
            """)

    @Argument(help: ArgumentHelp("Jobs.", valueName: "name"), completion: Completions.jobs)
    var names: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let options = self.options.orPackaged
            let spool = try options.load().spool
            options.tell(of: spool)
            try await Steering.put(names, in: spool, done: "approved", later: "to be approved") {
                request, name throws(SteeringError) in try request.approve(name)
            }
        }
    }
}
