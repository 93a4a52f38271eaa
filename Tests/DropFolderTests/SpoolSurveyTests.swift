// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import DropFolder

/// What `status` finds on the disk by itself.
struct SpoolSurveyTests {
    private static func withSpool(_ body: (Scratch, Spool) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            try await body(scratch, spool)
        }
    }

    @Test func `an inbox that is gone is said, and the rest is shown all the same`() async throws {
        try await Self.withSpool { scratch, spool in
            try scratch.folder("processing/hero.1")
            try scratch.write(
                Samples.sealed(JobEvent.claimed(Samples.origin).line(at: Samples.start)),
                to: "processing/hero.1/journal.jsonl")
            #expect(try SpoolSurvey(spool, names: .standard).trouble == [])
            try Kernel.rename(spool.inbox, at: AT_FDCWD, to: scratch.path.appending("away"), at: AT_FDCWD)
            let survey = try SpoolSurvey(spool, names: .standard)
            #expect(survey.trouble == ["the inbox is gone"])
            #expect(survey.waiting == 0 && survey.leftAlone == [])
            #expect(survey.jobs?.map(\.name) == ["hero"])
            #expect(survey.lines.contains("the inbox is gone"))
        }
    }

    @Test func `something else in the inbox's place is no inbox either, and what is no spool is an error`()
        async throws
    {
        try await Self.withSpool { scratch, spool in
            try Kernel.removeDirectory(spool.inbox, at: AT_FDCWD)
            try scratch.write([1], to: "inbox")
            #expect(try SpoolSurvey(spool, names: .standard).trouble == ["the inbox is gone"])
            try Kernel.removeDirectory(spool.processing, at: AT_FDCWD)
            #expect(throws: Errno.noSuchFileOrDirectory) { try SpoolSurvey(spool, names: .standard) }
        }
    }

    @Test func `a job that is put back and has a variant to send waits for its pictures, then shares them`()
        async throws
    {
        try await Self.withSpool { scratch, spool in
            try scratch.folder("processing/hero.1")
            let events: [JobEvent] = [
                .claimed(Samples.origin), .read(try Samples.request(locals: 1)), .sharing,
            ]
            for (count, stage) in [(1, "claimed"), (2, "waits for its pictures"), (3, "shares its pictures")] {
                let lines = events.prefix(count).flatMap { $0.line(at: Samples.start) }
                try scratch.write(Samples.sealed(lines), to: "processing/hero.1/journal.jsonl")
                #expect(try SpoolSurvey(spool, names: .standard).jobs?.map(\.stage) == [stage])
            }
        }
    }
}
