// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// What is paid for and cannot be had is the worst: where no picture comes, nothing more is paid.
@Suite(.watched, .timeLimit(.minutes(15)))
struct PicturePauseTests {
    private static let patient = ["--picture-patience", "10m"]

    @Test(arguments: ["http403", "http500", "html"])
    func `while no picture comes from their host no more is paid, and it goes on with the first that does`(
        fault: String
    ) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Self.patient) { daemon in
                    for number in 0..<3 {
                        let prompt = "\"no picture \(number) [fault:picture=\(fault)]\""
                        try spool.drop(TestSpool.request(prompt), as: "n\(number).yaml")
                    }
                    let line = await daemon.line(containing: "Paused")
                    #expect(line?.contains("why=pictures") == true, "\(line ?? "")")
                    #expect(line?.contains("127.0.0.1") == true, "it names the host: \(line ?? "")")
                    try spool.drop(TestSpool.request("next"), as: "next.yaml")
                    // The page is written a moment later.
                    _ = try await spool.status { $0["paused"] is [String: Any] }
                    let status = try await Program.run(["status", "--spool", spool.root.path]).output
                    #expect(status.contains("pictures"), "\(status)")
                    simulator.endPictureFaults()
                    #expect(await daemon.line(containing: "works again") != nil)
                    for name in ["n0", "n1", "n2", "next"] {
                        #expect(await daemon.result(of: name)?.contains(" Done ") == true, "\(name)")
                    }
                    let lines = daemon.lines
                    let isWell = try #require(lines.firstIndex { $0.contains("works again") })
                    let isNext = try #require(lines.firstIndex { $0.contains("Submitted") && $0.contains("job=next ") })
                    #expect(isWell < isNext, "nothing was paid before a picture came")
                }
                #expect(simulator.ledger.snapshot.paid == 4)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
                #expect(spool.names(in: spool.failed) == [])
            }
        }
    }
}
