// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore

/// What the stand-in API says that it was asked and paid for.
struct SimulatorPage: Decodable {
    struct Prompt: Decodable {
        var paid: Int
    }

    var paid: Int
    var fetches: Int
    var max_under_way: Int
    var paid_more_than_once: [String]
    var prompts: [String: Prompt]

    static func of(_ base: String) async throws -> SimulatorPage {
        let request = HTTPClientRequest(url: base + "/simulator/ledger")
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let data = Data((try await answer.body.collect(upTo: 64 << 20)).readableBytesView)
        return try JSONDecoder().decode(SimulatorPage.self, from: data)
    }
}
