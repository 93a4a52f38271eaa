// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import NanoBananaSimulator
@testable import TestSupport

@Suite(.idleLimit) struct ShapeTests {
    @Test(arguments: AnswerShape.allCases)
    func `a prompt may ask for answers in another shape`(shape: AnswerShape) async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            let submitted = try await client.submit("a red bottle [fault:shape=\(shape.rawValue)]")
            let id = try #require(simulator.api.state.withLock { $0.tasks.keys.first })
            #expect(submitted.text.contains(id))
            let report = try await client.poll(id).text
            #expect(report.contains(shape == .inline ? "iVBORw0KGgo" : "/pictures/\(id)/1/output.png"))
            // The usual report has it.
            #expect(!report.contains("action"))
        }
    }

    @Test func `what the stand-in does not know it says in JSON`() async throws {
        try await withSimulator { _, base in
            let client = SimulatorClient(base: base)
            for path in ["/v1/models", "/samples/none.png"] {
                let answer = try await client.get(path)
                #expect(answer.status == 404)
                #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true)
                #expect(try answer.decoded(Refused.self) == Refused(code: 404, msg: "GET \(path): Not Found"))
            }
        }
    }
}
