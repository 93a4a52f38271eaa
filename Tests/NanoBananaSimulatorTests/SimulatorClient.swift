// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A client that knows the vendor's page and nothing of the stand-in.
struct SimulatorClient {
    struct Answer {
        var status: UInt
        /// By their names in lower case.
        var headers: [String: String]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(type, from: Data(body))
        }

        /// The JSON as it is, for what a `Decodable` would not notice.
        func object() throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
        }
    }

    let base: String
    var key: String? = "a-key"

    func get(_ path: String) async throws -> Answer {
        try await execute(HTTPClientRequest(url: path.hasPrefix("http") ? path : base + path))
    }

    func post(_ path: String, _ body: [UInt8]) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(body)
        return try await execute(request)
    }

    func submit(_ prompt: String) async throws -> Answer {
        try await post("/api/gemini/nano-banana-edit", Submit(prompt: prompt).body)
    }

    /// Submits and expects a task.
    func task(_ prompt: String) async throws -> String {
        try await submit(prompt).decoded(Submitted.self).data.task_id
    }

    func poll(_ task: String) async throws -> Answer {
        try await get("/api/gemini/nano-banana/\(task)")
    }

    /// Submits a task that takes no time, and asks for it: the link of its first picture.
    func pictureLink(_ prompt: String) async throws -> String {
        let report = try await poll(task(prompt)).decoded(Report.self)
        guard let image = report.data.data.images.first else { throw NoPicture() }
        return image.url
    }

    struct NoPicture: Error {}

    /// Reads the first bytes of what has no end, and hangs up.
    func first(_ count: Int, of link: String) async throws -> Int {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: link), timeout: .seconds(30))
        var seen = 0
        for try await part in response.body {
            seen += part.readableBytes
            if seen >= count { break }
        }
        return seen
    }

    private func execute(_ request: HTTPClientRequest) async throws -> Answer {
        var request = request
        if let key { request.headers.add(name: "Authorization", value: key) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 64 << 20)
        let headers = response.headers.map { ($0.name.lowercased(), $0.value) }
        return Answer(
            status: response.status.code, headers: Dictionary(headers) { first, _ in first },
            body: Array(body.readableBytesView))
    }
}
