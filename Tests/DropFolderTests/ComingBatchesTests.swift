// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import DropFolder
@testable import FileIO
@testable import Jobs
@testable import Spool
@testable import TestSupport

/// What is told of batches that are under way, and when.
@Suite(.idleLimit)
struct ComingBatchesTests {
    private static func batch(_ name: String) throws -> JobDriver {
        var job = Job(claimed: Samples.origin, at: Samples.start)
        _ = try job.apply(.split(parts: 3), at: Samples.start)
        let path = FilePath("/nowhere").appending(name)
        let claimed = Claim.Claimed(folder: JobFolder(path: path), journal: Journal(in: path), job: job)
        return JobDriver(claimed, at: Machine.now)
    }

    @Test func `at a stop nothing more is shown, and what is over is taken away`() async throws {
        let batches = ComingBatches()
        let (over, open) = (try Self.batch("over"), try Self.batch("open"))
        batches.began(open, 1)
        batches.began(over, 2)
        batches.over(over.folder.path, .gone)
        var told: [FilePath] = []
        await batches.flush { news, _, _ in
            told.append(news.folder.path)
            return nil
        }
        #expect(told == [over.folder.path])
    }
}
