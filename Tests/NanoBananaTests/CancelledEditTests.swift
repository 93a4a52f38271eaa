// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// What becomes of an edit that is cancelled.
@Suite(.idleLimit)
struct CancelledEditTests {
    /// Edits until `isTime`, then cancels, and returns the error. `end` is called while the client is there.
    private func cancelled(
        _ prompt: String, of url: String, when isTime: @Sendable () async -> Void, end: () -> Void = {}
    ) async throws -> EditError? {
        var configuration = NanoBananaClient.Configuration()
        configuration.apiURL = url
        return try await NanoBananaClient.withClient(configuration, key: { APIKey("a-key") }) { client in
            let request = try EditRequest(model: .pro, prompt: prompt, images: [ImageLink("https://a.example/1.png")])
            // Unstructured, as it is cancelled on its own; awaited two lines on.
            let call = Task { await #expect(throws: EditError.self) { try await client.edit(request) } }
            await isTime()
            call.cancel()
            defer { end() }
            return await call.value
        }
    }

    @Test func `one that is cancelled while its submit is on the way still learns what was paid for`() async throws {
        try await withSimulator { simulator, url in
            let error = try await cancelled("[fault:submit=slow500]", of: url) {
                await simulator.ledger.wait { $0.paid == 1 }
            }
            #expect(error?.reason == .cancelled)
            #expect(error?.charge == .yes && error?.task != nil)
            #expect(simulator.ledger.snapshot.submits == 1)
        }
    }

    @Test func `one that is cancelled while it waits for its task has it`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .seconds(3_600)...(.seconds(3_600))
        try await withSimulator(configuration) { simulator, url in
            let error = try await cancelled("red", of: url) { await simulator.ledger.wait { $0.polls == 1 } }
            #expect(error?.reason == .cancelled)
            #expect(error?.charge == .yes && error?.task != nil)
        }
    }

    @Test func `one that is cancelled before it is sent costs nothing`() async throws {
        let full = try FullSocket()
        let error = try await cancelled("red", of: "http://127.0.0.1:\(full.port)") {
            try? await Task.sleep(for: .milliseconds(100))
        } end: {
            // The client waits for its connections on its way out.
            full.stop()
        }
        #expect(error == EditError(.cancelled))
        #expect(error?.charge == .no)
    }
}

/// What an answer to a submit names beside what it says.
@Suite(.idleLimit)
struct NamedTaskTests {
    @Test func `a task that is named in an error is passed on`() async throws {
        let body = #"{"code":500,"data":{"task_id":"t-1"}}"#
        try await RawServer.run(answering: { _ in .http(500, body) }) { server in
            let error = try await Samples.withClient(of: server.url) { client in
                await #expect(throws: EditError.self) { try await client.edit(Samples.request()) }
            }
            #expect(try error?.task == Samples.task("t-1"))
            #expect(error?.charge == .maybe)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a task whose pictures came straight away is told, too`() async throws {
        let body = #"{"data":{"task_id":"t-1","state":"succeeded","images":[{"url":"ftp://a.example/1.png"}]}}"#
        try await RawServer.run(answering: { _ in .http(200, body) }) { server in
            var told: [TaskID] = []
            let error = try await Samples.withClient(of: server.url) { client in
                await #expect(throws: EditError.self) {
                    try await client.edit(Samples.request()) { told.append($0) }
                }
            }
            #expect(try told == [Samples.task("t-1")])
            #expect(try error?.task == Samples.task("t-1"))
            #expect(error?.links.count == 1)
        }
    }
}
