// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import DropFolder

/// The transitions, without a disk or a clock.
struct JobTests {
    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    // A literal that is right.
    // swift-format-ignore: NeverForceUnwrap
    static let task = TaskID("task-1")!
    static let answer = Answer(
        pictures: [PictureLink(url: "https://p/1"), PictureLink(url: "https://p/2")], response: [1])
    static let picture = PictureFile(name: "hero-1.png", bytes: 10, kind: .png)
    static let why = Wording.explain(.refused(code: 400, message: "no"))
    static let unknown = Wording.explain(.interruptedSubmit)

    static func request(variants: Int = 1) throws -> Request {
        let edit = try EditRequest(model: .pro, prompt: "x", images: [try ImageLink("https://a.b/c")])
        return Request(edit: edit, variants: variants, meta: nil)
    }

    static func claimed() -> Job {
        Job(claimed: Origin(lane: .root, file: "hero.yaml"), at: start)
    }

    static func job(after events: [JobEvent]) throws -> (job: Job, steps: [JobStep]) {
        var job = claimed()
        var steps: [JobStep] = [.read]
        for event in events { steps = try job.apply(event, at: start) }
        return (job, steps)
    }

    @Test func `a request that goes well takes the steps in order`() throws {
        let request = try Self.request()
        let way: [(JobEvent, JobStep)] = [
            (.read(request), .takeTurn(variant: 0)),
            (.submitting(variant: 0), .submit(variant: 0)),
            (.submitted(variant: 0, Self.task), .poll(variant: 0, Self.task, since: Self.start)),
            (.answered(variant: 0, Self.answer), .fetch(variant: 0, Self.answer)),
            (.fetched(variant: 0, [Self.picture]), .finish(.done)),
            (.done, .publish(.done)),
        ]
        var job = Self.claimed()
        for (event, step) in way { equal(try job.apply(event, at: Self.start), [step]) }
        #expect(job.charge == .yes)
    }

    @Test func `an answer may come straight away, without a task`() throws {
        let request = try Self.request()
        let (_, steps) = try Self.job(after: [
            .read(request), .submitting(variant: 0), .answered(variant: 0, Self.answer),
        ])
        #expect(steps == [.fetch(variant: 0, Self.answer)])
    }

    @Test func `what was not accepted waits for its turn again and cost nothing`() throws {
        let request = try Self.request()
        let (job, steps) = try Self.job(after: [
            .read(request), .submitting(variant: 0), .notAccepted(variant: 0, why: "429"),
        ])
        #expect(steps == [.takeTurn(variant: 0)])
        #expect(job.charge == .no)
    }

    @Test func `a submit never follows anything but its own announcement`() throws {
        // Every event on every state: a submit step comes out of `submitting` alone, and a start gives none at all.
        let request = try Self.request(variants: 2)
        for events in try Self.histories(request, depth: 5) {
            guard let (job, steps) = try? Self.job(after: events) else { continue }
            if steps.contains(where: { if case .submit = $0 { true } else { false } }) {
                guard case .submitting = events.last else {
                    Issue.record("a submit after \(events.map(\.name))")
                    return
                }
            }
            var resumed = job
            for event in job.eventsToResume(picturesAreWhole: { _ in true }, unknownOutcome: Self.unknown) {
                _ = try resumed.apply(event, at: Self.start)
            }
            let hasSubmit = resumed.stepsToResume.contains { if case .submit = $0 { true } else { false } }
            #expect(!hasSubmit, "a start would submit after \(events.map(\.name))")
        }
    }

    /// Every order of events that the transitions allow, up to a length.
    static func histories(_ request: Request, depth: Int) throws -> [[JobEvent]] {
        let events: [JobEvent] =
            (0..<2).flatMap { variant -> [JobEvent] in
                [
                    .submitting(variant: variant), .notAccepted(variant: variant, why: ""),
                    .submitted(variant: variant, task), .answered(variant: variant, answer),
                    .fetched(variant: variant, [picture]), .picturesLost(variant: variant),
                    .variantFailed(variant: variant, why, response: nil),
                ]
            } + [.done, .failed(why)]
        var all: [[JobEvent]] = [[.read(request)]]
        var last = all
        for _ in 1..<depth {
            last = last.flatMap { history in
                events.compactMap { event in (try? job(after: history + [event])) != nil ? history + [event] : nil }
            }
            all += last
        }
        return all
    }

