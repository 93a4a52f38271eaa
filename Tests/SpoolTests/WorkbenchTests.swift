// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Spool
@testable import TestSupport
@testable import Workbench

/// What the benchmarks of the parts measure: that it is what a request goes through.
struct WorkbenchTests {
    @Test func `a request is claimed, its journal grows, and its result is published`() async throws {
        try await Scratch.with { scratch in
            let bench = Workbench(on: Place(name: "scratch", folder: scratch.path, isDurable: true))
            try bench.fill(3)
            let name = try #require(bench.spool.root.lastComponent?.string)
            func count(_ folder: String) throws -> Int { try scratch.names(in: "\(name)/\(folder)").count }
            bench.openJournal = try bench.claim()
            try bench.append(Array("{}\n".utf8))
            try await bench.commit()
            #expect(try [count("inbox"), count("processing"), count("done")] == [2, 1, 0])
            try bench.finishAll()
            #expect(try [count("inbox"), count("processing"), count("done")] == [0, 3, 0])
            let result = try bench.publish()
            #expect(try [count("inbox"), count("processing"), count("done")] == [0, 2, 1])
            let stem = try #require(result.lastComponent?.string)
            let files = ["\(stem).yaml", "journal.jsonl", "response.json", "result.json"]
            #expect(try scratch.names(in: "\(name)/done/\(stem)") == files)
            bench.remove()
            #expect(try !scratch.exists(name))
        }
    }
}
