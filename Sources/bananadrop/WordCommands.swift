// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Requests
internal import Spool

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Submit nothing more of jobs that wait or are under way.",
        discussion: """
            NAME is a job or a batch as status and the log show it, such as acme/hero. The same as an empty file called \
            NAME.stop beside where the request lay: the daemon need not be running. What was submitted is still fetched, \
            since it is paid for; the folder then comes back in failed/, and `retry` sends the rest. Parts go with their \
            batch. Exit codes: 0 all are cancelled, 65 one has come to its end before, 66 there is none of that name, 75 the daemon has not \
            answered yet, 77 this user may not.

            \(SettingsOptions.hint)
            """)

    @Argument(help: ArgumentHelp("Jobs.", valueName: "name"), completion: Completions.openJobs)
    var names: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await Steering.put(
            .stop, names, options, done: "cancelled; what was submitted is still fetched", later: "to be cancelled")
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

    @Argument(help: ArgumentHelp("Jobs.", valueName: "name"), completion: Completions.openJobs)
    var names: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await Steering.put(.approve, names, options, done: "approved", later: "to be approved")
    }
}

struct HurryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hurry",
        abstract: "Let requests go before all others that wait, those of other lanes included.",
        discussion: """
            NAME is a job or a batch as status and the log show it, such as acme/hero. The same as an empty file called \
            NAME.hurry beside where the request lay: the daemon need not be running. The file stays until the request, or \
            all of the batch, was sent; take it away, and it waits like all others. Limits and pauses hold as before. Exit \
            codes: 0 all are hurried, 65 one has come to its end before, 66 there is none of that name, 75 the daemon has \
            not answered yet, 77 this user may not.

            \(SettingsOptions.hint)
            """)

    @Argument(help: ArgumentHelp("Jobs.", valueName: "name"), completion: Completions.openJobs)
    var names: [String]

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await Steering.put(
            .hurry, names, options, done: "goes before all others", later: "to go before all others")
    }
}
