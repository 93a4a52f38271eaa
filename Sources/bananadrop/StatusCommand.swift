// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DropFolder
internal import SystemPackage

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what waits and what is under way.")

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let spool = try SettingsLoader.load(options).spool
            let survey: SpoolSurvey
            do {
                survey = try SpoolSurvey(spool)
            } catch let error as Errno {
                throw Failure(.noInput, "\(spool.root) cannot be read as a spool: \(error)")
            }
            print(survey.daemon.map { "running: process \($0)" } ?? "running: no")
            for line in survey.trouble { print(line) }
            let unpriced = survey.submitsWithoutPrice > 0 ? ", \(survey.submitsWithoutPrice) without a known price" : ""
            print("today: \(survey.submitsToday) submits, \(survey.spentToday) spent\(unpriced)")
            print("waiting in the inbox: \(survey.waiting)")
            print("under way: \(survey.jobs.count)")
            for job in survey.jobs { print("  \(job.name)  \(job.stage)  since \(job.claimedAt)") }
        }
    }
}
