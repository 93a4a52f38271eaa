// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Testing

/// A TCP server on 127.0.0.1 that answers with raw bytes and remembers whatever it received.
final class RawServer: Sendable {
    /// What happened on its connections, in order.
    enum Event: Sendable, Equatable {
        case opened
        case request(RawRequest)
        /// With the bytes that made no whole request.
        case closed(rest: [UInt8])
    }

    let port: Int
    /// For one reader.
    let events: AsyncStream<Event>
    private let log: EventLog

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [RawRequest] { log.requests }

    private init(port: Int, events: AsyncStream<Event>, log: EventLog) {
        (self.port, self.events, self.log) = (port, events, log)
    }

    /// Runs a server for as long as `body` does.
    @discardableResult
    static func run<Result>(
        answering answer: @escaping @Sendable (RawRequest) -> Reply, _ body: (RawServer) async throws -> Result
    ) async throws -> Result {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let log = EventLog(continuation)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RawHandler(log, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        do {
            let result = try await body(RawServer(port: port, events: events, log: log))
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// A port of 127.0.0.1 where nothing listens.
    static func closedPort() async throws -> Int {
        try await run(answering: { _ in .silence }, { $0.port })
    }
}
