// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Lets in at most so many connections at once; what comes beyond is closed at once. Where no connection can be
/// accepted, such as for want of a descriptor, nothing is tried again for a while: the socket stays readable, and the
/// loop would go round and round.
final class AcceptHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let limit: Int
    private var open = 0

    private static let rest = TimeAmount.seconds(1)

    init(limit: Int) {
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let child = unwrapInboundIn(data)
        guard open < limit else { return child.close(promise: nil) }
        open += 1
        child.closeFuture.hop(to: context.eventLoop).assumeIsolated().whenComplete { _ in self.open -= 1 }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenSuccess {
            channel.eventLoop.scheduleTask(in: Self.rest) { channel.setOption(.autoRead, value: true) }
        }
    }
}
