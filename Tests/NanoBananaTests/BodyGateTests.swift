// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana

struct BodyGateTests {
    private func read(_ departure: BodyGate) async throws -> [String] {
        var parts: [String] = []
        for try await part in DepartingBody(bytes: ByteBuffer(string: "body"), departure: departure) {
            parts.append(String(buffer: part))
        }
        return parts
    }

    @Test func `a body leaves once, and cannot be called off after that`() async throws {
        let departure = BodyGate()
        #expect(try await read(departure) == ["body"])
        #expect(departure.callOff())
    }

    @Test func `a body that is called off never leaves`() async throws {
        let departure = BodyGate()
        #expect(!departure.callOff())
        await #expect(throws: CancellationError.self) { try await read(departure) }
        #expect(!departure.callOff())
    }

    @Test func `whoever comes first wins, and both know who it was`() async throws {
        for _ in 0..<2000 {
            let departure = BodyGate()
            async let has = (try? read(departure)) != nil
            let said = await Task.detached { departure.callOff() }.value
            #expect(await has == said)
        }
    }
}
