// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana

struct BodyGateTests {
    private func read(_ gate: BodyGate) async throws -> [String] {
        var parts: [String] = []
        for try await part in GatedBody(bytes: ByteBuffer(string: "body"), gate: gate) {
            parts.append(String(buffer: part))
        }
        return parts
    }

    @Test func `a body leaves once, and cannot be called off after that`() async throws {
        let gate = BodyGate()
        #expect(try await read(gate) == ["body"])
        #expect(gate.callOff())
    }

    @Test func `a body that is called off never leaves`() async throws {
        let gate = BodyGate()
        #expect(!gate.callOff())
        await #expect(throws: CancellationError.self) { try await read(gate) }
        #expect(!gate.callOff())
    }

    @Test func `whoever comes first wins, and both know who it was`() async throws {
        for _ in 0..<2000 {
            let gate = BodyGate()
            async let has = (try? read(gate)) != nil
            let said = await Task.detached { gate.callOff() }.value
            #expect(await has == said)
        }
    }
}
