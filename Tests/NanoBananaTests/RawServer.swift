// SPDX-License-Identifier: Apache-2.0

import CNIOLinux
import Glibc
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
        on host: String = "127.0.0.1", answering answer: @escaping @Sendable (RawRequest) -> Reply,
        _ body: (RawServer) async throws -> Result
    ) async throws -> Result {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let log = EventLog(continuation)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RawHandler(log, answer))
                }
            }
            .bind(host: host, port: 0).get()
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

    /// A port of 127.0.0.1 where nothing listens: a socket is bound to it and never listens, so that no other server
    /// of the same process can be given it. Stays so until the process ends.
    static func closedPort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, size) == 0 ? getsockname(descriptor, raw, &size) : -1
            }
        }
        try #require(result == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
