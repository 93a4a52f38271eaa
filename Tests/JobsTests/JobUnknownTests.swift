// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jobs
@testable import Requests
@testable import TestSupport

/// Submits whose outcome nobody learned, and what the job says of the money.
struct JobUnknownTests {
    private static func unheard(_ times: Int, variants: Int = 1) throws -> Job {
        var (job, _) = try Samples.job(after: [.read(try Samples.request(variants: variants))])
        for _ in 0..<times {
            _ = try job.apply(.submitting(variant: 0), at: Samples.start)
            _ = try job.apply(.outcomeUnknown(variant: 0, why: "no answer"), at: Samples.start)
        }
        return job
    }

    @Test(arguments: [(UnknownOutcomeRule.fail, []), (.resubmit, [0, 1, 2])])
    func `only a person's choice sends again, and only so often`(rule: UnknownOutcomeRule, allowed: [Int]) {
        #expect((0..<20).filter { rule.allowsAnother(after: $0) } == allowed)
    }

    @Test func `an unknown outcome that is sent again takes its permit like any other, and is remembered`() throws {
        var job = try Self.unheard(0)
        _ = try job.apply(.submitting(variant: 0), at: Samples.start)
        equal(try job.apply(.outcomeUnknown(variant: 0, why: ""), at: Samples.start), [.takePermit(variant: 0)])
        #expect(job.unheard == 1)
        #expect(job.charge == .maybe)
    }

