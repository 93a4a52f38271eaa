// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// Asks a daemon's listener, as Prometheus does.
struct Scraper: Sendable {
    /// `http://127.0.0.1:41234`.
    let base: String

    /// What lets a daemon listen at a free port.
    static let options = ["--metrics-listen", "127.0.0.1:0"]

    /// The listener that the daemon says it has.
    init(_ daemon: Program) async throws {
        let line = try #require(await daemon.line(containing: "Metrics can be read"))
        let address = try #require(line.split(separator: " ").last { $0.hasPrefix("address=") })
        base = String(address.dropFirst("address=".count).dropLast("/metrics".count))
    }

    /// - Parameter seconds: the client tries for so long to connect.
    func get(_ path: String, within seconds: Int64 = 20) async throws -> (status: UInt, body: String) {
        let answer = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: base + path), timeout: .seconds(seconds))
        return (answer.status.code, String(buffer: try await answer.body.collect(upTo: 4 << 20)))
    }

    /// The page as it is now. Throws where it is not of the format.
    func page() async throws -> ExpositionParser {
        let (status, body) = try await get("/metrics")
        #expect(status == 200)
        return try ExpositionParser(body)
    }

    /// The first page that is the one; the suite's time limit ends the wait.
    func page(where isIt: (ExpositionParser) -> Bool) async throws -> ExpositionParser {
        while true {
            let page = try await page()
            if isIt(page) { return page }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
