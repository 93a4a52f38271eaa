// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jobs
@testable import TestSupport

/// The promises about money, held in thousands of random lives of a job.
struct JobPropertyTests {
    /// Lives a life from each seed. Returns what broke the promises, each kind once with the first seed that shows it.
    private static func complaints(_ seeds: Range<UInt64>, _ setting: JobSimulation.Setting) throws -> [String] {
        var found: [String: String] = [:]
        for seed in seeds {
            var simulation = JobSimulation(seed: seed, setting)
            try simulation.run()
            for complaint in simulation.book.complaints {
                let kind = complaint.filter { !$0.isNumber }
                if found[kind] == nil { found[kind] = "seed \(seed): \(complaint)" }
            }
        }
        return found.values.sorted()
    }

    @Test(arguments: 0..<4)
    func `without a person's word nothing is paid twice, lost, or left undone`(part: UInt64) throws {
        let complaints = try Self.complaints(part * 300..<(part + 1) * 300, JobSimulation.Setting())
        #expect(complaints == [])
    }

    @Test(arguments: 0..<4)
    func `put back at random, a job pays again only for what no task id is known of`(part: UInt64) throws {
        let complaints = try Self.complaints(part * 200..<(part + 1) * 200, JobSimulation.Setting(retries: 3))
        #expect(complaints == [])
    }

    @Test(arguments: [0, 3])
    func `sent again by rule, the bill is kept and has an end`(retries: Int) throws {
        let setting = JobSimulation.Setting(unknown: .resubmit, retries: retries)
        let complaints = try Self.complaints(0..<300, setting)
        #expect(complaints == [])
    }

    @Test(arguments: 0..<4)
    func `cancelled at any moment, nothing more is announced, and what was paid for is kept`(part: UInt64) throws {
        let setting = JobSimulation.Setting(
            unknown: part.isMultiple(of: 2) ? .fail : .resubmit, retries: 2, mayBeCancelled: true)
        let complaints = try Self.complaints(part * 200..<(part + 1) * 200, setting)
        #expect(complaints == [])
    }

    @Test func `the lives are of every kind: no event is missing, and both ends are reached`() throws {
        var kinds: Set<JobEvent.Kind> = []
        var ends: Set<JobSimulation.Place> = []
        var crashes = 0
        for seed in 0..<UInt64(200) {
            let setting = JobSimulation.Setting(
                unknown: seed.isMultiple(of: 2) ? .fail : .resubmit, retries: 2, mayBeCancelled: true)
            var simulation = JobSimulation(seed: seed, setting)
            try simulation.run()
            kinds.formUnion(try Journalled(simulation.disk.journal).events.map(\.kind))
            ends.insert(simulation.place)
            crashes += setting.crashes - simulation.crashesLeft
        }
        // A batch is no request: see JobBatchTests.
        #expect(kinds == Set(JobEvent.Kind.allCases).subtracting([.split, .approved]))
        #expect(ends == [.done, .failed])
        #expect(crashes > 200)
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var habits: JobSimulation.Habits
        /// What the simulation is to say of it.
        var complaint: String
    }

    /// The durability that is promised, but for one kind.
    private static func habits(_ kind: JobEvent.Kind, _ durability: JobEvent.Kind.Durability) -> JobSimulation.Habits {
        JobSimulation.Habits(durability: { $0 == kind ? durability : $0.durability })
    }

    static let broken: [Broken] = [
        Broken(
            testDescription: "sends again what was announced",
            habits: JobSimulation.Habits(resume: { job, _, _ in
                job.variants.indices.filter { job.variants[$0] == .submitting }.map {
                    .notAccepted(variant: $0, why: "")
                }
            }),
            complaint: "may be paid 2 times"),
        Broken(
            testDescription: "sends before the announcement is on the disk", habits: habits(.submitting, .soon),
            complaint: "may be paid 2 times"),
        Broken(
            testDescription: "keeps the announcement in memory", habits: habits(.submitting, .withNext),
            complaint: "without its announcement on the disk"),
        Broken(
            testDescription: "shares pictures before that is on the disk", habits: habits(.sharing, .withNext),
            complaint: "shared without a word of it on the disk"),
        Broken(
            testDescription: "keeps the task id in memory", habits: habits(.submitted, .withNext),
            complaint: "is lost"),
        Broken(
            testDescription: "publishes before the result is on the disk", habits: habits(.done, .soon),
            complaint: "published before its journal is on the disk"),
        Broken(
            testDescription: "keeps in memory that it was cancelled", habits: habits(.cancelled, .withNext),
            complaint: "after the job was cancelled"),
        Broken(
            testDescription: "takes the pictures' names for the pictures",
            habits: JobSimulation.Habits(resume: { job, _, unknown in
                job.eventsToResume(picturesAreWhole: { _ in true }, unknown: unknown, why: Samples.interrupted)
            }),
            complaint: "without a picture that it names"),
    ]

    @Test(arguments: broken)
    func `the simulation sees a program that breaks a promise`(broken: Broken) throws {
        let seen = try (0..<UInt64(400)).contains { seed in
            var simulation = JobSimulation(
                seed: seed,
                JobSimulation.Setting(mayBeCancelled: broken.complaint.contains("cancelled"), habits: broken.habits))
            try simulation.run()
            return simulation.book.complaints.contains { $0.contains(broken.complaint) }
        }
        #expect(seen, "nobody complains: \(broken.complaint)")
    }
}
