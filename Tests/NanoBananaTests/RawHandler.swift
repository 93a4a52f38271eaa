// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// One connection of the raw server.
final class RawHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: EventLog
    private let answer: @Sendable (RawRequest) -> Reply
    private var arrived: [UInt8] = []

    init(_ log: EventLog, _ answer: @escaping @Sendable (RawRequest) -> Reply) {
        self.log = log
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        log.note(.opened)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        arrived += unwrapInboundIn(data).readableBytesView
        while let request = RawRequest.take(from: &arrived) {
            log.note(.request(request))
            act(on: answer(request), context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        log.note(.closed(rest: arrived))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func act(on reply: Reply, _ context: ChannelHandlerContext) {
        switch reply {
        case .silence: break
        case .send(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        case .sendAndClose(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            context.close(promise: nil)
        case .sendAndCloseLater(let text, let milliseconds):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            let channel = context.channel
            context.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) { channel.close(promise: nil) }
        case .bytes(let bytes, let closing):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            if closing { context.close(promise: nil) }
        case .drip(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            let channel = context.channel
            let pause = TimeAmount.milliseconds(20)
            context.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { task in
                guard channel.isActive else { return task.cancel() }
                channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
            }
        case .flood(let text, let more):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            Self.flood(context.channel, ByteBuffer(string: more))
        }
    }

    /// The next part goes out when the one before it has: what nobody reads is not piled up here.
    private static func flood(_ channel: any Channel, _ part: ByteBuffer) {
        channel.writeAndFlush(part).whenSuccess { if channel.isActive { flood(channel, part) } }
    }
}
