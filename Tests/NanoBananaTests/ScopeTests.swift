// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import TestSupport

/// A client is lent to whoever asks, wherever that runs: what is done with it may use what belongs to the caller.
@Suite(.idleLimit)
struct ScopeTests {
    private static func configuration(_ url: String) -> NanoBananaClient.Configuration {
        var configuration = NanoBananaClient.Configuration()
        configuration.apiURL = url
        return configuration
    }

    private static let running = Reply.http(200, #"{"code":200,"data":{"state":"running","status":"1"}}"#)

    /// Not `Sendable`: it never leaves the actor that made it.
    private final class Notes {
        var lines: [String] = []
        var client: NanoBananaClient?
    }

    @MainActor private final class Window {
        private var shown: [String] = []

        func poll(_ task: TaskID, at url: String) async throws -> [String] {
            let notes = try await NanoBananaClient.withClient(ScopeTests.configuration(url), key: { nil }) { client in
                MainActor.preconditionIsolated()
                shown.append("polls")
                if case .underWay(let word) = try await client.poll(task).state { shown.append(word) }
                MainActor.preconditionIsolated()
                let notes = Notes()
                notes.lines = shown
                return notes
            }
            return notes.lines
        }
    }

    private actor Editor {
        private var seen: [String] = []

        func poll(_ task: TaskID, at url: String) async throws -> [String] {
            let notes = try await NanoBananaClient.withClient(ScopeTests.configuration(url), key: { nil }) { client in
                self.preconditionIsolated()
                seen.append("polls")
                if case .underWay(let word) = try await client.poll(task).state { seen.append(word) }
                self.preconditionIsolated()
                let notes = Notes()
                notes.lines = seen
                return notes
            }
            return notes.lines
        }

        func edit(_ request: EditRequest, at url: String) async throws -> [String] {
            var patience = EditPatience()
            (patience.firstWait, patience.doubt) = (.zero, .zero)
            try await NanoBananaClient.withClient(ScopeTests.configuration(url), key: { nil }) { client in
                _ = await #expect(throws: EditError.self) {
                    try await client.edit(request, patience: patience) { task in
                        self.preconditionIsolated()
                        seen.append(task.text)
                    }
                }
            }
            return seen
        }
    }

    @Test func `it is lent on the main actor`() async throws {
        try await RawServer.run(answering: { _ in Self.running }) { server in
            let shown = try await Window().poll(Samples.task(), at: server.url)
            #expect(shown == ["polls", "running"])
        }
    }

    @Test func `it is lent in an actor`() async throws {
        try await RawServer.run(answering: { _ in Self.running }) { server in
            let seen = try await Editor().poll(Samples.task(), at: server.url)
            #expect(seen == ["polls", "running"])
        }
    }

    @Test func `a task is told where the caller runs`() async throws {
        let failed = Reply.http(200, #"{"code":200,"data":{"task_id":"t-1","state":"error"}}"#)
        try await RawServer.run(answering: { _ in failed }) { server in
            let told = try await Editor().edit(Samples.request(), at: server.url)
            #expect(told == ["t-1"])
        }
    }

    @Test func `it is lent where nobody is isolated`() async throws {
        try await RawServer.run(answering: { _ in Self.running }) { server in
            let task = try Samples.task()
            let notes = Notes()
            try await NanoBananaClient.withClient(Self.configuration(server.url), key: { nil }) { client in
                if case .underWay(let word) = try await client.poll(task).state { notes.lines.append(word) }
            }
            #expect(notes.lines == ["running"])
        }
    }

    @Test func `it may be closed before`() async throws {
        let value = try await NanoBananaClient.withClient(key: { nil }) { client in
            client.shutdown()
            return 7
        }
        #expect(value == 7)
    }

    @Test func `it is closed also where what was done with it throws, and then does nothing more`() async throws {
        struct Mine: Error {}
        try await RawServer.run(answering: { _ in Self.running }) { server in
            let notes = Notes()
            await #expect(throws: Mine.self) {
                try await NanoBananaClient.withClient(Self.configuration(server.url), key: { nil }) { client in
                    notes.client = client
                    throw Mine()
                }
            }
            let client = try #require(notes.client)
            let task = try Samples.task()
            let error = await #expect(throws: PollError.self) { try await client.poll(task) }
            #expect(error == .trouble(message: "cancelled before it was sent", retryAfter: nil))
            #expect(server.requests.isEmpty)
        }
    }
}
