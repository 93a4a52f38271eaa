// SPDX-License-Identifier: Apache-2.0

import Foundation
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
}
