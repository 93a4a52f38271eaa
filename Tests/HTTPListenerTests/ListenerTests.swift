// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

@testable import HTTPListener
@testable import TestSupport

/// The listener, over real connections.
@Suite(.idleLimit)
struct ListenerTests {
    private static let table = PageTable([
        "/healthz": { .line(200, "ok") }, "/readyz": { .line(503, "not yet") },
        "/long": {
            WebResponse(status: 200, contentType: "text/plain", body: String(repeating: "x", count: 3_000_000))
        },
    ])

    private static let answer: Listener.Responder = { await table.answer(to: $0) ?? .notFound }

    private static func with(
        host: UInt32 = 1, _ body: (RawQuestion, Listener) async throws -> Void
    ) async throws {
        let listener = try await Listener.open(try ListenAddress("127.0.0.\(host):0"), answer)
        let port = try #require(listener.place.split(separator: ":").last.flatMap { Int($0) })
        do {
            try await body(RawQuestion(port: port, host: host), listener)
        } catch {
            await listener.close()
            throw error
        }
        await listener.close()
    }

    struct Exchange: Sendable {
        var question: String
        var status: String
        var body: String
    }

    private static let exchanges = [
        Exchange(question: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", status: "200 OK", body: "ok\n"),
        Exchange(question: "GET /healthz?a=b HTTP/1.0\r\n\r\n", status: "200 OK", body: "ok\n"),
        Exchange(
            question: "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", status: "503 Service Unavailable", body: "not yet\n"),
        Exchange(question: "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n", status: "200 OK", body: ""),
        Exchange(question: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", status: "404 Not Found", body: "not found\n"),
        Exchange(question: "GET /healthz/ HTTP/1.1\r\nHost: x\r\n\r\n", status: "404 Not Found", body: "not found\n"),
        Exchange(
            question: "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi",
            status: "405 Method Not Allowed", body: "GET and HEAD only\n"),
        Exchange(
            question: "DELETE /readyz HTTP/1.1\r\nHost: x\r\n\r\n", status: "405 Method Not Allowed",
            body: "GET and HEAD only\n"),
        Exchange(question: "POST /other HTTP/1.1\r\nHost: x\r\n\r\n", status: "404 Not Found", body: "not found\n"),
        Exchange(question: "nonsense\r\n\r\n", status: "400 Bad Request", body: ""),
    ]

    @Test(arguments: exchanges)
    func `a question gets one answer, and the connection is closed`(exchange: Exchange) async throws {
        try await Self.with { question, _ in
            let answer = try #require(await question.ask(exchange.question))
            #expect(answer.hasPrefix("HTTP/1.1 \(exchange.status)\r\n"), "\(answer)")
            let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            #expect(parts.count == 2)
            #expect(parts.last.map(String.init) == exchange.body)
            #expect(answer.lowercased().contains("connection: close\r\n"))
            #expect(answer.contains("allow: GET, HEAD\r\n") == exchange.status.hasPrefix("405"))
        }
    }

    @Test func `HEAD says how long the page is`() async throws {
        try await Self.with { question, _ in
            let answer = try #require(await question.ask("HEAD /long HTTP/1.1\r\nHost: x\r\n\r\n"))
            #expect(answer.contains("content-length: 3000000\r\n"))
            #expect(answer.contains("content-type: text/plain\r\n"))
        }
    }

    @Test func `whoever leaves in the middle of a page, or floods it, leaves it well`() async throws {
        try await Self.with { question, _ in
            for _ in 0..<20 { _ = await question.ask("GET /long HTTP/1.1\r\nHost: x\r\n\r\n", closesEarly: true) }
            let flood = "GET /healthz HTTP/1.1\r\nX: " + String(repeating: "y", count: 200_000) + "\r\n\r\n"
            let answer = await question.ask(flood) ?? ""
            #expect(!answer.contains("200 OK"))
            var last: String?
            // Those that left may still be on their way out.
            while last?.hasSuffix("ok\n") != true { last = await question.ask("GET /healthz HTTP/1.1\r\n\r\n") }
        }
    }

    @Test func `no more than sixteen connections are let in, and those that say nothing are cut off`() async throws {
        try await Self.with { question, _ in
            var (silent, answer): ([Int32], String?) = ([], nil)
            var start = ContinuousClock.now
            repeat {
                silent.forEach { close($0) }
                // Before the first of them comes: it may be long until the others have been seen.
                start = .now
                silent = (0..<16).compactMap { _ in question.connect() }
                #expect(silent.count == 16)
                // The seventeenth is closed without a word, once the others have all been seen; but on a machine that
                // is busy enough, those are cut off before.
                repeat {
                    answer = await question.ask("GET /healthz HTTP/1.1\r\n\r\n")
                } while answer?.isEmpty == false && start.duration(to: .now) < .seconds(8)
            } while answer?.isEmpty == false
            let ends = await withCheckedContinuation { continuation in
                Thread { [silent] in continuation.resume(returning: silent.map(RawQuestion.rest(of:))) }.start()
            }
            #expect(ends == Array(repeating: "", count: 16))
            #expect(start.duration(to: .now) > .seconds(8))
            silent.forEach { close($0) }
            repeat { answer = await question.ask("GET /healthz HTTP/1.1\r\n\r\n") } while answer?.isEmpty == true
            #expect(answer?.hasSuffix("ok\n") == true)
        }
    }

    @Test func `a place that is taken is an error with its number`() async throws {
        try await Self.with { question, _ in
            let address = try ListenAddress("127.0.0.1:\(question.port)")
            await #expect(throws: ListenError(code: EADDRINUSE)) { try await Listener.open(address, Self.answer) }
        }
    }

    @Test func `closed, nobody answers any more, and the place is free at once`() async throws {
        // At an address of its own: at that of all other tests, one of them may be given the place once it is free.
        try await Self.with(host: 77) { question, listener in
            #expect(await question.ask("GET /healthz HTTP/1.1\r\n\r\n") != nil)
            await listener.close()
            #expect(await question.ask("GET /healthz HTTP/1.1\r\n\r\n") == nil)
            let again = try await Listener.open(try ListenAddress("127.0.0.77:\(question.port)"), Self.answer)
            #expect(await question.ask("GET /healthz HTTP/1.1\r\n\r\n") != nil)
            await again.close()
        }
    }

    @Test func `IPv6 has brackets in its place`() async throws {
        let listener = try await Listener.open(try ListenAddress("[::1]:0"), Self.answer)
        #expect(listener.place.hasPrefix("http://[::1]:"))
        await listener.close()
    }
}
