// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jobs
@testable import TestSupport

/// The transitions, without a disk or a clock.
struct JobTests {
    @Test func `only what ends the wait for a submit's answer is an answer that nobody gives again`() throws {
        let answers: [JobEvent] = [
            .submitted(variant: 0, Samples.task), .answered(variant: 0, Samples.answer),
            .notAccepted(variant: 0, why: "x"), .outcomeUnknown(variant: 0, why: "x"),
            .variantFailed(variant: 0, Samples.refused, response: nil),
        ]
        let (waiting, _) = try Samples.job(after: [.read(try Samples.request())])
        let (asking, _) = try Samples.job(after: [.read(try Samples.request()), .submitting(variant: 0)])
        let (known, _) = try Samples.job(
            after: [.read(try Samples.request()), .submitting(variant: 0), .submitted(variant: 0, Samples.task)])
        for event in answers {
            #expect(asking.isAnswered(by: event))
            #expect(!waiting.isAnswered(by: event) && !known.isAnswered(by: event))
        }
        for event in [JobEvent.submitting(variant: 0), .sharing, .done, .submitted(variant: 1, Samples.task)] {
            #expect(!asking.isAnswered(by: event))
        }
    }

    @Test func `a request that goes well takes the steps in order`() throws {
        let request = try Samples.request()
        let way: [(JobEvent, JobStep)] = [
            (.read(request), .takePermit(variant: 0)),
            (.submitting(variant: 0), .submit(variant: 0)),
            (.submitted(variant: 0, Samples.task), .poll(variant: 0, Samples.task, since: Samples.start)),
            (.answered(variant: 0, Samples.answer), .fetch(variant: 0, Samples.answer, saved: [])),
            (
                .pictureSaved(variant: 0, Samples.picture),
                .fetch(variant: 0, Samples.answer, saved: [Samples.picture])
            ),
            (.fetched(variant: 0, [Samples.picture, Samples.second]), .finish(.done)),
            (.done, .publish(.done)),
        ]
        var job = Samples.claimed()
        for (event, step) in way { equal(try job.apply(event, at: Samples.start), [step]) }
        #expect(job.charge == .yes)
        #expect(job.pictures == [Samples.picture, Samples.second])
    }

    @Test func `an answer may come straight away, without a task`() throws {
        let request = try Samples.request()
        let (_, steps) = try Samples.job(after: [
            .read(request), .submitting(variant: 0), .answered(variant: 0, Samples.answer),
        ])
        #expect(steps == [.fetch(variant: 0, Samples.answer, saved: [])])
    }

    @Test func `what was not accepted waits for its permit again and cost nothing`() throws {
        let request = try Samples.request()
        let (job, steps) = try Samples.job(after: [
            .read(request), .submitting(variant: 0), .notAccepted(variant: 0, why: "429"),
        ])
        #expect(steps == [.takePermit(variant: 0)])
        #expect(job.charge == .no)
    }

    @Test func `a start takes a submit without an answer for an unknown outcome, never for one to repeat`() throws {
        let request = try Samples.request()
        let (job, _) = try Samples.job(after: [.read(request), .submitting(variant: 0)])
        let (_, events, steps) = try job.resumed()
        #expect(events == [.variantFailed(variant: 0, Samples.interrupted, response: nil)])
        guard case .finish(.failed(let explanation)) = steps.first else {
            Issue.record("\(steps)")
            return
        }
        #expect(explanation.charge == .maybe)
        #expect(explanation.code == "unknown-outcome")
    }

    @Test func `no two pictures ever get one number, whatever fails`() throws {
        let request = try Samples.request(variants: 3)
        var job = Samples.claimed()
        _ = try job.apply(.read(request), at: Samples.start)
        var numbers: [Int] = []
        for variant in 0..<3 {
            _ = try job.apply(.submitting(variant: variant), at: Samples.start)
            let steps = try job.apply(.answered(variant: variant, Samples.answer), at: Samples.start)
            guard case .fetch(_, let answer, _)? = steps.first else { continue }
            numbers += answer.pictures.indices.map { answer.firstNumber + $0 }
            if variant == 0 {
                _ = try job.apply(
                    .variantFailed(variant: 0, Samples.pictureFailed, response: nil), at: Samples.start)
            }
        }
        #expect(numbers == [1, 2, 3, 4, 5, 6])
    }

    @Test func `the failure that may have cost money speaks for the job`() throws {
        let request = try Samples.request(variants: 2)
        let (_, steps) = try Samples.job(after: [
            .read(request), .submitting(variant: 0), .submitting(variant: 1),
            .variantFailed(variant: 0, Samples.refused, response: nil),
            .variantFailed(variant: 1, Samples.interrupted, response: nil),
        ])
        guard case .finish(.failed(let explanation)) = steps.first else {
            Issue.record("\(steps)")
            return
        }
        #expect(explanation.code == "unknown-outcome")
    }

    @Test func `a job is done or failed only when every variant has come to its end, and done only with pictures`()
        throws
    {
        let request = try Samples.request(variants: 2)
        let half: [JobEvent] = [
            .read(request), .submitting(variant: 0), .answered(variant: 0, Samples.answer),
            .fetched(variant: 0, [Samples.picture, Samples.second]),
        ]
        for early in [JobEvent.done, .failed(Samples.refused)] {
            #expect(throws: Job.Contradiction(event: early.kind)) { try Samples.job(after: half + [early]) }
        }
        let failed = half + [.variantFailed(variant: 1, Samples.refused, response: nil)]
        #expect(throws: Job.Contradiction(event: .done)) { try Samples.job(after: failed + [.done]) }
        #expect(try Samples.job(after: failed + [.failed(Samples.refused)]).job.outcome != nil)
    }

    @Test func `a variant that the request does not have is a contradiction`() throws {
        let request = try Samples.request(variants: 2)
        for variant in [-1, 2, 7] {
            #expect(throws: Job.Contradiction(event: .submitting)) {
                try Samples.job(after: [.read(request), .submitting(variant: variant)])
            }
        }
    }
}
