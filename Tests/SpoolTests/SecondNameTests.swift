// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// A stop in the middle of a rename that was made of two steps: the file has two names, and is one job.
struct SecondNameTests {
    private static func left(_ spool: Spool) -> RecoveredJobs {
        let defaults = LaneDefaults(inbox: spool.inbox, quiet: { .milliseconds(250) }, rules: { RequestRules() })
        return RecoveredJobs(spool: spool, reader: RequestReader(rules: RequestRules()), defaults: defaults)
    }

    @Test(arguments: [true, false])
    func `a file that has both names stays in the inbox, and one that has come alone is a job`(
        isThereStill: Bool
    ) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            try scratch.folder("inbox/acme")
            let origin = Origin(lane: Samples.acme, file: "hero.yaml")
            let folder = JobFolder(path: try scratch.folder("processing/hero.1x2y3z"))
            var journal = Journal(in: folder.path)
            try journal.append(JobEvent.claimed(origin).line(at: Samples.start))
            try folder.noteLane(origin.lane)
            let dropped = try scratch.write(Array("prompt: x\n".utf8), to: "inbox/acme/hero.yaml")
            try #require(link(dropped.string, folder.path.appending("hero.yaml").string) == 0)
            if !isThereStill { try Kernel.remove(dropped, at: AT_FDCWD) }
            let found = try Self.left(spool).open("hero.1x2y3z", now: Samples.later)
            #expect((found == nil) == isThereStill)
            #expect(try scratch.exists("inbox/acme/hero.yaml") == isThereStill)
            #expect(try scratch.names(in: "processing") == (isThereStill ? [] : ["hero.1x2y3z"]))
        }
    }
}
