// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// Who pays a second time has said so: of each job that is put back, what goes on, and what that costs.
struct ReopeningTests {
    struct Case: Sendable {
        var name: String
        var events: [JobEvent]
        var variants = 1
        /// As it is put back with its batch, and by itself.
        var unasked: Reopening?
        var asked: Reopening = .whole
        /// The same with another request.
        var changedUnasked: Reopening?
        var changed: Reopening = .anew
    }

    private static func failed(_ why: Explanation, _ variant: Int = 0) -> JobEvent {
        .variantFailed(variant: variant, why, response: nil)
    }

    private static let submitted: [JobEvent] = [.submitting(variant: 0), .submitted(variant: 0, Samples.task)]
    private static let lost: [JobEvent] = [.submitting(variant: 0), failed(Samples.unknown)]

    static let cases: [Case] = [
        Case(
            name: "refused", events: [.submitting(variant: 0), failed(Samples.refused)], unasked: .whole,
            changedUnasked: .whole, changed: .whole),
        Case(name: "the task failed", events: submitted + [failed(Samples.taskFailed)], unasked: .whole),
        Case(name: "the task took too long", events: submitted + [failed(Samples.timedOut)], unasked: .whole),
        Case(
            name: "a picture failed",
            events: submitted + [.answered(variant: 0, Samples.answer), failed(Samples.pictureFailed)],
            unasked: .whole),
        Case(name: "nobody knows", events: lost, unasked: nil),
        Case(
            name: "one is done, of one nobody knows",
            events: [
                .submitting(variant: 1), .answered(variant: 1, Samples.answer), .fetched(variant: 1, []),
            ] + lost, variants: 2, unasked: nil),
        Case(
            name: "one was refused, of one nobody knows",
            events: [.submitting(variant: 1), failed(Samples.refused, 1)] + lost, variants: 2, unasked: .sparing),
        Case(
            name: "one took too long, of one nobody knows",
            events: [
                .submitting(variant: 1), .submitted(variant: 1, Samples.task), failed(Samples.timedOut, 1),
            ] + lost, variants: 2, unasked: .sparing),
    ]

    private static func job(_ item: Case) throws -> Job {
        let request = try Samples.request(variants: item.variants)
        return try Samples.job(after: [.read(request)] + item.events + [.failed(Samples.refused)]).job
    }

    @Test(arguments: cases)
    func `consent belongs to the job, and a changed request is another one`(item: Case) throws {
        let job = try Self.job(item)
        #expect(job.reopening(isChanged: false, isAsked: false) == item.unasked, "\(item.name)")
        #expect(job.reopening(isChanged: false, isAsked: true) == item.asked, "\(item.name)")
        #expect(job.reopening(isChanged: true, isAsked: false) == item.changedUnasked, "\(item.name)")
        #expect(job.reopening(isChanged: true, isAsked: true) == item.changed, "\(item.name)")
    }

    @Test(arguments: cases)
    func `unasked, nothing is ever sent that may have been charged`(item: Case) throws {
        for isChanged in [false, true] {
            var job = try Self.job(item)
            let before = job
            guard let reopening = job.reopening(isChanged: isChanged, isAsked: false) else { continue }
            let steps = try job.apply(.retried(.root, reopening), at: Samples.later)
            for variant in steps.compactMap(\.permit) {
                #expect(before.variants[variant].charge == .no, "\(item.name)")
            }
            if steps == [.read] { #expect(before.variants.allSatisfy { $0.charge == .no }, "\(item.name)") }
            #expect(job.unheard == before.unheard && job.paidBefore == 0, "\(item.name)")
        }
    }

    @Test func `a submit of unknown outcome stays what it is while another one goes on`() throws {
        var job = try Self.job(try #require(Self.cases.first { $0.unasked == .sparing }))
        let steps = try job.apply(.retried(.root, .sparing), at: Samples.later)
        #expect(steps == [.takePermit(variant: 1)])
        #expect(job.variants[0].isUnknown && job.charge == .maybe)
        _ = try job.apply(.submitting(variant: 1), at: Samples.later)
        _ = try job.apply(.answered(variant: 1, Samples.answer), at: Samples.later)
        guard case .finish(.failed(let why))? = try job.apply(.fetched(variant: 1, []), at: Samples.later).first else {
            Issue.record("\(job)")
            return
        }
        #expect(why.code == "unknown-outcome" && why.charge == .maybe)
    }

    @Test func `a changed request is read anew, and what was paid and came for the old one is kept`() throws {
        let events: [JobEvent] =
            Self.submitted + [
                .answered(variant: 0, Samples.answer), .pictureSaved(variant: 0, Samples.picture),
                Self.failed(Samples.pictureFailed), .submitting(variant: 1), Self.failed(Samples.unknown, 1),
                .failed(Samples.pictureFailed),
            ]
        var (job, _) = try Samples.job(after: [.read(try Samples.request(variants: 2))] + events)
        let steps = try job.apply(.retried(Samples.acme, .anew), at: Samples.later)
        #expect(steps == [.read] && job.isUnread)
        #expect(job.charge == .yes && job.submitsCharged == 1 && job.submitsMaybeCharged == 1)
        #expect(job.pictures == [Samples.picture])
        // A mistake in it costs nothing more, and hides nothing.
        guard case .failed(let why) = job.failing(Samples.invalid) else { return }
        #expect(why.charge == .yes)
        _ = try job.apply(.read(try Samples.request()), at: Samples.later)
        #expect(!job.isUntouched)
        _ = try job.apply(.submitting(variant: 0), at: Samples.later)
        let next = try job.apply(.answered(variant: 0, Samples.answer), at: Samples.later)
        guard case .fetch(_, let answer, _)? = next.first else {
            Issue.record("\(next)")
            return
        }
        #expect(answer.firstNumber == 3)
        #expect(job.submitsCharged == 2)
    }

    @Test func `the log says that a changed request is sent anew`() throws {
        let failed: [JobEvent] = [Self.failed(Samples.taskFailed), .failed(Samples.taskFailed), .retried(.root, .anew)]
        let (job, _) = try Samples.job(after: [.read(try Samples.request())] + Self.submitted + failed)
        #expect(
            Wording.putBack(job)
                == "Put back by somebody: is sent and charged again, since its request was changed after it was "
                + "charged")
    }

    @Test func `a program that puts back whatever fails does not pay without end`() throws {
        var (job, _) = try Samples.job(after: [])
        var submits = 0
        while !job.isUnheardTooOften, submits < 100 {
            if let reopening = job.reopening(isChanged: false, isAsked: true) {
                _ = try job.apply(.retried(.root, reopening), at: Samples.later)
            }
            for event in [.read(try Samples.request())] + Self.lost + [.failed(Samples.unknown)] {
                _ = try job.apply(event, at: Samples.later)
            }
            submits += 1
        }
        #expect(submits == 1 + UnknownOutcomeRule.limit)
    }

    @Test func `journals of before the word mean that all goes on, and an unknown word means damage`() {
        let time = #""at":"2026-11-24T00:00:00.000Z""#
        let old = JobEvent.read(Array(#"{"event":"retried",\#(time),"lane":"acme"}"#.utf8)[...])
        #expect(old?.event == .retried(Samples.acme, .whole))
        for word in [#""free""#, "1", "null"] {
            let line = #"{"event":"retried",\#(time),"lane":"acme","goes_on":\#(word)}"#
            #expect(JobEvent.read(Array(line.utf8)[...]) == nil, "\(word)")
        }
    }
}
