// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana
@testable import TestSupport

/// The question that costs nothing, over real sockets.
@Suite(.idleLimit)
struct PingTests {
    /// What a ping to a server that answers so comes to; `nil` where all is well.
    private func ping(
        answering reply: Reply, change: (inout NanoBananaClient.Configuration) -> Void = { _ in }
    ) async throws -> PingError? {
        try await RawServer.run(answering: { _ in reply }) { server in
            try await Self.ping(server.url, change: change)
        }
    }

    private static func ping(
        _ url: String, change: (inout NanoBananaClient.Configuration) -> Void = { _ in }
    ) async throws -> PingError? {
        try await Samples.withClient(of: url, change: change) { client in
            do throws(PingError) {
                try await client.ping()
                return nil
            } catch {
                return error
            }
        }
    }

    private static let good: [Reply] = [
        Reply.http(200, #"{"code":400,"msg":"task not found"}"#),
        Reply.http(200, #"{"code":404,"msg":"no such task"}"#),
        Reply.http(200, #"{"code":200,"data":{"task_id":"bananadrop-ping","state":"error"}}"#),
        Reply.http(200, #"{"code":0}"#),
        Reply.http(404, "<html><h1>Not Found</h1></html>"),
        Reply.http(404, #"{"code":404}"#),
        Reply.http(400, ""),
    ]

    @Test(arguments: [
        (Reply.http(200, ""), "what answers at this address is not the API: it is empty"),
        (.http(204), "what answers at"),
        (.http(200, "<html>welcome</html>"), "what answers at this address is not the API: \"<html>welcome</html>\""),
        (.http(308, headers: ["Location: https://b.example/"]), "this address only redirects to https://b.example/"),
        (.http(302), "this address only redirects (HTTP 302)"),
    ])
    func `what is not the API is said`(reply: Reply, words: String) async throws {
        guard case .down(let message, nil) = try await ping(answering: reply) else {
            Issue.record("not down")
            return
        }
        #expect(message.hasPrefix(words))
    }

    @Test(arguments: good)
    func `an answer that does not speak of trouble is a good one`(reply: Reply) async throws {
        #expect(try await ping(answering: reply) == nil)
    }

    @Test func `a good answer tells the server's time, where it says`() async throws {
        let replies = [
            (Reply.http(404, headers: ["Date: Sun, 06 Nov 1994 08:49:37 GMT"]), 784_111_777 as Int64?),
            (Reply.http(404), nil),
        ]
        for (reply, time) in replies {
            try await RawServer.run(answering: { _ in reply }) { server in
                let found = try await Samples.withClient(of: server.url) { try await $0.serverTime() }
                #expect(found == time)
            }
        }
    }

    @Test(arguments: [500, 502, 503, 504, 524])
    func `a server in trouble is down, whatever its page says, and may ask to wait`(status: Int) async throws {
        let reply = Reply.http(status, #"{"code":401,"msg":"余额不足"}"#, headers: ["Retry-After: 7"])
        #expect(try await ping(answering: reply) == .down(message: "HTTP \(status)", retryAfter: .seconds(7)))
        #expect(try await ping(answering: .http(status)) == .down(message: "HTTP \(status)", retryAfter: nil))
    }

    struct Refused: Sendable {
        var reply: Reply
        var reason: NotAccepted.Reason
        var message: String

        init(_ status: Int, _ body: String, _ reason: NotAccepted.Reason, _ message: String) {
            (reply, self.reason, self.message) = (Reply.http(status, body), reason, message)
        }
    }

    private static let refused: [Refused] = [
        Refused(200, #"{"code":401,"msg":"invalid key"}"#, .key, "invalid key"),
        Refused(401, "", .key, "HTTP 401"),
        Refused(
            403, "<html>Forbidden</html>", .blocked,
            "HTTP 403, but not from the API itself: something in front of it, such as a firewall, blocks this "
                + "(\"Forbidden\")"),
        Refused(200, #"{"code":"403"}"#, .key, "code 403"),
        Refused(200, #"{"code":402,"msg":"pay"}"#, .balance, "pay"),
        Refused(402, "", .balance, "HTTP 402"),
        Refused(200, #"{"code":400,"msg":"余额不足"}"#, .balance, "余额不足"),
        Refused(429, #"{"msg":"slow"}"#, .tooFast, "slow"),
        Refused(200, #"{"code":429}"#, .tooFast, "code 429"),
    ]

    @Test(arguments: refused)
    func `a refused key, an empty balance and too many questions are told apart`(refused: Refused) async throws {
        let refusal = NotAccepted(reason: refused.reason, message: refused.message, retryAfter: nil)
        #expect(try await ping(answering: refused.reply) == .notAccepted(refusal))
    }

    @Test func `a refusal passes on how long to wait`() async throws {
        let reply = Reply.http(429, headers: ["Retry-After: 30"])
        let refusal = NotAccepted(reason: .tooFast, message: "HTTP 429", retryAfter: .seconds(30))
        #expect(try await ping(answering: reply) == .notAccepted(refusal))
    }

    @Test func `where nothing listens it is not reachable`() async throws {
        let url = "http://127.0.0.1:\(try RawServer.closedPort())"
        guard case .notReachable(let unreachable) = try await Self.ping(url) else {
            Issue.record("reached")
            return
        }
        #expect(unreachable.message.hasSuffix("Connection refused"))
    }

    @Test(arguments: [
        Reply.sendAndClose(""), .sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
        .send("what?\r\n\r\n"),
    ])
    func `a lost connection is down: something stood there`(reply: Reply) async throws {
        guard case .down(_, retryAfter: nil) = try await ping(answering: reply) else {
            Issue.record("not down")
            return
        }
    }

    @Test func `it is one GET with the key for a task that cannot exist, and no submit`() async throws {
        try await RawServer.run(answering: { _ in .http(200, #"{"code":400}"#) }) { server in
            let trouble = try await Self.ping(server.url + "/prefix/")
            #expect(trouble == nil)
            #expect(server.requests.map(\.line) == ["GET /prefix/api/gemini/nano-banana/bananadrop-ping HTTP/1.1"])
            #expect(server.requests.first?.values(of: "authorization") == [Samples.key])
            #expect(server.requests.first?.body == "")
        }
    }
}
