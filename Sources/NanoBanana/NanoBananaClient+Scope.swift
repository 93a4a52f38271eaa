// SPDX-License-Identifier: Apache-2.0

extension NanoBananaClient {
    /// Makes a client, lends it to `body`, and shuts it down, however that ends.
    ///
    /// `body` runs where the caller does: on the main actor, in an actor, or nowhere in particular. So it may use what
    /// belongs to the caller, and what it returns need not be `Sendable`.
    ///
    /// - Parameters:
    ///   - configuration: where the API stands, times and limits. Default: the vendor's API.
    ///   - isolation: where `body` runs; leave it out.
    ///   - key: asked before each call, so that it may change meanwhile; `nil` sends none.
    ///   - body: must be done with the client when it returns.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; or ``BadAPIURL`` where the address is not `http` or `https` with a host.
    public static func withClient<Value>(
        _ configuration: Configuration = Configuration(), isolation: isolated (any Actor)? = #isolation,
        key: @escaping @Sendable () -> APIKey?, _ body: (NanoBananaClient) async throws -> Value
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
        // What came of it may be paid for, and nothing can be done about a connection that does not close.
        try? await client.shutdown()
        return value
    }
}
