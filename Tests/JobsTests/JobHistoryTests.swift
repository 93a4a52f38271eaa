// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jobs
@testable import TestSupport

/// Every order of events that the transitions allow, up to a length.
struct JobHistoryTests {
    struct History {
        var events: [JobEvent]
        var job: Job
        /// What the last event made possible.
        var steps: [JobStep]

        var words: String { events.map(\.kind.rawValue).joined(separator: " ") }
    }

    private static func events(variants: Int) -> [JobEvent] {
        (0..<variants).flatMap { variant -> [JobEvent] in
            [
                .submitting(variant: variant), .notAccepted(variant: variant, why: ""),
                .outcomeUnknown(variant: variant, why: ""), .submitted(variant: variant, Samples.task),
                .answered(variant: variant, Samples.answer), .pictureSaved(variant: variant, Samples.picture),
                .fetched(variant: variant, [Samples.picture, Samples.second]), .picturesLost(variant: variant),
                .variantFailed(variant: variant, Samples.interrupted, response: nil),
            ]
        } + [.done, .failed(Samples.interrupted), .retried(Samples.acme)]
    }

    /// All that begin with reading the request, which may be read again after a retry.
    static func all(variants: Int, depth: Int) throws -> [History] {
        let read = JobEvent.read(try Samples.request(variants: variants))
        let events = events(variants: variants) + [read]
        let first = try Samples.job(after: [read])
        var all = [History(events: [read], job: first.job, steps: first.steps)]
        var last = all
        for _ in 1..<depth {
            last = last.flatMap { history in events.compactMap { continued(history, by: $0) } }
            all += last
        }
        return all
    }

    private static func continued(_ history: History, by event: JobEvent) -> History? {
        var job = history.job
        guard let steps = try? job.apply(event, at: Samples.start) else { return nil }
        return History(events: history.events + [event], job: job, steps: steps)
    }

    @Test(arguments: [(variants: 1, depth: 8), (2, 5)])
    func `a submit never follows anything but its own announcement`(variants: Int, depth: Int) throws {
        let histories = try Self.all(variants: variants, depth: depth)
        #expect(histories.count > 400, "only \(histories.count)")
        for history in histories {
            let submits = history.steps.filter(\.isSubmit)
            switch history.events.last {
            case .submitting(let variant): #expect(submits == [.submit(variant: variant)])
            default: #expect(submits == [], "after \(history.words)")
            }
        }
    }

    @Test(arguments: [(variants: 1, depth: 8), (2, 5)], UnknownOutcomeRule.allCases)
    func `a start submits nothing, and takes a permit only where the rule lets it`(
        size: (variants: Int, depth: Int), rule: UnknownOutcomeRule
    ) throws {
        for history in try Self.all(variants: size.variants, depth: size.depth) {
            let (job, _, steps) = try history.job.resumed(unknown: rule)
            #expect(steps.filter(\.isSubmit) == [], "after \(history.words)")
            for variant in steps.compactMap(\.permit) {
                #expect(job.variants[variant] == .waiting)
                let mayBeAgain = rule == .resubmit && history.job.variants[variant] == .submitting
                #expect(history.job.variants[variant] == .waiting || mayBeAgain, "after \(history.words)")
            }
        }
    }

    @Test(arguments: [(variants: 1, depth: 8), (2, 5)])
    func `each replays from its own journal`(variants: Int, depth: Int) throws {
        let claim = JobEvent.claimed(Samples.origin).line(at: Samples.start)
        for history in try Self.all(variants: variants, depth: depth) {
            let text = try JournalText(
                Samples.sealed(claim + history.events.flatMap { $0.line(at: Samples.start) }))
            #expect(text.job == history.job, "after \(history.words)")
        }
    }

    @Test(arguments: [(variants: 1, depth: 8), (2, 5)])
    func `from everywhere there is a step to take, and it is none that a resolved job has no use for`(
        variants: Int, depth: Int
    ) throws {
        for history in try Self.all(variants: variants, depth: depth) {
            let (job, _, steps) = try history.job.resumed()
            #expect(!steps.isEmpty, "nothing to do after \(history.words)")
            if job.outcome != nil || (!job.variants.isEmpty && job.variants.allSatisfy(\.isResolved)) {
                #expect(steps.filter(\.isFinish) == steps, "after \(history.words)")
            }
        }
    }
}
