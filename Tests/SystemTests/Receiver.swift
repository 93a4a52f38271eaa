// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import TestSupport

/// A server on loopback that notes what is posted to it, and answers as a test wants.
final class Receiver: Sendable {
    struct Post: Sendable {
        var path: String
        var headers: [String: String]
        var body: Data

        var object: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
        var id: String { object["id"] as? String ?? "" }
        var event: String { object["event"] as? String ?? "" }
        var job: String { object["job"] as? String ?? "" }
    }

    enum Answer: Sendable {
        case status(Int)
        /// It never comes.
        case silence
        /// The connection ends instead.
        case close
    }

    let posts = Recorder<Post>()
    private let answer: @Sendable (Int) -> Answer
    private let count = Mutex(0)
    private let bound = Mutex<Int?>(nil)

    var url: String { "http://127.0.0.1:\(bound.withLock { $0 } ?? 0)/hook" }

    private init(_ answer: @escaping @Sendable (Int) -> Answer) { self.answer = answer }

    /// - Parameter answer: to the first post, the second, and so on, from 1.
    static func run<Value>(
        _ answer: @escaping @Sendable (Int) -> Answer = { _ in .status(204) },
        _ body: (Receiver) async throws -> Value
    ) async throws -> Value {
        let receiver = Receiver(answer)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(receiver))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        receiver.bound.withLock { $0 = channel.localAddress?.port }
        do {
            let value = try await body(receiver)
            try await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// The first post for that, come already or yet to come.
    func post(_ event: String, of job: String) async -> Post? {
        if let post = posts.all.first(where: { $0.event == event && $0.job == job }) { return post }
        while let post = await posts.next().first {
            if post.event == event, post.job == job { return post }
        }
        return nil
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let receiver: Receiver
        private var head: HTTPRequestHead?
        private var body = Data()

        init(_ receiver: Receiver) { self.receiver = receiver }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, body) = (head, Data())
            case .body(let bytes): body += Data(bytes.readableBytesView)
            case .end: reply(context)
            }
        }

        private func reply(_ context: ChannelHandlerContext) {
            let headers = (head?.headers ?? [:]).map { ($0.name.lowercased(), $0.value) }
            receiver.posts.note(
                Post(path: head?.uri ?? "", headers: Dictionary(headers) { $1 }, body: body))
            let number = receiver.count.withLock { count in
                count += 1
                return count
            }
            switch receiver.answer(number) {
            case .silence: return
            case .close: context.close(promise: nil)
            case .status(let status):
                let head = HTTPResponseHead(
                    version: .http1_1, status: HTTPResponseStatus(statusCode: status),
                    headers: ["content-length": "0", "location": "http://127.0.0.1:9/elsewhere"])
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
