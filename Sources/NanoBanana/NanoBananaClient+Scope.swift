// SPDX-License-Identifier: Apache-2.0

extension NanoBananaClient {
    /// Makes a client, lends it to `body`, and shuts it down, however that ends. Throws what `body` throws,
    /// ``BadAPIURL``, or what went wrong while the connections were closed.
    ///
    /// - Parameters:
    ///   - configuration: see there.
    ///   - key: asked before each call; `nil` sends none.
    ///   - body: must be done with the client when it returns.
    public static func withClient<Value>(
        _ configuration: Configuration = Configuration(), key: @escaping @Sendable () -> APIKey?,
        _ body: (NanoBananaClient) async throws -> Value
    ) async throws -> Value {
        let client = try NanoBananaClient(configuration, key: key)
        let value: Value
        do {
            value = try await body(client)
        } catch {
            // What went wrong first tells more.
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
        return value
    }
}