    @Test(arguments: 0...2)
    func `a start sends again what the rule allows`(times: Int) throws {
        var job = try Self.unheard(times)
        _ = try job.apply(.submitting(variant: 0), at: Samples.start)
        let (resumed, events, steps) = try job.resumed(unknown: .resubmit)
        #expect(events == [.outcomeUnknown(variant: 0, why: Samples.interrupted.what)])
        #expect(steps == [.takePermit(variant: 0)])
        #expect(resumed.unheard == times + 1)
        #expect(
            try job.resumed(unknown: .fail).events == [
                .variantFailed(variant: 0, Samples.interrupted, response: nil)
            ])
    }

    @Test func `at its limit a start lets the job fail all the same`() throws {
        var job = try Self.unheard(UnknownOutcomeRule.limit)
        _ = try job.apply(.submitting(variant: 0), at: Samples.start)
        let (resumed, events, _) = try job.resumed(unknown: .resubmit)
        #expect(events == [.variantFailed(variant: 0, Samples.interrupted, response: nil)])
        #expect(resumed.unheard == UnknownOutcomeRule.limit)
    }

    @Test(arguments: 0...3)
    func `the limit is the job's, however many of its variants were on their way`(times: Int) throws {
        var job = try Self.unheard(times, variants: 8)
        for variant in 0..<8 { _ = try job.apply(.submitting(variant: variant), at: Samples.start) }
        let (resumed, _, steps) = try job.resumed(unknown: .resubmit)
        #expect(resumed.unheard <= UnknownOutcomeRule.limit)
        #expect(steps.compactMap(\.permit).count == UnknownOutcomeRule.limit - times)
    }

    @Test func `an unknown outcome follows a submit and nothing else`() throws {
        let request = try Samples.request()
        let way: [JobEvent] = [
            .submitting(variant: 0), .submitted(variant: 0, Samples.task), .answered(variant: 0, Samples.answer),
            .fetched(variant: 0, [Samples.picture, Samples.second]), .done,
        ]
        for length in [0, 2, 3, 4, 5] {
            var (job, _) = try Samples.job(after: [.read(request)] + way.prefix(length))
            let before = job
            #expect(throws: Job.Contradiction(event: .outcomeUnknown)) {
                try job.apply(.outcomeUnknown(variant: 0, why: ""), at: Samples.start)
            }
            #expect(job == before)
        }
    }

    struct Bill: Sendable {
        var events: [JobEvent]
        var variants = 1
        var charge: Explanation.Charge
        var sure: Int
        var maybe: Int
    }

    private static let sent: [JobEvent] = [.submitting(variant: 0)]
    private static let unknown = sent + [.outcomeUnknown(variant: 0, why: "")]
    private static let paid: [JobEvent] = [.submitted(variant: 0, Samples.task)]
    private static let answered = paid + [.answered(variant: 0, Samples.answer)]

    static let bills: [Bill] = [
        Bill(events: [], charge: .no, sure: 0, maybe: 0),
        Bill(events: sent, charge: .maybe, sure: 0, maybe: 1),
        Bill(events: sent + [.notAccepted(variant: 0, why: "")], charge: .no, sure: 0, maybe: 0),
        Bill(events: sent + paid, charge: .yes, sure: 1, maybe: 0),
        Bill(events: sent + answered, charge: .yes, sure: 1, maybe: 0),
        Bill(events: sent + [failed(Samples.refused)], charge: .no, sure: 0, maybe: 0),
        Bill(events: sent + [failed(Samples.unknown)], charge: .maybe, sure: 0, maybe: 1),
        Bill(events: sent + paid + [failed(Samples.taskFailed)], charge: .yes, sure: 1, maybe: 0),
        Bill(events: sent + answered + [failed(Samples.pictureFailed)], charge: .yes, sure: 1, maybe: 0),
        Bill(events: unknown, charge: .maybe, sure: 0, maybe: 1),
        Bill(events: unknown + sent, charge: .maybe, sure: 0, maybe: 2),
        Bill(events: unknown + sent + paid, charge: .yes, sure: 1, maybe: 1),
        Bill(events: unknown + sent + [failed(Samples.refused)], charge: .maybe, sure: 0, maybe: 1),
        Bill(events: unknown + unknown + sent + [failed(Samples.unknown)], charge: .maybe, sure: 0, maybe: 3),
        Bill(events: sent + paid + [.submitting(variant: 1)], variants: 2, charge: .maybe, sure: 1, maybe: 1),
        Bill(
            events: sent + [failed(Samples.unknown), .failed(Samples.unknown), .retried(.root)],
            charge: .maybe, sure: 0, maybe: 1),
        Bill(
            events: sent + paid + [failed(Samples.taskFailed), .failed(Samples.taskFailed), .retried(.root)],
            charge: .yes, sure: 1, maybe: 0),
    ]

    private static func failed(_ why: Explanation) -> JobEvent { .variantFailed(variant: 0, why, response: nil) }

    @Test(arguments: bills)
    func `the bill admits every submit that was or may have been charged`(bill: Bill) throws {
        let request = try Samples.request(variants: bill.variants)
        let (job, _) = try Samples.job(after: [.read(request)] + bill.events)
        #expect(job.charge == bill.charge)
        let summary = ResultSummary(job: job, outcome: .done, finishedAt: Samples.later).json
        #expect(summary.number("submits_charged") == bill.sure)
        #expect(summary.number("submits_maybe_charged") == bill.maybe)
        #expect(summary.text("charged") == bill.charge.rawValue)
    }

    @Test func `a job that fails says what all of its submits cost, not only the one that speaks for it`() throws {
        let request = try Samples.request(variants: 2)
        var (job, steps) = try Samples.job(after: [
            .read(request), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
            Self.failed(Samples.taskFailed),
            .submitting(variant: 1), .variantFailed(variant: 1, Samples.refused, response: nil),
        ])
        guard case .finish(.failed(let why))? = steps.first else {
            Issue.record("\(steps)")
            return
        }
        #expect(why.charge == .yes)
        _ = try job.apply(.failed(why), at: Samples.later)
        let summary = ResultSummary(job: job, outcome: .failed(why), finishedAt: Samples.later).json
        #expect(summary.text("charged") == "yes")
    }

    @Test(arguments: [(Samples.refused, Explanation.Charge.no), (Samples.unknown, .maybe)])
    func `a file that was spoilt before its retry does not make an earlier submit free`(
        why: Explanation, charge: Explanation.Charge
    ) throws {
        var (job, _) = try Samples.job(after: [
            .read(try Samples.request()), .submitting(variant: 0), Self.failed(why), .failed(why), .retried(.root),
        ])
        let outcome = job.failing(Samples.invalid)
        var expected = Samples.invalid
        expected.charge = charge
        #expect(outcome == .failed(expected))
        _ = try job.apply(.failed(expected), at: Samples.later)
        // Whatever the outcome admits, the summary admits what the job knows.
        for outcome in [outcome, .failed(Samples.invalid)] {
            let summary = ResultSummary(job: job, outcome: outcome, finishedAt: Samples.later).json
            #expect(summary.number("submits_maybe_charged") == (charge == .maybe ? 1 : 0))
            #expect(summary.text("charged") == charge.rawValue)
        }
    }
}
