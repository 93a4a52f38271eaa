// SPDX-License-Identifier: Apache-2.0

import NanoBananaSimulator
import Testing

@testable import TestSupport

@Suite(.idleLimit) struct SwitchTests {
    @Test func `each switch refuses without being paid, and being switched off ends it`() async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            simulator.switches.keyRefused = true
            #expect(try await client.submit("p").decoded(Refused.self).code == 401)
            simulator.switches = Switches()
            simulator.switches.balanceEmpty = true
            let refused = try await client.submit("p").decoded(Refused.self)
            #expect(refused.code == 402 && refused.msg.contains("余额不足"))
            simulator.switches = Switches()
            simulator.switches.tooFast = true
            let tooFast = try await client.submit("p")
            #expect(tooFast.status == 429 && tooFast.headers["retry-after"] == "1")
            #expect(try tooFast.decoded(Refused.self).code == 429)
            simulator.switches = Switches()
            #expect(simulator.ledger.snapshot.submits == 3 && simulator.ledger.snapshot.paid == 0)
            _ = try await client.task("p")
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    @Test func `while it is down, everything is answered with 503`() async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            let task = try await client.task("p")
            let link = try await client.pictureLink("p")
            simulator.switches.down = true
            for answer in [try await client.submit("p"), try await client.poll(task), try await client.get(link)] {
                #expect(answer.status == 503)
                #expect(answer.headers["content-type"] == "text/html")
            }
            simulator.switches.down = false
            for answer in [try await client.submit("p"), try await client.poll(task), try await client.get(link)] {
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `a refused key is refused for a question, too`() async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            let task = try await client.task("p")
            simulator.switches.keyRefused = true
            #expect(try await client.poll(task).decoded(Refused.self).code == 401)
        }
    }

    @Test func `switches are set from outside, and nonsense leaves them`() async throws {
        try await withSimulator { simulator, base async throws in
            let client = SimulatorClient(base: base)
            let on = #"{"keyRefused":true,"balanceEmpty":false,"tooFast":false,"down":false}"#
            #expect(try await client.post("/simulator/switches", Array(on.utf8)).status == 200)
            #expect(simulator.switches.keyRefused)
            #expect(try await client.post("/simulator/switches", Array("nonsense".utf8)).status == 400)
            #expect(simulator.switches.keyRefused)
        }
    }
}
