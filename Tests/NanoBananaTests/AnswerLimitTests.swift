// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana
@testable import TestSupport

/// Answers that do not come to an end: each of the API's calls ends all the same.
@Suite(.idleLimit)
struct AnswerLimitTests {
    /// The calls that read an answer of the API.
    enum Call: String, CaseIterable, Sendable {
        case submit, report, ping

        /// Makes the call; says what it came to, in the words of its error.
        func words(_ client: NanoBananaClient) async throws -> String {
            let (request, task) = (try Samples.request(), try Samples.task())
            do {
                switch self {
                case .submit: _ = try await client.submit(request)
                case .report: _ = try await client.poll(task)
                case .ping: try await client.ping()
                }
            } catch SubmitError.unknownOutcome(let outcome) {
                return outcome.message
            } catch PollError.trouble(let message, nil, _) {
                return message
            } catch PingError.down(let message, nil) {
                return message
            } catch {
                return "\(error)"
            }
            return "no error"
        }
    }

    private static let endless = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let chunk = "1000\r\n" + String(repeating: " ", count: 4096) + "\r\n"

    /// Calls a server that answers so, and sees that the client lets go of the connection; says what the call came to.
    private func call(
        _ call: Call, answering reply: Reply, change: (inout NanoBananaClient.Configuration) -> Void
    ) async throws -> String {
        for patience in Samples.patience {
            let words = try await RawServer.run(answering: { _ in reply }) { server -> String? in
                try await Samples.withClient(
                    of: server.url,
                    change: {
                        ($0.answerTimeout, $0.submitTimeout) = (patience, patience)
                        change(&$0)
                    },
                    { client in
                        let words = try await call.words(client)
                        if server.requests.isEmpty { return nil }
                        for await event in server.events { if case .closed = event { break } }
                        return server.requests.count == 1 ? words : "\(server.requests.count) requests"
                    })
            }
            if let words { return words }
        }
        return "no request"
    }

    private static let stalling: [Reply] = [
        Reply.silence, Reply.send("HTTP/1.1 200 OK\r\n"),
        Reply.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
        Reply.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"code\":"),
        Reply.send("\(endless){"), Reply.send("\(chunked)5\r\n{\"a\":\r\n"),
    ]

    @Test(arguments: Call.allCases, stalling)
    func `an answer that stalls is given up in time`(which: Call, reply: Reply) async throws {
        #expect(try await call(which, answering: reply) { _ in }.hasPrefix("no answer in time"))
    }

    @Test(
        arguments: Call.allCases,
        [Reply.drip("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"), .drip(endless)])
    func `an answer that goes on and on is given up in time, though it never stands still`(
        which: Call, reply: Reply
    ) async throws {
        #expect(try await call(which, answering: reply) { _ in }.hasPrefix("no answer in time"))
    }

    @Test(arguments: Call.allCases, [Reply.flood(endless, then: chunk), .flood(chunked, then: chunk)])
    func `an answer without end is given up at its largest size`(which: Call, reply: Reply) async throws {
        let words = try await call(which, answering: reply) {
            $0.maxAnswerBytes = 100_000
            ($0.answerTimeout, $0.submitTimeout) = (.seconds(3600), .seconds(3600))
        }
        #expect(words.hasPrefix("the answer is too large"))
    }

    @Test(arguments: Call.allCases, [4000, 4001])
    func `the largest size is still read, one byte more is not`(which: Call, size: Int) async throws {
        let empty = #"{"code":400,"msg":""}"#
        let padded = empty.replacing("\"\"", with: "\"\(String(repeating: "x", count: size - empty.utf8.count))\"")
        let words = try await RawServer.run(answering: { _ in .http(200, padded) }) { server in
            try await Samples.withClient(of: server.url, change: { $0.maxAnswerBytes = 4000 }) {
                try await which.words($0)
            }
        }
        #expect(words.hasPrefix("the answer is too large") == (size > 4000), "\(words)")
    }
}
