// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jobs
@testable import TestSupport

/// Pictures on their way into the job's folder, and those that a power cut took from it.
struct JobPictureTests {
    private static func answered(variants: Int = 1) throws -> [JobEvent] {
        [
            .read(try Samples.request(variants: variants)), .submitting(variant: 0),
            .submitted(variant: 0, Samples.task), .answered(variant: 0, Samples.answer),
        ]
    }

    private static let both = [Samples.picture, Samples.second]

    @Test func `each picture that is saved leaves the rest to be fetched`() throws {
        var (job, steps) = try Samples.job(after: try Self.answered())
        #expect(steps == [.fetch(variant: 0, Samples.answer, saved: [])])
        steps = try job.apply(.pictureSaved(variant: 0, Samples.second), at: Samples.later)
        #expect(steps == [.fetch(variant: 0, Samples.answer, saved: [Samples.second])])
        #expect(job.pictures == [Samples.second])
        equal(try job.apply(.fetched(variant: 0, Self.both), at: Samples.later), [.finish(.done)])
        #expect(job.pictures == Self.both)
    }

    @Test func `pictures follow an answer and nothing else`() throws {
        let way = try Self.answered() + [.fetched(variant: 0, Self.both), .done]
        let pictures: [JobEvent] = [.pictureSaved(variant: 0, Samples.picture), .fetched(variant: 0, Self.both)]
        for length in 0...way.count where length != 4 {
            for event in pictures where length != 5 || event.kind == .pictureSaved {
                var (job, _) = try Samples.job(after: Array(way.prefix(length)))
                #expect(throws: Job.Contradiction(event: event.kind), "after \(length)") {
                    try job.apply(event, at: Samples.later)
                }
            }
        }
    }

    @Test func `a failed variant keeps the pictures that it has and the API's last word`() throws {
        let saved = try Self.answered() + [.pictureSaved(variant: 0, Samples.picture)]
        let (job, _) = try Samples.job(
            after: saved + [.variantFailed(variant: 0, Samples.pictureFailed, response: nil)])
        #expect(job.pictures == [Samples.picture])
        #expect(job.variants[0].response == Samples.answer.response)
        #expect(job.variants[0].task == Samples.task)
        let (other, _) = try Samples.job(
            after: saved + [.variantFailed(variant: 0, Samples.pictureFailed, response: [7])])
        #expect(other.variants[0].response == [7])
    }

    @Test(arguments: [0, 1, 2])
    func `pictures that a power cut took are fetched again, also of a job that was done`(further: Int) throws {
        let way: [JobEvent] = [.pictureSaved(variant: 0, Samples.picture), .fetched(variant: 0, Self.both), .done]
        let (job, _) = try Samples.job(after: try Self.answered() + way.prefix(further + 1))
        let (resumed, events, steps) = try job.resumed(picturesAreWhole: { _ in false })
        #expect(events == [.picturesLost(variant: 0)])
        #expect(steps == [.fetch(variant: 0, Samples.answer, saved: [])])
        #expect(resumed.outcome == nil)
        #expect(resumed.charge == .yes)
        #expect(try job.resumed().events == [])
    }

    @Test func `pictures that are lost keep their numbers`() throws {
        var job = try Samples.job(after: try Self.answered(variants: 2)).job
        let more: [JobEvent] = [
            .submitting(variant: 1), .answered(variant: 1, Samples.answer), .fetched(variant: 0, Self.both),
            .picturesLost(variant: 1),
        ]
        for event in more { _ = try job.apply(event, at: Samples.start) }
        guard case .fetch(1, let answer, _)? = job.stepsToResume.first else {
            Issue.record("\(job.stepsToResume)")
            return
        }
        #expect(answer.firstNumber == 3)
    }

    @Test func `a variant that failed is not published with pictures that a power cut took`() throws {
        let failed: [JobEvent] = [
            .pictureSaved(variant: 0, Samples.picture),
            .variantFailed(variant: 0, Samples.pictureFailed, response: nil), .failed(Samples.pictureFailed),
        ]
        for length in [2, 3] {
            let (job, _) = try Samples.job(after: try Self.answered() + failed.prefix(length))
            let (resumed, events, steps) = try job.resumed(picturesAreWhole: { _ in false })
            #expect(events == [.picturesLost(variant: 0)])
            #expect(steps == [.fetch(variant: 0, Samples.answer, saved: [])])
            #expect(resumed.pictures == [] && resumed.outcome == nil)
            #expect(resumed.variants[0].task == Samples.task)
            #expect(try job.resumed().job == job)
        }
    }

    @Test func `a variant that failed before its pictures has none to lose`() throws {
        let way: [[JobEvent]] = [
            [.submitting(variant: 0), .variantFailed(variant: 0, Samples.refused, response: nil)],
            [
                .submitting(variant: 0), .submitted(variant: 0, Samples.task),
                .variantFailed(variant: 0, Samples.taskFailed, response: nil),
            ],
        ]
        for events in way {
            var (job, _) = try Samples.job(after: [.read(try Samples.request())] + events)
            #expect(throws: Job.Contradiction(event: .picturesLost)) {
                try job.apply(.picturesLost(variant: 0), at: Samples.later)
            }
        }
    }

    @Test func `what has no pictures has none to lose`() throws {
        let way = try Self.answered()
        for length in 0..<way.count {
            var (job, _) = try Samples.job(after: Array(way.prefix(length)))
            let before = job
            #expect(throws: Job.Contradiction(event: .picturesLost)) {
                try job.apply(.picturesLost(variant: 0), at: Samples.later)
            }
            #expect(job == before)
            #expect(!(try job.resumed(picturesAreWhole: { _ in false }).events.contains(.picturesLost(variant: 0))))
        }
    }
}
