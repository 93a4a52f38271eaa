// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import Testing

@testable import NanoBanana

/// What the tests send.
enum Samples {
    static let key = "sk-raw-secret-0001"

    /// How long a test waits for what is to time out. On a machine that is busy enough, time may be up before the
    /// request has left: then the test tells nothing, and is done again with more.
    static let patience: [Duration] = [.milliseconds(300), .seconds(3), .seconds(20)]

    static func request() throws -> EditRequest {
        try EditRequest(model: .pro, prompt: "make it red", images: [ImageLink("https://a.example/1.png")])
    }

    static func task(_ text: String = "6cf733cd") throws -> TaskID {
        try #require(TaskID(text))
    }

    /// Runs a client for as long as `body` does.
    @discardableResult
    static func withClient<Result>(
        of url: String, change: (inout NanoBananaClient.Configuration) -> Void = { _ in },
        _ body: (NanoBananaClient) async throws -> Result
    ) async throws -> Result {
        var configuration = NanoBananaClient.Configuration()
        configuration.apiURL = url
        change(&configuration)
        return try await NanoBananaClient.withClient(configuration, key: { APIKey(key) }, body)
    }

    /// A text as it stands in JSON.
    static func json(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }

    /// All bytes of a picture.
    static func read(_ download: Download) async throws -> String {
        var bytes = ByteBuffer()
        for try await part in download.body { bytes.writeImmutableBuffer(part) }
        return String(buffer: bytes)
    }
}

extension SubmitError {
    var cause: UnknownOutcome.Cause? {
        guard case .unknownOutcome(let outcome) = self else { return nil }
        return outcome.cause
    }

    var reason: NotAccepted.Reason? {
        guard case .notAccepted(let notAccepted) = self else { return nil }
        return notAccepted.reason
    }
}

extension Samples {
    /// What became of a submit; `nil` where it was taken.
    static func submit(by client: NanoBananaClient) async throws -> SubmitError? {
        let request = try request()
        do throws(SubmitError) {
            _ = try await client.submit(request)
            return nil
        } catch {
            return error
        }
    }
}
