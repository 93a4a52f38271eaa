// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import TestSupport

/// What `retry` says before anything is paid.
struct RetryPlanTests {
    private static func failed(_ why: Explanation) -> JobEvent { .variantFailed(variant: 0, why, response: nil) }

    private static let submitted: [JobEvent] = [.submitting(variant: 0), .submitted(variant: 0, Samples.task)]
    private static let refused: [JobEvent] = [.submitting(variant: 0), failed(Samples.refused)]
    private static let lost: [JobEvent] = [.submitting(variant: 0), failed(Samples.unknown)]
    private static let late: [JobEvent] = submitted + [failed(Samples.timedOut)]

    private static func job(_ events: [JobEvent]) throws -> Job {
        try Samples.job(after: [.read(try Samples.request())] + events + [.failed(Samples.refused)]).job
    }

    struct Case: Sendable {
        var events: [JobEvent]
        var isChanged = false
        var accepted: RetryCost = []
        var refusal: RetryCost?
        var words = ""
    }

    static let cases: [Case] = [
        Case(events: refused, words: "put back; starts over, since it was not charged"),
        Case(events: refused, isChanged: true, words: "put back; starts over, since it was not charged"),
        Case(events: late, words: "put back; continues with what was paid for, without paying for it again"),
        Case(events: late, isChanged: true, refusal: .newSubmit),
        Case(events: late, isChanged: true, accepted: .secondCharge, refusal: .newSubmit),
        Case(
            events: late, isChanged: true, accepted: .newSubmit,
            words: "put back; sends 1 submit of a changed request, which will be charged again"),
        Case(events: lost, refusal: .secondCharge),
        Case(events: lost, accepted: .newSubmit, refusal: .secondCharge),
        Case(
            events: lost, accepted: .secondCharge,
            words: "put back; sends 1 submit again, which may be a second charge"),
        Case(events: lost, isChanged: true, accepted: .secondCharge, refusal: .newSubmit),
    ]

    @Test(arguments: cases.indices)
    func `what it may cost to put a job back is known, and asked for, before`(index: Int) throws {
        let item = Self.cases[index]
        let plan = RetryPlan(of: try Self.job(item.events), isChanged: item.isChanged, accepting: item.accepted)
        #expect(plan.refusal == item.refusal)
        if item.refusal == nil { #expect(Wording.sentence(plan) == item.words) }
        // The daemon is told what was accepted.
        #expect(plan.marked.isEmpty == (item.accepted.isEmpty || item.refusal != nil))
    }

    @Test func `a job of which one variant may have been charged is put back as a whole or not at all`() throws {
        let events: [JobEvent] =
            [.read(try Samples.request(variants: 2))] + Self.lost
            + [
                .submitting(variant: 1), .variantFailed(variant: 1, Samples.refused, response: nil),
                .failed(Samples.unknown),
            ]
        let job = try Samples.job(after: events).job
        #expect(RetryPlan(of: job, isChanged: false, accepting: []).refusal == .secondCharge)
        let agreed = RetryPlan(of: job, isChanged: false, accepting: .secondCharge)
        #expect(agreed.refusal == nil && agreed.second == 1 && agreed.submits == 1)
    }

    @Test func `of a batch goes on what costs nothing twice, and the rest is named with what it would take`() throws {
        var plan = RetryPlan()
        let parts: [(FilePath.Component, [JobEvent], Bool)] = [
            ("001", Self.refused, false), ("002", Self.lost, false), ("003", Self.late, true),
            ("004", Self.late, false), ("005", Self.lost, false),
        ]
        for (name, events, isChanged) in parts {
            plan.add(name, try Self.job(events), isChanged: isChanged, accepting: [])
        }
        #expect(plan.refusal == nil && plan.marked.isEmpty)
        #expect(
            Wording.sentence(plan)
                == "put back; continues with what was paid for, without paying for it again, and sends 1 more "
                + "submit, which will be charged; 2 parts stay as they are, since sending again may be a second "
                + "charge (--accept-second-charge); 1 part stays as it is, since a changed request is a new "
                + "charge (--accept-charge)")
        var all = RetryPlan()
        for (name, events, isChanged) in parts {
            all.add(name, try Self.job(events), isChanged: isChanged, accepting: [.secondCharge, .newSubmit])
        }
        #expect(all.marked == ["002", "003", "005"] && all.staying.isEmpty && all.second == 2 && all.changed == 1)
    }

    @Test func `a done part is none to put back, and an unread one begins anew`() throws {
        let done: [JobEvent] = Self.submitted + [.answered(variant: 0, Samples.answer), .fetched(variant: 0, [])]
        let finished = try Samples.job(after: [.read(try Samples.request())] + done + [.done]).job
        var plan = RetryPlan()
        plan.add("001", finished, isChanged: true, accepting: [])
        #expect(plan == RetryPlan())
        let job = try Samples.job(after: [.failed(Samples.invalid)]).job
        let unread = RetryPlan(of: job, isChanged: false, accepting: [])
        #expect(Wording.sentence(unread) == "put back; starts over, since it was not charged")
    }
}
