// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

extension ManyFilesTests {
    @Test func `with 10,000 results and 1,000 jobs under way, each page opens in half a second`() async throws {
        let binary = try #require(Needs.optimised)
        var configuration = SimulatorConfiguration()
        configuration.workTime = .seconds(3600)...(.seconds(3600))
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                for number in 0..<10_000 {
                    let folder = spool.done.appendingPathComponent("lane-\(number % 7)/job-\(number)")
                    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                    let summary =
                        #"{"version": 1, "job": "x", "outcome": "done", "request": {"prompt": "number \#(number)"}}"#
                    try Data(summary.utf8).write(to: folder.appendingPathComponent("result.json"))
                }
                for number in 0..<1000 { try spool.drop(TestSpool.request("number \(number)"), as: "\(number).yaml") }
                let options =
                    [
                        "run", "--spool", spool.root.path, "--api-url", base, "--max-in-flight", "1000", "--repeats",
                        "pay",
                    ]
                    + (try PageVisitor.options(in: spool))
                let daemon = try Program(options, binary: binary)
                await simulator.ledger.wait { $0.submits == 1000 }
                try await PageVisitor.with(daemon) { visitor in
                    for path in ["/gallery", "/", "/gallery?page=30", "/gallery?q=number"] {
                        let start = ContinuousClock.now
                        let answer = try await visitor.ask(path)
                        let time = start.duration(to: .now)
                        #expect(answer.status == 200)
                        #expect(time < .milliseconds(500), "\(path)")
                        print("\(path) with many results: \(time)")
                    }
                }
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
            }
        }
    }
}
