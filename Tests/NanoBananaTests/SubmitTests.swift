// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana
@testable import TestSupport

/// Submits over real sockets.
@Suite(.idleLimit)
struct SubmitTests {
    private static let taken = #"{"code":200,"msg":"success","data":{"task_id":"t-1"}}"#

    /// What became of one submit to a server that answers so.
    private func submit(
        answering reply: Reply, change: (inout NanoBananaClient.Configuration) -> Void = { _ in }
    ) async throws -> (error: SubmitError?, requests: [RawRequest]) {
        try await RawServer.run(answering: { _ in reply }) { server in
            let request = try Samples.request()
            let error = try await Samples.withClient(of: server.url, change: change) { client in
                await #expect(throws: SubmitError.self) { try await client.submit(request) }
            }
            return (error, server.requests)
        }
    }

    @Test(arguments: ["", "/", "/prefix", "/a/b/"])
    func `a submit is one POST with the raw key below the API's address`(path: String) async throws {
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            let request = try Samples.request()
            let answer = try await Samples.withClient(of: server.url + path) { try await $0.submit(request) }
            #expect(try answer.content == .task(Samples.task("t-1")))
            let seen = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            let prefix = path.hasSuffix("/") ? String(path.dropLast()) : path
            #expect(seen.line == "POST \(prefix)/api/gemini/nano-banana-edit HTTP/1.1")
            #expect(seen.values(of: "authorization") == [Samples.key])
            #expect(seen.values(of: "content-type") == ["application/json"])
            #expect(seen.body == String(decoding: request.encoded(), as: UTF8.self))
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"code\":200"])
    func `a connection lost after the request leaves the outcome unknown`(answer: String) async throws {
        let (error, requests) = try await submit(answering: .sendAndClose(answer))
        #expect(error?.cause == .connectionLost)
        #expect(requests.count == 1)
    }

    @Test func `a submit to where nothing listens was surely not sent`() async throws {
        let url = "http://127.0.0.1:\(try RawServer.closedPort())"
        let request = try Samples.request()
        let error = try await Samples.withClient(of: url) { client in
            await #expect(throws: SubmitError.self) { try await client.submit(request) }
        }
        guard case .notReachable(let unreachable) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(unreachable.message.hasSuffix("Connection refused"))
    }

    @Test(arguments: [
        Reply.silence, .send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
        .drip("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"),
    ])
    func `an answer that is not whole in time leaves the outcome unknown`(reply: Reply) async throws {
        for patience in Samples.patience {
            let (error, requests) = try await submit(answering: reply) { $0.submitTimeout = patience }
            if requests.isEmpty { continue }
            #expect(error?.cause == .timedOut)
            #expect(requests.count == 1)
            return
        }
        Issue.record("no request has left")
    }

    @Test(arguments: [502, 503, 504])
    func `an HTML page of a gateway leaves the outcome unknown`(status: Int) async throws {
        let (error, requests) = try await submit(answering: .http(status, "<html><h1>Bad Gateway</h1></html>"))
        #expect(error?.cause == .serverError(status: status))
        #expect(requests.count == 1)
    }

    @Test func `an answer without end leaves the outcome unknown`() async throws {
        let body = String(repeating: " ", count: 5000)
        let (error, _) = try await submit(answering: .http(200, body)) { $0.maxAnswerBytes = 4000 }
        #expect(error?.cause == .connectionLost)
    }

    @Test func `the server's time to wait is passed on`() async throws {
        let (error, _) = try await submit(answering: .http(429, headers: ["Retry-After: 7"]))
        #expect(error == .notAccepted(NotAccepted(reason: .tooFast, message: "HTTP 429", retryAfter: .seconds(7))))
    }

    @Test(arguments: [Reply.silence, .send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")])
    func `a cancelled submit leaves the outcome unknown`(reply: Reply) async throws {
        try await RawServer.run(answering: { _ in reply }) { server in
            let request = try Samples.request()
            let error = try await Samples.withClient(of: server.url) { client in
                // Unstructured, as it is cancelled on its own; awaited two lines on.
                let call = Task { await #expect(throws: SubmitError.self) { try await client.submit(request) } }
                for await event in server.events { if case .request = event { break } }
                call.cancel()
                return await call.value
            }
            #expect(error?.cause == .connectionLost)
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect of a submit is not followed`(status: Int) async throws {
        try await RawServer.run(answering: { _ in .http(200, "picture") }) { target in
            let location = "Location: \(target.url)/elsewhere"
            try await RawServer.run(answering: { _ in .http(status, headers: [location]) }) { server in
                let request = try Samples.request()
                try await Samples.withClient(of: server.url) { client in
                    let error = await #expect(throws: SubmitError.self) { try await client.submit(request) }
                    #expect(error?.reason == .service)
                    await #expect(throws: PollError.self) { try await client.poll(Samples.task()) }
                    #expect(server.requests.map { $0.values(of: "authorization") } == [[Samples.key], [Samples.key]])
                    #expect(target.requests.isEmpty)
                    // The target would have seen it: it sees a picture's redirect.
                    _ = try await client.download(PictureLink(url: server.url + "/1.png"))
                    #expect(target.requests.map(\.line) == ["GET /elsewhere HTTP/1.1"])
                }
            }
        }
    }

    @Test(arguments: ["", "duomiapi.com", "ftp://duomiapi.com", "https://a/?x", "https://a/#x", "https://k@a"])
    func `an address that cannot be used is refused`(url: String) {
        var configuration = NanoBananaClient.Configuration()
        configuration.apiURL = url
        #expect(throws: NanoBananaClient.BadAPIURL(text: url)) { try NanoBananaClient(configuration) { nil } }
    }
}
