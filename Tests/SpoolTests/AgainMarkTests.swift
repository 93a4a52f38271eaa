// SPDX-License-Identifier: Apache-2.0

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

/// The mark of a file that is meant once more holds once.
@Suite(.idleLimit)
struct AgainMarkTests {
    @Test func `whoever takes a request out of its result has not said again that it is meant`() async throws {
        try await Scratch.with { scratch in
            let file = try scratch.write(Array("prompt: x\n".utf8), to: "hero.yaml")
            try AgainMark.put(on: try Kernel.open(file, O_WRONLY))
            let folder = JobFolder(path: scratch.path)
            #expect(folder.isMarkedAgain(Samples.origin))
            try folder.writeResult(of: Samples.claimed(), .failed(Samples.taskFailed), finishedAt: Samples.later)
            #expect(!folder.isMarkedAgain(Samples.origin))
        }
    }

    @Test func `nor whoever takes a table out of its`() async throws {
        try await Scratch.with { scratch in
            let file = try scratch.write(Array("prompt,image\n".utf8), to: "catalog.csv")
            try AgainMark.put(on: try Kernel.open(file, O_WRONLY))
            let batch = BatchFolder(folder: JobFolder(path: scratch.path))
            let job = Job(claimed: Origin(lane: .root, file: "catalog.csv"), at: Samples.start)
            let summary = try #require(try batch.summary(of: job, finishedAt: Samples.later))
            try batch.write(summary, nil, page: [])
            #expect(!AgainMark.isOn(file))
        }
    }
}
