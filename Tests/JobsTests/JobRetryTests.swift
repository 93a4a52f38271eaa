// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// A failed job that a person put back.
struct JobRetryTests {
    private static let submitted: [JobEvent] = [
        .submitting(variant: 0), .submitted(variant: 0, Samples.task),
    ]
    private static let answered = submitted + [.answered(variant: 0, Samples.answer)]

    /// A job of one variant that fails with the last of these events, and is put back into a lane.
    private static func retried(
        _ events: [JobEvent], variants: Int = 1, into lane: Lane = .root
    ) throws -> (job: Job, steps: [JobStep]) {
        let request = try Samples.request(variants: variants)
        let all = [.read(request)] + events + [.failed(Samples.refused)]
        var (job, _) = try Samples.job(after: all)
        let steps = try job.apply(.retried(lane), at: Samples.later)
        return (job, steps)
    }

    private static func failed(_ why: Explanation, _ variant: Int = 0) -> JobEvent {
        .variantFailed(variant: variant, why, response: nil)
    }

    @Test(arguments: [true, false])
    func `a request that was refused, or never read, is read anew from the file as it is by now`(wasRead: Bool) throws {
        var job = Samples.claimed()
        let events: [JobEvent] =
            wasRead
            ? [.read(try Samples.request()), .submitting(variant: 0), Self.failed(Samples.refused)] : []
        for event in events + [.failed(Samples.invalid)] { _ = try job.apply(event, at: Samples.start) }
        equal(try job.apply(.retried(.root), at: Samples.later), [.read])
        #expect(job.request == nil && job.outcome == nil && job.unheard == 0)
        let edited = try Samples.request(variants: 3)
        equal(try job.apply(.read(edited), at: Samples.later), (0..<3).map { .takePermit(variant: $0) })
        #expect(job.charge == .no)
    }

