// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import DropFolder
@testable import Jobs
@testable import Requests
@testable import SpoolState
@testable import TestSupport

/// How many jobs are under way, and how far they are.
struct ActiveJobsTests {
    struct Way: Sendable {
        var events: [JobEvent]
        var stage: JobStage
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
            let entry = ActiveJobs.Entry(job)
            #expect(entry.stage == way.stage && entry.tasks == way.tasks, "\(way.events.map(\.kind))")
        }
    }

    @Test func `it counts each job once, wherever it is, and none that has left`() throws {
        let changes = Recorder<Int>()
        let activeJobs = ActiveJobs { changes.note(1) }
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
        let before = changes.all.count
        activeJobs.leave(second)
        activeJobs.update(nil, jobs[6])
        #expect(changes.all.count == before + 1)
        #expect(Set(activeJobs.counts.jobs.values) == [0])
    }

    @Test func `the oldest are shown, parts of batches as their batch, and a batch by what is left of it`() throws {
        let activeJobs = ActiveJobs()
        func enter(_ number: Int, isPart: Bool = false) throws -> UInt64 {
            let file = try #require(FilePath.Component("\(number).yaml"))
            return activeJobs.enter(Job(claimed: Origin(lane: .root, file: file), at: Samples.start), isPart: isPart)
        }
        var jobs: [UInt64] = []
        for number in 0..<500 { jobs.append(try enter(number)) }
        for number in 500..<600 { _ = try enter(number, isPart: true) }
        for job in jobs.dropLast(5) { activeJobs.leave(job) }
        let (count, entries) = activeJobs.oldest(3)
        #expect(count == 5)
        #expect(entries.map { $0.line { _ in nil }.name } == ["495", "496", "497"])
        let batch = try Samples.job(after: [.split(parts: 12)]).job
        activeJobs.update(jobs[499], batch)
        activeJobs.batch(jobs[499], left: 9)
        activeJobs.update(jobs[499], batch)
        #expect(activeJobs.oldest(5).entries.last?.progress == JobLine.Progress(done: 3, of: 12))
        for left in [13, -1] { activeJobs.batch(jobs[499], left: left) }
        #expect(activeJobs.oldest(5).entries.last?.progress == JobLine.Progress(done: 12, of: 12))
    }

    @Test func `a task is expected back when others of its model were`() throws {
        let events: [JobEvent] = [
            .read(try Samples.request()), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
        ]
        let entry = ActiveJobs.Entry(try Samples.job(after: events).job)
        let model = try #require(entry.task?.model)
        #expect(entry.line { $0 == model ? .seconds(60) : nil }.expected == Samples.later)
        #expect(entry.line { _ in nil }.expected == nil)
    }
}
