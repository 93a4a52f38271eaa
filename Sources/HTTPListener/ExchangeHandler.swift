// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1

/// Answers the one question that a connection is for, and closes it. A connection that takes its time is cut off.
///
/// No connection is kept open for the next question: so nothing has to be timed while nobody asks.
final class ExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// More than any form has, in bytes.
    static let bodyLimit = 64 << 10

    private enum State {
        case waiting
        case reading(WebRequest)
        /// The answer is being made, or is on its way.
        case answering
    }

    private let responder: Listener.Responder
    private let setAlarm: Listener.SetAlarm
    private var state = State.waiting
    private var deadline: Deadline?

    /// How long a question, and then its answer, may take.
    private static let patience = Duration.seconds(10)

    init(_ responder: @escaping Listener.Responder, _ setAlarm: @escaping Listener.SetAlarm) {
        (self.responder, self.setAlarm) = (responder, setAlarm)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let deadline = Deadline(context.channel, setAlarm)
        deadline.set(Self.patience)
        self.deadline = deadline
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.clear()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .waiting): begin(head, context)
        case (.body(let part), .reading(var request)):
            // Let go of, so that the bytes are there once.
            state = .answering
            guard request.body.count + part.readableBytes <= Self.bodyLimit else { return answer(.tooLarge, context) }
            request.body += part.readableBytesView
            state = .reading(request)
        case (.end, .reading(let request)): answer(request, context)
        case (.head, _), (.body, _), (.end, _): break
        }
    }

    /// A body is waited for where it says something: what only asks is answered at once.
    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let request = WebRequest(
            method: head.method.rawValue, target: head.uri, headers: head.headers.map { ($0.name, $0.value) },
            peer: context.channel.remoteAddress?.ipAddress ?? "")
        guard head.method == .POST else { return answer(request, context) }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        if length > Self.bodyLimit { return answer(.tooLarge, context) }
        state = .reading(request)
    }

    private func answer(_ response: WebResponse, _ context: ChannelHandlerContext) {
        answer(isHead: false, context) { response }
    }

    private func answer(_ request: WebRequest, _ context: ChannelHandlerContext) {
        answer(isHead: request.method == "HEAD", context) { [responder] in await responder(request) }
    }

    private func answer(
        isHead: Bool, _ context: ChannelHandlerContext, _ response: @escaping @Sendable () async -> WebResponse
    ) {
        state = .answering
        guard let deadline else { return context.close(promise: nil) }
        deadline.set(Self.patience)
        let writer = ResponseWriter(channel: context.channel, deadline: deadline)
        // No child of anything: a handler has no task. It ends with its connection.
        let task = Task { await writer.write(await response(), isHead: isHead) }
        context.channel.closeFuture.whenComplete { _ in task.cancel() }
    }
}
