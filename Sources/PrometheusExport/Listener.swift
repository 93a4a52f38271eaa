// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Answers HTTP questions with pages, beside whatever the process does: a fault in it ends a connection and nothing
/// else, and while nobody asks it does nothing.
///
/// Written on NIO's own HTTP, since Hummingbird wakes the process every second for the date in its answers.
public struct Listener: Sendable {
    /// Where it listens: `http://127.0.0.1:9464`.
    public let place: String
    private let channel: any Channel

    /// How many connections there may be at once.
    private static let limit = 16

    /// Listens from now on, until ``close()``.
    ///
    /// - Throws: ``ListenError``.
    public static func open(_ address: ListenAddress, _ table: PageTable) async throws -> Listener {
        // The loop on which everything runs: a scrape is little work, and another thread more to wake.
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptHandler(limit: limit))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(PageHandler(table))
                }
            }
        do {
            let channel = try await bootstrap.bind(host: address.host, port: address.port).get()
            let host = address.host.contains(":") ? "[\(address.host)]" : address.host
            let port = channel.localAddress?.port ?? address.port
            return Listener(place: "http://\(host):\(port)", channel: channel)
        } catch let error as IOError {
            throw ListenError(code: error.errnoCode)
        }
    }

    /// Listens no longer. Connections that are open get their answers, as long as the process lives.
    public func close() async {
        // Fails only where it is closed already.
        try? await channel.close()
    }
}
