// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// A changed request takes the place of what was paid for, so half of one, or one with a mistake, must not.
@Suite(.idleLimit)
struct PutBackRequestTests {
    private static let request = "prompt: x\nimages:\n  - https://a.b/c\n"
    private static let end = LeftAloneReason.arriving(.end(of: "hero.yaml"))

    struct Case: Sendable {
        var text: String
        /// What keeps it in the inbox right after it was written, and when it is no longer young.
        var young: LeftAloneReason?
        var old: LeftAloneReason?
        var isPaid = true
    }

    private static let wrong = LeftAloneReason.wrongRequest("hero.yaml", "")

    static let cases: [Case] = [
        // As it was, in whatever form.
        Case(text: request), Case(text: "# a note\n" + request), Case(text: String(request.dropLast())),
        // A whole one that asks for something else.
        Case(text: request.replacing("x", with: "y")),
        Case(text: String(request.replacing("x", with: "y").dropLast()), young: end),
        // Nothing yet, half of one, and one with a mistake.
        Case(text: "", young: end, old: end), Case(text: "prom", young: end, old: wrong),
        Case(text: "prompt: \"x", young: end, old: wrong), Case(text: "prompt: x\n", young: wrong, old: wrong),
        Case(text: request + "propmt: y\n", young: wrong, old: wrong),
        // Nothing is lost where nothing was paid.
        Case(text: "", isPaid: false), Case(text: "prom", isPaid: false),
    ]

    private static func job(isPaid: Bool) throws -> Job {
        let read = try Samples.request(source: RequestSource.fingerprint(of: Array(request.utf8), as: .yaml).value)
        let events: [JobEvent] =
            isPaid
            ? [
                .submitted(variant: 0, Samples.task),
                .variantFailed(variant: 0, Samples.taskFailed, response: nil), .failed(Samples.taskFailed),
            ] : [.variantFailed(variant: 0, Samples.refused, response: nil), .failed(Samples.refused)]
        return try Samples.job(after: [.read(read), .submitting(variant: 0)] + events).job
    }

    private static func reason(_ job: Job, in scratch: Scratch, later: Int64) throws -> LeftAloneReason? {
        let reader = RequestReader(rules: RequestRules())
        let now = Timestamp(milliseconds: Timestamp.now.milliseconds + later)
        let folder = PutBackFolder(try Kernel.open(scratch.path, O_RDONLY | O_DIRECTORY))
        let reason = try folder.reasonToWait(forRequestOf: job, reader, RequestDefaults(), now)
        // Which mistake it is, is the reader's to say.
        if case .wrongRequest(let file, let words)? = reason, !words.isEmpty { return .wrongRequest(file, "") }
        return reason
    }

    @Test(arguments: cases.indices)
    func `half of a request, or one with a mistake, does not give up what was paid for`(index: Int) async throws {
        let item = Self.cases[index]
        try await Scratch.with { scratch in
            try scratch.write(Array(item.text.utf8), to: "hero.yaml")
            let job = try Self.job(isPaid: item.isPaid)
            #expect(try Self.reason(job, in: scratch, later: 0) == item.young, "\(item.text)")
            #expect(try Self.reason(job, in: scratch, later: 60_000) == item.old, "\(item.text)")
        }
    }

    @Test func `nor does half of a picture that is the request, or none that can be sent`() async throws {
        try await Scratch.with { scratch in
            let name = FilePath(root: nil, ["hero.png"])
            let file = try scratch.write(.png(), to: "hero.png")
            let whole = try Kernel.open(file, O_RDONLY)
            let content = try PictureContent.content(of: whole, size: try whole.status().size)
            var request = try Samples.request()
            request.source = content
            var job = Job(claimed: Origin(lane: .root, file: "hero.png"), at: Samples.start)
            let events: [JobEvent] = [
                .read(request), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
                .variantFailed(variant: 0, Samples.taskFailed, response: nil), .failed(Samples.taskFailed),
            ]
            for event in events { _ = try job.apply(event, at: Samples.start) }
            let folder = JobFolder(path: scratch.path)
            #expect(try Self.reason(job, in: scratch, later: 0) == nil)
            #expect(try !folder.isRequestChanged(since: job))
            try scratch.write(.png().dropLast(6), to: "hero.png")
            waitForEndOfWriting(file)
            #expect(try Self.reason(job, in: scratch, later: 60_000) == .arriving(.end(of: name)))
            #expect(try folder.isRequestChanged(since: job))
            try scratch.write(Array("8BPS and so on".utf8), to: "hero.png")
            waitForEndOfWriting(file)
            #expect(try Self.reason(job, in: scratch, later: 60_000) == .wrongRequest("hero.png", ""))
        }
    }

    @Test func `as long as somebody writes it, it is not whole`() async throws {
        try await Scratch.with { scratch in
            let text = Self.request.replacing("x", with: "y")
            let file = try scratch.write(Array(text.utf8), to: "hero.yaml")
            let job = try Self.job(isPaid: true)
            do {
                let writer = try Kernel.open(file, O_WRONLY)
                #expect(try Self.reason(job, in: scratch, later: 60_000) == Self.end)
                _ = writer.descriptor
            }
            waitForEndOfWriting(file)
            #expect(try Self.reason(job, in: scratch, later: 60_000) == nil)
        }
    }
}
