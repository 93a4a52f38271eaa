// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import Jobs
@testable import Spending
@testable import TestSupport

/// A job that is ended before anything more of it is sent.
struct JobRefusalTests {
    private static let limit = Wording.overLimit(Limit(owner: .spool, size: .submits(3)))

    private static let stories: [(events: [JobEvent], variants: Int)] = [
        ([], 1), ([], 8), ([.submitting(variant: 0), .notAccepted(variant: 0, why: "busy")], 2),
        ([.submitting(variant: 0), .submitted(variant: 0, Samples.task)], 3),
        ([.submitting(variant: 1), .variantFailed(variant: 1, Samples.unknown, response: nil)], 3),
    ]

    @Test(arguments: stories.indices)
    func `every variant that waits fails, and nothing that is under way`(index: Int) throws {
        let story = Self.stories[index]
        var job = try Samples.job(after: [.read(try Samples.request(variants: story.variants))] + story.events).job
        let underWay = job.variants.map { $0 != .waiting }
        let refusal = job.refusal(Self.limit)
        #expect(refusal.steps == nil)
        for event in refusal.news { _ = try job.apply(event, at: Samples.later) }
        for (variant, was) in zip(job.variants, underWay) where !was { #expect(variant.reason?.code == "over-limit") }
        guard job.variants.allSatisfy(\.isResolved) else { return }
        guard case .finish(.failed(let why))? = job.stepsToResume.first else { throw Unfinished() }
        _ = try job.apply(.failed(why), at: Samples.later)
        #expect(why.charge == job.charge)
    }

    private struct Unfinished: Error {}

    @Test func `a job that was not read fails as a whole`() throws {
        let refusal = Samples.claimed().refusal(Self.limit)
        #expect(refusal.news.isEmpty && refusal.steps == [.finish(.failed(Self.limit))])
    }
}
