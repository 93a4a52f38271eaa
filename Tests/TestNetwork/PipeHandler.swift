// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Passes on to another connection what arrives here, and closes it when this one ends.
final class PipeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: any Channel
    private let passed: (@Sendable (ByteBuffer) -> Void)?

    /// - Parameter passed: is shown all that is passed on.
    init(to peer: any Channel, passed: (@Sendable (ByteBuffer) -> Void)? = nil) {
        self.peer = peer
        self.passed = passed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        passed?(bytes)
        peer.writeAndFlush(bytes, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
