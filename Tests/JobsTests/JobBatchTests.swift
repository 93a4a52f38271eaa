// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Jobs
@testable import NanoBanana
@testable import TestSupport

/// The transitions of a batch, and of a request with local pictures.
struct JobBatchTests {
    @Test func `a batch is split, its parts are run, and it is published`() throws {
        let (split, steps) = try Samples.job(after: [.split(parts: 3)])
        #expect(split.parts == 3)
        #expect(steps == [.runParts])
        #expect(!split.isUnread)
        #expect(split.stepsToResume == [.runParts])
        let (done, last) = try Samples.job(after: [.split(parts: 3), .done])
        #expect(last == [.publish(.done)])
        #expect(done.stepsToResume == [.finish(.done)])
    }

    @Test func `a batch with failed parts goes on with them when it is put back`() throws {
        let events: [JobEvent] = [.split(parts: 3), .failed(Samples.refused), .retried(Samples.acme)]
        let (job, steps) = try Samples.job(after: events)
        #expect(steps == [.runParts])
        #expect(job.parts == 3)
        #expect(job.origin == Origin(lane: Samples.acme, file: "hero.yaml"))
    }

    @Test func `a batch that could not be read is read again when it is put back`() throws {
        let (job, steps) = try Samples.job(after: [.failed(Samples.invalid), .retried(Samples.acme)])
        #expect(steps == [.read])
        #expect(job.isUnread)
    }

    static let wrong: [[JobEvent]] = [
        [.split(parts: 2), .split(parts: 2)], [.split(parts: 2), .submitting(variant: 0)],
        [.split(parts: 2), .done, .split(parts: 2)], [.sharing], [.shared([])], [.split(parts: 2), .sharing],
    ]

    @Test(arguments: wrong.indices)
    func `nothing else follows a split, and only a request with local pictures is shared`(index: Int) {
        #expect(throws: Job.Contradiction.self) { try Samples.job(after: Self.wrong[index]) }
    }

    @Test func `neither a batch is read as a request nor a request split`() throws {
        let read = JobEvent.read(try Samples.request())
        #expect(throws: Job.Contradiction.self) { try Samples.job(after: [.split(parts: 2), read]) }
        #expect(throws: Job.Contradiction.self) { try Samples.job(after: [read, .split(parts: 2)]) }
    }

    @Test func `local pictures are gathered, announced and shared before any permit is taken`() throws {
        let read = JobEvent.read(try Samples.request(variants: 2, locals: 1))
        #expect(try Samples.job(after: [read]).steps == [.gather])
        #expect(try Samples.job(after: [read, .sharing]).steps == [.share])
        let (job, steps) = try Samples.job(after: [read, .sharing, .shared([])])
        #expect(steps == [.takePermit(variant: 0), .takePermit(variant: 1)])
        #expect(job.stepsToResume == steps)
    }

    @Test func `a start announces again what was announced, since that may not be on the disk`() throws {
        let read = JobEvent.read(try Samples.request(locals: 1))
        #expect(try Samples.job(after: [read]).job.stepsToResume == [.gather])
        let (job, _) = try Samples.job(after: [read, .sharing])
        #expect(job.stepsToResume == [.gather])
        #expect(try Samples.job(after: [read, .sharing, .sharing]).steps == [.share])
    }

    @Test func `what a failure took away is shared again for what is still to be submitted`() throws {
        let read = JobEvent.read(try Samples.request(variants: 2, locals: 1))
        let (job, steps) = try Samples.job(after: [
            read, .sharing, .shared([]), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
            .variantFailed(variant: 1, Samples.refused, response: nil),
            .variantFailed(variant: 0, Samples.timedOut, response: nil), .failed(Samples.timedOut),
            .retried(Samples.acme),
        ])
        #expect(steps == [.gather, .poll(variant: 0, Samples.task, since: Samples.start)])
        #expect(job.sharing == .none)
        #expect(job.variants[1] == .waiting)
    }

    @Test func `links that were printed stay known when they are printed anew, and when the job is put back`() throws {
        let links = try ["https://a.b/c?sig=1", "https://a.b/c?sig=2"].map { try ImageLink($0) }
        let pictures = links.map { SharedPicture(device: 1, inode: 2, bytes: 3, modified: 4, link: $0) }
        let events: [JobEvent] = [
            .read(try Samples.request(variants: 2, locals: 1)), .sharing, .shared([pictures[0]]),
            .submitting(variant: 0), .submitted(variant: 0, Samples.task), .shared([pictures[1]]),
        ]
        let (job, steps) = try Samples.job(after: events)
        #expect(steps == [] && job.sharing == .complete([pictures[1]]) && job.printedLinks == Set(links))
        #expect(job.stepsToResume == [.poll(variant: 0, Samples.task, since: Samples.start), .takePermit(variant: 1)])
        let (again, _) = try Samples.job(
            after: events + [
                .shared([pictures[1]]), .submitting(variant: 1),
                .variantFailed(variant: 1, Samples.refused, response: nil),
                .variantFailed(variant: 0, Samples.timedOut, response: nil), .failed(Samples.timedOut),
                .retried(Samples.acme),
            ])
        #expect(again.sharing == .none && again.printedLinks == Set(links))
    }

    @Test func `a task that is known needs no picture to be shared again`() throws {
        let read = JobEvent.read(try Samples.request(locals: 1))
        let (_, steps) = try Samples.job(after: [
            read, .sharing, .shared([]), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
            .variantFailed(variant: 0, Samples.timedOut, response: nil), .failed(Samples.timedOut),
            .retried(Samples.acme),
        ])
        #expect(steps == [.poll(variant: 0, Samples.task, since: Samples.start)])
    }

    @Test func `only a request for which nothing was done is untouched`() throws {
        let plain = JobEvent.read(try Samples.request())
        let local = JobEvent.read(try Samples.request(locals: 1))
        #expect(try Samples.job(after: [plain]).job.isUntouched)
        #expect(try !Samples.job(after: []).job.isUntouched)
        #expect(try !Samples.job(after: [local, .sharing]).job.isUntouched)
        #expect(try !Samples.job(after: [plain, .submitting(variant: 0)]).job.isUntouched)
        let unheard: [JobEvent] = [plain, .submitting(variant: 0), .outcomeUnknown(variant: 0, why: "")]
        #expect(try !Samples.job(after: unheard).job.isUntouched)
    }
}
