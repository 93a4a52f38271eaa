// SPDX-License-Identifier: Apache-2.0

import NIOCore
import TestNetwork
import Testing

@testable import NanoBanana
@testable import TestSupport

/// A submit is sent once, wherever its connection ends. libcurl by itself sends a request again where a connection that
/// was kept breaks before an answer.
@Suite(.idleLimit)
struct SubmitOnceTests {
    private static let taken = #"{"code":200,"msg":"success","data":{"task_id":"t-1"}}"#
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(taken.utf8.count)\r\n\r\n\(taken)"

    private static func outcome(of server: CuttingServer) async throws -> SubmitError? {
        try await Samples.withClient(of: server.url) { try await Samples.submit(by: $0) }
    }

    /// The bytes of a submit on the wire, and that the server counts what it receives.
    private static func length() async throws -> Int {
        try await CuttingServer.run(.answer(after: answer.utf8.count), answer: answer) { server in
            for _ in 0..<2 {
                let error = try await outcome(of: server)
                #expect(error == nil)
            }
            #expect(server.requests == 2 && server.connections == 2)
            return server.length
        }
    }

    @Test(arguments: CuttingServer.Closing.allCases)
    func `a server that closes at any byte of the request has it once or not at all`(
        closing: CuttingServer.Closing
    ) async throws {
        let length = try await Self.length()
        for count in 0...length {
            try await CuttingServer.run(.request(after: count), by: closing, answer: Self.answer) { server in
                let error = try await Self.outcome(of: server)
                #expect(server.connections == 1, "after \(count) bytes")
                #expect(server.requests <= 1, "after \(count) bytes")
                switch error {
                // Nothing of the body has left.
                case .notReachable: #expect(server.bodyBytes == 0, "after \(count) bytes")
                case .unknownOutcome: break
                case nil, .refused, .notAccepted: Issue.record("after \(count) bytes: \(String(describing: error))")
                }
            }
        }
    }

    @Test(arguments: CuttingServer.Closing.allCases)
    func `a server that closes at any byte of the answer has the request once`(
        closing: CuttingServer.Closing
    ) async throws {
        for count in 0...Self.answer.utf8.count {
            try await CuttingServer.run(.answer(after: count), by: closing, answer: Self.answer) { server in
                let error = try await Self.outcome(of: server)
                #expect(server.connections == 1 && server.requests == 1, "after \(count) bytes")
                switch error {
                case nil, .unknownOutcome: break
                case .notReachable, .refused, .notAccepted:
                    Issue.record("after \(count) bytes: \(String(describing: error))")
                }
                if count == Self.answer.utf8.count, closing == .end { #expect(error == nil) }
            }
        }
    }

    /// What ``Message/isAlone`` rules out, the body does, too: it cannot be read twice.
    @Test(arguments: CuttingServer.Closing.allCases)
    func `a body is not sent again either where a connection was kept`(closing: CuttingServer.Closing) async throws {
        try await CuttingServer.run(.secondRequest, by: closing, answer: Self.answer) { server in
            try await Samples.withClient(of: server.url) { client in
                let destination = try #require(Destination(server.url))
                func post() async -> TransferError? {
                    let message = Message(
                        url: server.url, method: .post(ByteBuffer(string: "body"), BodyGate()),
                        capacity: .whole(most: 1000), patience: ExchangePatience(total: .seconds(20)))
                    return await client.submits.begin(message, to: destination).whole().error
                }
                let (first, second) = (await post(), await post())
                #expect(first == nil && second != nil)
                #expect(server.requests == 2, "\(server.connections) connections")
                // The next one is another.
                let third = await post()
                #expect(third == nil)
                #expect(server.requests == 3, "\(server.connections) connections")
            }
        }
    }

    @Test(.enabled(if: Certificates.hasOpenSSL, "needs /usr/bin/openssl (package openssl)"))
    func `a server that would rather speak HTTP 2 gets a submit by HTTP 1`() async throws {
        // There a server may refuse a stream, or go away, and what was sent on it be sent again (RFC 9113, 8.7).
        let authorities = try TLSTests.authorities(\.authority)
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            try await TLSFront.run(showing: .good, before: server.port, speaking: ["h2", "http/1.1"]) { front in
                let url = "https://127.0.0.1:\(front.port)"
                let error = try await Samples.withClient(of: url, change: { $0.authorities = authorities }) {
                    try await Samples.submit(by: $0)
                }
                #expect(error == nil)
                #expect(server.requests.first?.line == "POST /api/gemini/nano-banana-edit HTTP/1.1")
            }
        }
    }
}
