// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import DropFolder
@testable import Jobs
@testable import TestSupport

/// How many jobs are under way, and how far they are.
struct ActiveJobsTests {
    struct Way: Sendable {
        var events: [JobEvent]
        var stage: ActiveJobs.Stage
        var tasks = 0
    }

    private static func ways() throws -> [Way] {
        let read = JobEvent.read(try Samples.request())
        let two = JobEvent.read(try Samples.request(variants: 2))
        let local = JobEvent.read(try Samples.request(locals: 1))
        let submitted: [JobEvent] = [read, .submitting(variant: 0), .submitted(variant: 0, Samples.task)]
        let answered = submitted + [.answered(variant: 0, Samples.answer)]
        let fetched = answered + [.fetched(variant: 0, [Samples.picture, Samples.second])]
        return [
            Way(events: [], stage: .claimed),
            Way(events: [read], stage: .waiting),
            Way(events: [local], stage: .sharing),
            Way(events: [local, .sharing], stage: .sharing),
            Way(events: [local, .sharing, .shared([])], stage: .waiting),
            Way(events: [.split(parts: 3)], stage: .batch),
            Way(events: [read, .submitting(variant: 0)], stage: .submitting, tasks: 1),
            Way(events: submitted, stage: .submitted, tasks: 1),
            Way(events: answered, stage: .fetching),
            Way(events: fetched, stage: .publishing),
            Way(events: fetched + [.done], stage: .publishing),
            Way(events: [read, .submitting(variant: 0), .notAccepted(variant: 0, why: "")], stage: .waiting),
            Way(
                events: [two, .submitting(variant: 1), .submitted(variant: 1, Samples.task)],
                stage: .waiting, tasks: 1),
            Way(
                events: [
                    two, .submitting(variant: 0), .submitting(variant: 1), .submitted(variant: 1, Samples.task),
                ], stage: .submitting, tasks: 2),
            Way(
                events: [
                    two, .submitting(variant: 0), .variantFailed(variant: 0, Samples.refused, response: nil),
                    .submitting(variant: 1), .submitted(variant: 1, Samples.task),
                ], stage: .submitted, tasks: 1),
        ]
    }

    @Test func `a job is where its last variant is`() throws {
        for way in try Self.ways() {
            let job = try Samples.job(after: way.events).job
            #expect(
                ActiveJobs.Entry(job) == ActiveJobs.Entry(stage: way.stage, tasks: way.tasks),
                "\(way.events.map(\.kind))")
        }
    }

    @Test func `it counts each job once, wherever it is, and none that has left`() throws {
        let activeJobs = ActiveJobs()
        let jobs = try Self.ways().map { try Samples.job(after: $0.events).job }
        let first = activeJobs.enter(jobs[0])
        let second = activeJobs.enter(jobs[0])
        #expect(activeJobs.counts == ActiveJobs.Counts(jobs: [.claimed: 2], tasks: 0))
        for job in jobs {
            activeJobs.update(first, job)
            activeJobs.update(first, job)
        }
        #expect(activeJobs.counts.jobs.filter { $0.value != 0 } == [.claimed: 1, .submitted: 1])
        #expect(activeJobs.counts.tasks == 1)
        activeJobs.leave(first)
        activeJobs.leave(first)
        #expect(activeJobs.counts.jobs.filter { $0.value != 0 } == [.claimed: 1])
        #expect(activeJobs.counts.tasks == 0)
        activeJobs.leave(second)
        activeJobs.update(nil, jobs[6])
        #expect(Set(activeJobs.counts.jobs.values) == [0])
    }
}
