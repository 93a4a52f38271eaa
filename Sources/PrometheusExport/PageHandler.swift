// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1

/// Answers the one question that a connection is for, and closes it. A connection that takes its time is cut off.
///
/// No connection is kept open for the next question: so nothing has to be timed while nobody asks.
final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let table: PageTable
    private var method: HTTPMethod?
    private var deadline: Scheduled<Void>?

    /// How long a connection may live.
    private static let patience = TimeAmount.seconds(10)

    init(_ table: PageTable) {
        self.table = table
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data), method == nil else { return }
        method = head.method
        let (channel, isHead) = (context.channel, head.method == .HEAD)
        switch table.decide(head.method, head.uri) {
        case .now(let page): Self.write(page, isHead, to: channel)
        case .make(let maker): Self.make(maker, isHead, for: channel)
        }
    }

    private static func make(_ maker: @escaping PageTable.Maker, _ isHead: Bool, for channel: any Channel) {
        // No child of anything: a handler has no task. It ends when the page is made, which takes its maker a moment,
        // or the time that it sets itself.
        Task { write(await maker(), isHead, to: channel) }
    }

    private static func write(_ page: Page, _ isHead: Bool, to channel: any Channel) {
        let body = ByteBuffer(string: page.body)
        var headers: HTTPHeaders = [
            "content-type": page.contentType, "content-length": "\(body.readableBytes)", "connection": "close",
            "cache-control": "no-store",
        ]
        if page == .notAllowed { headers.add(name: "allow", value: "GET, HEAD") }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: page.status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        if !isHead { channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil) }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
    }
}
