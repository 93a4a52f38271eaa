// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import NanoBanana
@testable import Requests
@testable import TestSupport

/// What is told of a job, and in which words.
struct NotificationTests {
    static let free = Bill(charged: 0, maybeCharged: 0)

    private static func parsed(_ notification: Notification) throws -> Notification? {
        Notification(journal: try JSONDocumentParser.parse(notification.json.line))
    }

    private static let all = NotificationSamples.all

    @Test(arguments: NotificationSamples.all.indices)
    func `what was written down is told as it was, whatever stands in it`(index: Int) throws {
        #expect(try Self.parsed(Self.all[index]) == Self.all[index])
    }

    @Test(arguments: NotificationSamples.all.indices)
    func `the text is one line, and moves no cursor`(index: Int) {
        let text = Self.all[index].text
        #expect(!text.isEmpty && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "\(text)")
    }

    @Test func `each event that there is may be told`() {
        #expect(Set(Self.all.map(\.event)) == Set(Notification.Event.allCases))
        #expect(Self.all.allSatisfy { Notification.isID($0.id) })
    }

    @Test func `a line that is none of ours is none`() throws {
        for text in [
            "{}", #"{"version":2,"id":"a","event":"done","at":"2026-11-24T08:15:30.250Z","text":""}"#,
            #"{"version":1,"id":"../x","event":"done","at":"2026-11-24T08:15:30.250Z","text":""}"#,
            #"{"version":1,"id":"a","event":"dne","at":"2026-11-24T08:15:30.250Z","text":""}"#,
        ] {
            #expect(Notification(journal: try JSONDocumentParser.parse(Array(text.utf8))) == nil, "\(text)")
        }
    }

    @Test func `the id is the same each time, and another after a retry, and for another event`() throws {
        let (job, _) = try Samples.job(after: [
            .read(try Samples.request()), .submitting(variant: 0),
            .variantFailed(variant: 0, Samples.refused, response: nil), .failed(Samples.refused),
        ])
        let first = Notification(of: job, .failed(Samples.refused), Self.free, at: Samples.later)
        let again = Notification(of: job, .failed(Samples.refused), Self.free, at: Samples.start)
        #expect(first.id == again.id && Notification.isID(first.id), "\(first.id)")
        #expect(Notification(of: job, .done, Self.free, at: Samples.later).id != first.id)
        var retried = job
        _ = try retried.apply(.retried(.root), at: Samples.later)
        #expect(Notification(of: retried, .failed(Samples.refused), Self.free, at: Samples.later).id != first.id)
        let other = Job(claimed: Origin(lane: Samples.acme, file: "hero.yaml"), at: Samples.start)
        #expect(Notification(of: other, .failed(Samples.refused), Self.free, at: Samples.later).id != first.id)
    }

    @Test(arguments: ["", "a/b", "..", "A", "a.b", "é", String(repeating: "a", count: 201)])
    func `what could lead elsewhere is no id`(text: String) {
        #expect(!Notification.isID(text))
    }

    @Test func `what ended is said in a sentence, with the place and the money`() throws {
        let (job, _) = try Samples.job(after: [
            .read(try Samples.request()), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
            .answered(variant: 0, Samples.answer), .fetched(variant: 0, [Samples.picture, Samples.second]),
        ])
        let done = Notification(of: job, .done, Bill(charged: 1, maybeCharged: 0, money: "0.12"), at: Samples.later)
        #expect(done.text == "hero is done: 2 pictures. Charged: Yes: 1 submit, 0.12.")
        #expect(done.event == .done && done.subject?.pictures == ["hero-1.png", "hero-2.png"])
        let invalid = Notification(of: Samples.claimed(), .failed(Samples.invalid), Self.free, at: Samples.later)
        #expect(
            invalid.text == "hero failed: The request file has a mistake, so nothing was sent. `prompt` is empty: say "
                + "what to do with the pictures. Charged: No.")
        #expect(invalid.reason?.code == "invalid-request" && invalid.reason?.who == .dropper)
    }

    @Test func `a batch is done where each part is, and otherwise failed`() {
        func batch(_ outcomes: [JobOutcome]) -> Notification {
            let parts = outcomes.enumerated().map { index, outcome in
                let folder = FilePath.Component("00\(index)") ?? "x"
                return BatchSummary.Part(folder: folder, job: Samples.claimed(), outcome: outcome)
            }
            let summary = BatchSummary(batch: Samples.claimed(), parts: parts, finishedAt: Samples.later)
            return Notification(of: summary, summary.outcome, at: Samples.later)
        }
        #expect(batch([.done, .done]).event == .batchDone)
        #expect(batch([.done, .done]).text.hasPrefix("hero is done: 2 parts, 0 pictures."))
        let failed = batch([.done, .failed(Samples.refused)])
        #expect(failed.event == .failed && failed.subject?.parts == .init(done: 1, failed: 1))
        #expect(failed.text.hasPrefix("hero failed: 1 of the 2 parts of this batch failed; the others are done."))
    }
}
