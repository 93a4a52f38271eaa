// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import NIOCore

/// Asks a proxy for a tunnel (RFC 9110, 9.3.6) and gives the connection over once there is one; closes it otherwise.
final class TunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let longestAnswer = 16_384

    private let request: String
    private let open: (any Channel) throws -> Void
    private var answer = ""

    /// - Parameter open: adds what speaks through the tunnel.
    init(to destination: Destination, through proxy: ProxyAddress, open: @escaping (any Channel) throws -> Void) {
        let host = destination.host.contains(":") ? "[\(destination.host)]" : destination.host
        let place = "\(host):\(destination.port)"
        let who = proxy.authorization.map { "Proxy-Authorization: \($0.headerValue)\r\n" } ?? ""
        request = "CONNECT \(place) HTTP/1.1\r\nHost: \(place)\r\n\(who)\r\n"
        self.open = open
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer += String(buffer: unwrapInboundIn(data))
        guard answer.contains("\r\n\r\n") || answer.utf8.count > Self.longestAnswer else { return }
        let status = answer.split(separator: " ", maxSplits: 2).dropFirst().first
        do {
            guard status?.first == "2" else { throw ChannelError.eof }
            try open(context.channel)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}
