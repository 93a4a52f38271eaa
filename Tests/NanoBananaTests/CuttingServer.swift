// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A server that closes its connections after so many bytes of a request, or of its answer, and counts what it has
/// received whole.
final class CuttingServer: Sendable {
    enum Cut: Sendable {
        /// It reads so many bytes of the request, and then closes.
        case request(after: Int)
        /// It reads the whole request, sends so many bytes of the answer, and then closes.
        case answer(after: Int)
        /// It answers the first request on each connection, and closes when it has read the second.
        case secondRequest
    }

    /// How it closes.
    enum Closing: CaseIterable, Sendable {
        /// In order, by FIN.
        case end
        /// By RST: `SO_LINGER` with no time (socket(7)).
        case reset
    }

    fileprivate struct Seen {
        var connections = 0
        /// Whole requests.
        var requests = 0
        /// The bytes of the last one.
        var length = 0
        /// Bytes of bodies, whole or not.
        var bodyBytes = 0
    }

    let port: Int
    private let seen: Shared

    fileprivate final class Shared: Sendable {
        let state = Mutex(Seen())
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var connections: Int { seen.state.withLock { $0.connections } }
    var requests: Int { seen.state.withLock { $0.requests } }
    var length: Int { seen.state.withLock { $0.length } }
    var bodyBytes: Int { seen.state.withLock { $0.bodyBytes } }

    private init(port: Int, _ seen: Shared) { (self.port, self.seen) = (port, seen) }

    static func run<Result>(
        _ cut: Cut, by closing: Closing = .end, answer: String, _ body: (CuttingServer) async throws -> Result
    ) async throws -> Result {
        let seen = Shared()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                seen.state.withLock { $0.connections += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(cut, closing, Array(answer.utf8), seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = CuttingServer(port: try #require(channel.localAddress?.port), seen)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let cut: CuttingServer.Cut
    private let closing: CuttingServer.Closing
    private let answer: [UInt8]
    private let seen: CuttingServer.Shared
    private var arrived: [UInt8] = []
    private var answered = 0

    init(_ cut: CuttingServer.Cut, _ closing: CuttingServer.Closing, _ answer: [UInt8], _ seen: CuttingServer.Shared) {
        (self.cut, self.closing, self.answer, self.seen) = (cut, closing, answer, seen)
    }

    func channelActive(context: ChannelHandlerContext) {
        if case .request(after: 0) = cut { close(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        arrived += unwrapInboundIn(data).readableBytesView
        if case .request(let count) = cut {
            guard arrived.count >= count else { return }
            // What came with it was never read by anybody.
            arrived = Array(arrived.prefix(count))
        }
        let all = arrived
        let request = RawRequest.take(from: &arrived)
        note(request, all)
        switch cut {
        case .request: close(context)
        case .answer(let count):
            guard request != nil else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer.prefix(count))), promise: nil)
            close(context)
        case .secondRequest:
            guard request != nil else { return }
            answered += 1
            if answered == 2 { return close(context) }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func note(_ request: RawRequest?, _ all: [UInt8]) {
        let head = all.firstRange(of: Array("\r\n\r\n".utf8))
        seen.state.withLock { seen in
            if request != nil {
                seen.requests += 1
                seen.length = all.count - arrived.count
            }
            seen.bodyBytes = max(seen.bodyBytes, head.map { all.count - $0.upperBound } ?? 0)
        }
    }

    private func close(_ context: ChannelHandlerContext) {
        if closing == .reset {
            let provider = context.channel as? any SocketOptionProvider
            _ = provider?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        context.close(promise: nil)
    }
}
