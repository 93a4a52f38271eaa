// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// Single parts of a failed batch are put back, on a real disk.
struct FailedPartsTests {
    private static let batch = "acme/2026-05-catalog"
    private static let folder = "failed/acme/2026-05-catalog"
    private static let all: RetryCost = [.newSubmit, .secondCharge]

    private static func with(_ body: (Scratch, FailedJobs) throws -> Void) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch, isBatch: true)
            try scratch.folder("failed/acme")
            let dropped = back.folder.appending("dropped")
            try Kernel.rename(dropped, at: AT_FDCWD, to: scratch.path.pushing(FilePath(folder)), at: AT_FDCWD)
            try body(scratch, FailedJobs(back.spool))
        }
    }

    @Test func `where the place of one is taken, none is moved`() async throws {
        try await Self.with { scratch, failed in
            let place = try scratch.folder("inbox/acme/003")
            #expect(throws: RetryError.inTheWay(Self.batch + "/003", place)) {
                try failed.putBack(parts: [1, 3], of: Self.batch, accepting: Self.all)
            }
            #expect(try scratch.names(in: Self.folder).filter { $0.hasPrefix("00") } == ["001", "002-red", "003"])
            #expect(try scratch.names(in: "inbox/acme") == ["003"])
            try Kernel.removeDirectory(place, at: AT_FDCWD)
            let told = try failed.putBack(parts: [1, 3], of: Self.batch, accepting: Self.all)
            #expect(told.done.map { $0.name } == [Self.batch + "/001", Self.batch + "/003"] && told.failure == nil)
            #expect(try scratch.names(in: "inbox/acme") == ["001", "003"])
        }
    }

    @Test func `of a part that its cancelled batch has not begun it is said how it goes on`() async throws {
        try await Self.with { scratch, failed in
            let origin = Origin(lane: Samples.acme, batch: "2026-05-catalog", file: "001.json")
            let lines = [.claimed(origin), .read(try Samples.request())] as [JobEvent]
            let journal = Samples.sealed(lines.flatMap { $0.line(at: Samples.start) })
            try scratch.write(journal, to: Self.folder + "/001/journal.jsonl")
            let error = RetryError.isNotBegun(Self.batch + "/001")
            #expect(throws: error) { try failed.putBack(parts: [1], of: Self.batch) }
            #expect("\(error)".contains("leave out --part"))
        }
    }

    @Test func `a request that gets another prompt stays whose it was, with its rights`() async throws {
        try await Self.with { scratch, failed in
            let request = Array(#"{"prompt": "one", "images": ["https://a.b/c.png"]}"#.utf8)
            let file = try scratch.write(request, to: Self.folder + "/002-red/002-red.json")
            if Somebody.isPossible { try #require(chown(file.string, 4711, 4712) == 0) }
            try #require(chmod(file.string, 0o640) == 0)
            let before = try Kernel.rights(of: file)
            let told = try failed.putBack(parts: [2], of: Self.batch, prompt: "two")
            #expect(told.done.count == 1 && told.failure == nil)
            #expect(try scratch.text(of: "inbox/acme/002-red/002-red.json").contains("two"))
            #expect(try Kernel.rights(of: scratch.path.pushing("inbox/acme/002-red/002-red.json")) == before)
            #expect(try !scratch.names(in: "inbox/acme/002-red").contains { $0.hasSuffix(".new") })
        }
    }
}
