// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

struct BodyGateTests {
    @Test func `a body leaves once, and cannot be called off after that`() {
        let gate = BodyGate()
        #expect(gate.leave())
        #expect(gate.callOff())
    }

    @Test func `a body that is called off never leaves`() {
        let gate = BodyGate()
        #expect(!gate.callOff())
        #expect(!gate.leave())
        #expect(!gate.callOff())
    }

    @Test func `whoever comes first wins, and both know who it was`() async {
        for _ in 0..<2000 {
            let gate = BodyGate()
            async let has = gate.leave()
            let said = await Task.detached { gate.callOff() }.value
            #expect(await has == said)
        }
    }
}
