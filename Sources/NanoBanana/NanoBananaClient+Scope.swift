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
        defer { client.shutdown() }
        return try await body(client)
    }
}
