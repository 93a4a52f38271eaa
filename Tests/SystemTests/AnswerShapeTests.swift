// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// The same said otherwise: what is paid for comes all the same, and is paid for once.
@Suite(.watched, .timeLimit(.minutes(5)))
struct AnswerShapeTests {
    @Test func `pictures come whatever shape the answers have`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let shapes = AnswerShape.allCases.map(\.rawValue)
                try await spool.withDaemon(base) { daemon in
                    for shape in shapes {
                        try spool.drop(TestSpool.request("\"\(shape) [fault:shape=\(shape)]\""), as: "\(shape).yaml")
                    }
                    for shape in shapes {
                        let line = await daemon.result(of: shape)
                        #expect(line?.contains(" Done ") == true, "\(shape): \(line ?? "the daemon ended")")
                        #expect(spool.names(in: spool.done.appendingPathComponent(shape)).contains("\(shape)-1.png"))
                        // A picture that stands in an answer is kept out of the journal.
                        #expect(try !spool.text("done/\(shape)/journal.jsonl").contains("iVBORw0KGgo"))
                    }
                    #expect(!daemon.lines.contains { $0.contains("iVBORw0KGgo") })
                }
                #expect(simulator.ledger.snapshot.paid == shapes.count)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    private static let huge = 5 << 20

    @Test func `pictures of megabytes in an answer come whole, and go on after a kill in between`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.pictureBytes = Self.huge
        configuration.picturesPerTask = 2
        configuration.shape = .inline
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                let environment = ["BANANADROP_TEST_STOP_AT": "after:picture-saved"]
                let first = try spool.run(base, environment: environment)
                try spool.drop(TestSpool.request("huge"), as: "huge.yaml")
                #expect(await first.stopped())
                first.send(SIGKILL)
                _ = await first.end()
                try await spool.withDaemon(base) { daemon in
                    let line = await daemon.result(of: "huge")
                    #expect(line?.contains(" Done ") == true, "\(line ?? "the daemon ended")")
                }
                for number in 1...2 {
                    let picture = try spool.data("done/huge/huge-\(number).png")
                    #expect(picture.count == Self.huge)
                    #expect(picture.suffix(12).starts(with: [0, 0, 0, 0] + Array("IEND".utf8)))
                }
                #expect(try spool.data("done/huge/response.json").count > 2 * Self.huge)
                #expect(try spool.data("done/huge/journal.jsonl").count < 10_000)
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }
}
