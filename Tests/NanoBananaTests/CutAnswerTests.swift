// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import NanoBanana
@testable import TestSupport

/// Answers of which less comes than was announced, or later than was hoped.
@Suite(.idleLimit)
struct CutAnswerTests {
    private static let taken = #"{"code":200,"msg":"success","data":{"task_id":"t-1"}}"#
    private static let running = #"{"code":200,"data":{"task_id":"t-1","state":"running"}}"#
    private static let longer = "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"

    private static func chunked(_ body: String) -> String {
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n"
    }

    @Test(arguments: [
        Reply.sendAndClose(longer + taken), .sendAndClose(chunked(taken)),
        .sendAndClose(longer + #"{"code":200,"data":{"task_id":"t-1"},"ms"#),
    ])
    func `a task that is named was made, though more was announced`(reply: Reply) async throws {
        try await RawServer.run(answering: { _ in reply }) { server in
            let content = try await Samples.withClient(of: server.url) {
                try await $0.submit(Samples.request()).content
            }
            #expect(try content == .task(Samples.task("t-1")))
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: Call.allCases)
    func `a whole answer is one when the time is over, though more was announced`(call: Call) async throws {
        let text = Self.longer + (call == .submit ? Self.taken : Self.running)
        for patience in Samples.patience {
            let isGood = try await RawServer.run(answering: { _ in .send(text) }) { server in
                try await Samples.withClient(
                    of: server.url, change: { ($0.submitTimeout, $0.answerTimeout) = (patience, patience) },
                    { client in (try? await call.succeeds(client)) == true })
            }
            if isGood { return }
        }
        Issue.record("never")
    }

    @Test(arguments: [Reply.sendAndClose(longer + running), .sendAndClose(chunked(running))])
    func `a whole report is one, though more was announced`(reply: Reply) async throws {
        try await RawServer.run(answering: { _ in reply }) { server in
            let state = try await Samples.withClient(of: server.url) {
                try await $0.poll(Samples.task("t-1")).state
            }
            #expect(state == .underWay("running"))
        }
    }

    @Test func `what came of a cut answer is kept and quoted`() async throws {
        let part = #"{"code":200,"data":{"task_id":"t-1","#
        try await RawServer.run(answering: { _ in .sendAndClose(Self.longer + part) }) { server in
            let error = try await Samples.withClient(of: server.url) { try await Samples.submit(by: $0) }
            guard case .unknownOutcome(let outcome) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(outcome.cause == .connectionLost)
            #expect(outcome.body == Array(part.utf8))
            #expect(outcome.message.hasSuffix("the part of the answer that came: \"\(part)\""))
        }
    }

    /// The calls, by what they come to.
    enum Call: CaseIterable, Sendable {
        case submit, report

        func succeeds(_ client: NanoBananaClient) async throws -> Bool {
            switch self {
            case .submit: try await client.submit(Samples.request()).content == .task(Samples.task("t-1"))
            case .report: try await client.poll(Samples.task("t-1")).state == .underWay("running")
            }
        }
    }

    @Test(arguments: Call.allCases)
    func `what arrives while the process stands still is not late`(call: Call) async throws {
        for patience in Samples.patience {
            if try await !Self.isLate(call, patience) { return }
        }
        Issue.record("it was late each time")
    }

    /// Calls while the client's thread stands still for longer than there is time for the answer, which has come
    /// meanwhile.
    private static func isLate(_ call: Call, _ patience: Duration) async throws -> Bool {
        let text = answer(call)
        let frozen = Mutex<TransferLoop?>(nil)
        return try await RawServer.run(answering: { _ in
            // The time to connect in, the time for the answer, and a second.
            frozen.withLock { loop in loop.map { Self.freeze($0, for: patience * 2 + .seconds(1)) } }
            return .send(text)
        }) { server in
            var configuration = NanoBananaClient.Configuration()
            configuration.apiURL = server.url
            configuration.connectTimeout = patience
            (configuration.submitTimeout, configuration.answerTimeout) = (patience, patience)
            return try await NanoBananaClient.withClient(configuration, key: { nil }) { client in
                frozen.withLock { $0 = client.line.loop }
                return (try? await call.succeeds(client)) != true
            }
        }
    }

    private static func answer(_ call: Call) -> String {
        let body = call == .submit ? taken : running
        return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Returns when the thread stands still. It goes on after that time, and not before this one, a server's, has sent
    /// what it has to send, however late it comes to that.
    private static func freeze(_ loop: TransferLoop, for time: Duration) {
        guard let own = MultiThreadedEventLoopGroup.currentEventLoop else { preconditionFailure("no server's thread") }
        let (isFrozen, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let isTaken = loop.execute {
            isFrozen.signal()
            goesOn.wait()
        }
        precondition(isTaken)
        isFrozen.wait()
        own.scheduleTask(in: TimeAmount(time)) { _ = goesOn.signal() }
    }
}
