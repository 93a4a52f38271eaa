// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Testing

/// Somebody who asks for the page as a plain HTTP client does, without a browser's help.
struct PageVisitor: Sendable {
    static let token = "correct-horse-battery-staple"

    struct Answer: Sendable {
        var status: UInt
        var headers: HTTPHeaders
        var body: Data

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The first of that name.
        subscript(name: String) -> String? { headers.first(name: name) }
    }

    /// Where the daemon listens: `http://127.0.0.1:1234`.
    let base: String
    private let client: HTTPClient

    /// What lets a daemon show its page at a free port.
    static func options(in spool: TestSpool, mode: mode_t = 0o600, token: String = token) throws -> [String] {
        let path = spool.root.appendingPathComponent("page-token").path
        try Data("\(token)\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(chmod(path, mode) == 0)
        return ["--page-listen", "127.0.0.1:0", "--page-token-file", path]
    }

    static func with<Value: Sendable>(
        _ daemon: Program, _ body: (PageVisitor) async throws -> Value
    ) async throws -> Value {
        let line = try #require(await daemon.line(containing: "The page can be opened"))
        let address = try #require(line.split(separator: " ").last { $0.hasPrefix("address=") })
        let base = String(address.dropFirst("address=".count).dropLast())
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(PageVisitor(base: base, client: client)))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    /// - Parameters:
    ///   - form: what is sent; `nil` only asks.
    ///   - headers: those of a script with the token where none are given.
    func ask(_ path: String, form: String? = nil, headers: [(String, String)]? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        for (name, value) in headers ?? [("Authorization", "Bearer \(Self.token)")] {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        if let form {
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: form))
        }
        let answer = try await client.execute(request, timeout: .seconds(60))
        let body = try await answer.body.collect(upTo: 64 << 20)
        return Answer(status: answer.status.code, headers: answer.headers, body: Data(body.readableBytesView))
    }

    /// Reads events until one is the one.
    func listen(until isIt: @Sendable (String) async throws -> Bool) async throws {
        var request = HTTPClientRequest(url: base + "/events")
        request.headers.add(name: "authorization", value: "Bearer \(Self.token)")
        let answer = try await client.execute(request, timeout: .hours(1))
        #expect(answer.status.code == 200)
        #expect(answer.headers.first(name: "content-type") == "text/event-stream")
        for try await part in answer.body where try await isIt(String(buffer: part)) { return }
    }
}
