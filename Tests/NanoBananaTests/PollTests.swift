// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana
@testable import TestSupport

/// Polls over real sockets.
@Suite(.idleLimit)
struct PollTests {
    private func poll(
        answering reply: Reply, change: (inout NanoBananaClient.Configuration) -> Void = { _ in }
    ) async throws -> PollError? {
        try await RawServer.run(answering: { _ in reply }) { server in
            try await Samples.withClient(of: server.url, change: change) { client in
                await #expect(throws: PollError.self) { try await client.poll(Samples.task()) }
            }
        }
    }

    @Test(arguments: [
        ("t-1", "t-1"), ("../../x?y#z", "%2E%2E%2F%2E%2E%2Fx%3Fy%23z"), ("..", "%2E%2E"), ("100%", "100%25"),
    ])
    func `a poll is a GET with the raw key and one path segment for the task`(text: String, segment: String)
        async throws
    {
        let body = #"{"code":200,"data":{"state":"running","status":"1"}}"#
        try await RawServer.run(answering: { _ in .http(200, body) }) { server in
            let task = try Samples.task(text)
            let report = try await Samples.withClient(of: server.url + "/prefix/") { try await $0.poll(task) }
            #expect(report.state == .underWay("running"))
            #expect(server.requests.map(\.line) == ["GET /prefix/api/gemini/nano-banana/\(segment) HTTP/1.1"])
            #expect(server.requests.first?.values(of: "authorization") == [Samples.key])
        }
    }

    @Test func `an HTML page of a gateway is trouble`() async throws {
        let reply = Reply.http(502, "<html><h1>Bad Gateway</h1></html>", headers: ["Retry-After: 5"])
        let page = ByteBuffer(string: "<html><h1>Bad Gateway</h1></html>")
        let trouble = PollError.trouble(message: "HTTP 502: Bad Gateway", retryAfter: .seconds(5), answer: page)
        #expect(try await poll(answering: reply) == trouble)
    }

    @Test(arguments: [
        Reply.sendAndClose(""), .sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
        .send("what?\r\n\r\n"),
    ])
    func `a lost connection is trouble`(reply: Reply) async throws {
        guard case .trouble(_, nil, _) = try await poll(answering: reply) else {
            Issue.record("not trouble")
            return
        }
    }

    @Test(arguments: [Reply.silence, .drip("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")])
    func `an answer that is not whole in time is trouble`(reply: Reply) async throws {
        let error = try await poll(answering: reply) { $0.answerTimeout = .milliseconds(400) }
        #expect(error == .trouble(message: "no answer in time", retryAfter: nil))
    }

    @Test func `a poll to where nothing listens is trouble`() async throws {
        let url = "http://127.0.0.1:\(try RawServer.closedPort())"
        try await Samples.withClient(of: url) { client in
            let error = await #expect(throws: PollError.self) { try await client.poll(Samples.task()) }
            guard case .trouble(let message, nil, _) = error else { return }
            #expect(message.hasSuffix("Connection refused"))
        }
    }

    @Test func `the key is asked for before each call and none is sent where there is none`() async throws {
        let body = #"{"code":200,"data":{"state":"running"}}"#
        try await RawServer.run(answering: { _ in .http(200, body) }) { server in
            var configuration = NanoBananaClient.Configuration()
            configuration.apiURL = server.url
            let client = try NanoBananaClient(configuration) {
                switch server.requests.count {
                case 0: APIKey("first")
                case 1: APIKey("second")
                default: nil
                }
            }
            for _ in 0..<3 { _ = try await client.poll(Samples.task()) }
            client.shutdown()
            #expect(server.requests.map { $0.values(of: "authorization") } == [["first"], ["second"], []])
        }
    }

    @Test(arguments: [
        (PollError.trouble(message: "HTTP 502", retryAfter: nil), "HTTP 502"),
        (.notAccepted(NotAccepted(reason: .key, message: "bad key", retryAfter: nil)), "bad key"),
        (.unknownTask(message: ""), "the API does not know the task"),
        (.unknownTask(message: "no such id"), "the API does not know the task: no such id"),
    ])
    func `why a poll got no answer is said in words`(error: PollError, words: String) {
        #expect(error.message == words)
    }
}