    @Test func `the histories of the test above are many, and each replays from its own journal`() throws {
        let histories = try Self.histories(try Self.request(variants: 2), depth: 5)
        #expect(histories.count > 100)
        for events in histories {
            let lines = ([JobEvent.claimed(Self.claimed().origin)] + events).flatMap { $0.line(at: Self.start) }
            let text = try JournalText(lines)
            #expect(text.job == (try Self.job(after: events).job))
        }
    }

    @Test func `a start takes a submit without an answer for an unknown outcome, never for one to repeat`() throws {
        let request = try Self.request()
        var (job, _) = try Self.job(after: [.read(request), .submitting(variant: 0)])
        let events = job.eventsToResume(picturesAreWhole: { _ in true }, unknownOutcome: Self.unknown)
        #expect(events == [.variantFailed(variant: 0, Self.unknown, response: nil)])
        for event in events { _ = try job.apply(event, at: Self.start) }
        guard case .finish(.failed(let explanation)) = job.stepsToResume.first else {
            Issue.record("\(job.stepsToResume)")
            return
        }
        #expect(explanation.charge == .maybe)
        #expect(explanation.code == "unknown-outcome")
    }

    @Test func `pictures that a power cut took are fetched again, also of a job that was done`() throws {
        let request = try Self.request()
        var (job, _) = try Self.job(after: [
            .read(request), .submitting(variant: 0), .submitted(variant: 0, Self.task),
            .answered(variant: 0, Self.answer), .fetched(variant: 0, [Self.picture]), .done,
        ])
        let events = job.eventsToResume(picturesAreWhole: { _ in false }, unknownOutcome: Self.unknown)
        #expect(events == [.picturesLost(variant: 0)])
        for event in events { _ = try job.apply(event, at: Self.start) }
        #expect(job.stepsToResume == [.fetch(variant: 0, Self.answer)])
    }

    @Test func `no two pictures ever get one number, whatever fails`() throws {
        let request = try Self.request(variants: 3)
        var job = Self.claimed()
        _ = try job.apply(.read(request), at: Self.start)
        var numbers: [Int] = []
        for variant in 0..<3 {
            _ = try job.apply(.submitting(variant: variant), at: Self.start)
            let steps = try job.apply(.answered(variant: variant, Self.answer), at: Self.start)
            guard case .fetch(_, let answer)? = steps.first else { continue }
            numbers += answer.pictures.indices.map { answer.firstNumber + $0 }
            if variant == 0 { _ = try job.apply(.variantFailed(variant: 0, Self.why, response: nil), at: Self.start) }
        }
        #expect(numbers == [1, 2, 3, 4, 5, 6])
    }

    @Test func `the failure that may have cost money speaks for the job`() throws {
        let request = try Self.request(variants: 2)
        let (_, steps) = try Self.job(after: [
            .read(request), .submitting(variant: 0), .submitting(variant: 1),
            .variantFailed(variant: 0, Self.why, response: nil),
            .variantFailed(variant: 1, Self.unknown, response: nil),
        ])
        guard case .finish(.failed(let explanation)) = steps.first else {
            Issue.record("\(steps)")
            return
        }
        #expect(explanation.code == "unknown-outcome")
    }

    @Test func `money leaves only after its announcement is on the disk, and a result only after its own`() {
        #expect(JobEvent.submitting(variant: 0).durability == .before)
        #expect(JobEvent.done.durability == .before)
        #expect(JobEvent.failed(Self.why).durability == .before)
        #expect(JobEvent.submitted(variant: 0, Self.task).durability == .soon)
        #expect(JobEvent.answered(variant: 0, Self.answer).durability == .soon)
    }
}