    @Test func `the log says what becomes of it, and whether it may cost again`() throws {
        let (refused, _) = try Self.retried([.submitting(variant: 0), Self.failed(Samples.refused)])
        #expect(Wording.putBack(refused) == "Put back by somebody: starts over, since it was not charged")
        let (unknown, _) = try Self.retried([.submitting(variant: 0), Self.failed(Samples.unknown)])
        #expect(
            Wording.putBack(unknown)
                == "Put back by somebody: is sent again, although an earlier submit may have been charged")
        let (paid, _) = try Self.retried(Self.submitted + [Self.failed(Samples.timedOut)])
        #expect(Wording.putBack(paid) == "Put back by somebody: continues where it stopped")
        let both =
            Self.submitted + [
                Self.failed(Samples.timedOut), .submitting(variant: 1), Self.failed(Samples.refused, 1),
            ]
        let (part, _) = try Self.retried(both, variants: 2)
        #expect(Wording.putBack(part) == "Put back by somebody: continues where it stopped")
    }

    @Test func `an unknown outcome is submitted again, and never forgotten`() throws {
        var (job, steps) = try Self.retried([.submitting(variant: 0), Self.failed(Samples.unknown)])
        #expect(steps == [.read])
        #expect(job.unheard == 1)
        #expect(job.charge == .maybe)
        equal(try job.apply(.read(try Samples.request()), at: Samples.later), [.takePermit(variant: 0)])
        equal(try job.apply(.submitting(variant: 0), at: Samples.later), [.submit(variant: 0)])
        for _ in 0..<2 {
            _ = try job.apply(Self.failed(Samples.unknown), at: Samples.later)
            _ = try job.apply(.failed(Samples.unknown), at: Samples.later)
            _ = try job.apply(.retried(.root), at: Samples.later)
            _ = try job.apply(.read(try Samples.request()), at: Samples.later)
            _ = try job.apply(.submitting(variant: 0), at: Samples.later)
        }
        #expect(job.unheard == 3)
    }

    @Test(arguments: [Samples.taskFailed, Samples.timedOut])
    func `a task is asked for again and never submitted, its age counted from now`(why: Explanation) throws {
        let (job, steps) = try Self.retried(Self.submitted + [Self.failed(why)])
        #expect(steps == [.poll(variant: 0, Samples.task, since: Samples.later)])
        #expect(job.request != nil)
        #expect(job.charge == .yes && job.unheard == 0)
    }

    @Test func `pictures that failed are fetched, and only those that are missing`() throws {
        let saved = Self.answered + [.pictureSaved(variant: 0, Samples.picture)]
        var (job, steps) = try Self.retried(saved + [Self.failed(Samples.pictureFailed)])
        #expect(steps == [.fetch(variant: 0, Samples.answer, saved: [Samples.picture])])
        #expect(job.pictures == [Samples.picture])
        let both = [Samples.picture, Samples.second]
        equal(try job.apply(.fetched(variant: 0, both), at: Samples.later), [.finish(.done)])
        #expect(job.variants[0].task == Samples.task)
    }

    @Test func `an answer that came straight away is never submitted again either`() throws {
        let events: [JobEvent] = [.submitting(variant: 0), .answered(variant: 0, Samples.answer)]
        let (job, steps) = try Self.retried(events + [Self.failed(Samples.pictureFailed)])
        #expect(steps == [.fetch(variant: 0, Samples.answer, saved: [])])
        #expect(job.charge == .yes)
    }

    @Test func `each variant continues where it stopped, and the one that was done stays done`() throws {
        let events: [JobEvent] =
            [
                .submitting(variant: 1), .submitting(variant: 2), .submitting(variant: 3),
                .submitted(variant: 1, Samples.task), Self.failed(Samples.unknown, 2), Self.failed(Samples.refused, 3),
                Self.failed(Samples.timedOut, 1),
            ] + Self.answered + [.fetched(variant: 0, [Samples.picture, Samples.second])]
        let (job, steps) = try Self.retried(events, variants: 4)
        #expect(
            steps == [
                .poll(variant: 1, Samples.task, since: Samples.later), .takePermit(variant: 2), .takePermit(variant: 3),
            ])
        #expect(job.request != nil)
        #expect(job.unheard == 1)
        #expect(job.pictures == [Samples.picture, Samples.second])
    }

    @Test func `numbers of pictures go on where they were, also when the request is read anew`() throws {
        let request = try Samples.request(variants: 2)
        var (job, _) = try Self.retried(
            Self.answered + [Self.failed(Samples.pictureFailed), Self.failed(Samples.refused, 1)], variants: 2)
        #expect(job.request == request)
        _ = try job.apply(.submitting(variant: 1), at: Samples.later)
        let steps = try job.apply(.answered(variant: 1, Samples.answer), at: Samples.later)
        guard case .fetch(_, let answer, _)? = steps.first else {
            Issue.record("\(steps)")
            return
        }
        #expect(answer.firstNumber == 3)
    }

    @Test(arguments: [Lane.root, Samples.acme, Lane(path: "acme/summer")])
    func `the lane is the one that it was put into`(lane: Lane) throws {
        let (job, _) = try Self.retried(Self.submitted + [Self.failed(Samples.timedOut)], into: lane)
        #expect(job.origin == Origin(lane: lane, file: "hero.yaml"))
    }

    @Test func `what is done, or not failed yet, cannot be put back, and nor can what was put back already`() throws {
        let request = try Samples.request()
        let done: [JobEvent] =
            [.read(request)] + Self.answered + [.fetched(variant: 0, [Samples.picture, Samples.second]), .done]
        for length in 0...done.count {
            var (job, _) = try Samples.job(after: Array(done.prefix(length)))
            let before = job
            #expect(throws: Job.Contradiction(event: .retried)) { try job.apply(.retried(.root), at: Samples.later) }
            #expect(job == before)
        }
        var (twice, _) = try Self.retried(Self.submitted + [Self.failed(Samples.timedOut)])
        #expect(throws: Job.Contradiction(event: .retried)) { try twice.apply(.retried(.root), at: Samples.later) }
    }

    @Test func `a start after the retry goes on as the retry did`() throws {
        let failures: [[JobEvent]] = [
            [.submitting(variant: 0), Self.failed(Samples.refused)],
            [.submitting(variant: 0), Self.failed(Samples.unknown)],
            Self.submitted + [Self.failed(Samples.taskFailed)], Self.answered + [Self.failed(Samples.pictureFailed)],
        ]
        for events in failures {
            let (job, steps) = try Self.retried(events)
            let resumed = try job.resumed()
            #expect(resumed.events == [])
            #expect(resumed.steps == steps)
        }
    }

}
