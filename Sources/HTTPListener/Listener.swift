// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Answers HTTP questions with pages, beside whatever the process does: a fault in it ends a connection and nothing
/// else, and while nobody asks it does nothing.
///
/// Written on NIO's own HTTP, since Hummingbird wakes the process every second for the date in its answers.
package struct Listener: Sendable {
    /// Where it listens: `http://127.0.0.1:9464`.
    package let place: String
    private let channel: any Channel

    /// How many connections there may be at once.
    package static let usualLimit = 16

    /// Answers a question.
    package typealias Responder = @Sendable (WebRequest) async -> WebResponse

    /// Calls something when so much time has passed, and returns what calls it off.
    package typealias SetAlarm = @Sendable (Duration, @escaping @Sendable () -> Void) -> @Sendable () -> Void

    /// Listens from now on, until ``close()``.
    ///
    /// - Parameters:
    ///   - limit: how many connections there may be at once.
    ///   - setAlarm: limits the time of a connection. Default: a timer of NIO's loop, which wakes up once more for one
    ///     that was called off.
    /// - Throws: ``ListenError``.
    package static func open(
        _ address: ListenAddress, limit: Int = usualLimit, setAlarm: @escaping SetAlarm = onItsLoop,
        _ responder: @escaping Responder
    ) async throws -> Listener {
        // The loop on which everything runs: a scrape is little work, and another thread more to wake.
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Whoever is gone without a word is found out by the kernel, which wakes nobody up for it.
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptHandler(limit: limit))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(ExchangeHandler(responder, setAlarm))
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

    /// A timer of NIO's loop.
    package static let onItsLoop: SetAlarm = { time, ring in
        let alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(time), ring)
        return { alarm.cancel() }
    }

    /// Listens no longer. Connections that are open get their answers, as long as the process lives.
    package func close() async {
        // Fails only where it is closed already.
        try? await channel.close()
    }
}
