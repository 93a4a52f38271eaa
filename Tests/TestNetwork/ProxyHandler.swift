// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// One connection of the recording proxy, until it becomes a tunnel.
final class ProxyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let manner: RecordingProxy.Manner
    private let hosts: [String: Int]
    private let record: RecordingProxy.Record
    private var arrived: [UInt8] = []

    init(_ manner: RecordingProxy.Manner, _ hosts: [String: Int], _ record: RecordingProxy.Record) {
        (self.manner, self.hosts, self.record) = (manner, hosts, record)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).readableBytesView
        arrived += bytes
        record.bytes.withLock { $0 += bytes }
        switch manner {
        case .silence: _ = takeRequest()
        case .close: context.close(promise: nil)
        case .answerAnything(let text):
            say(text, context)
            context.close(promise: nil)
        case .answer(let text): while takeRequest() != nil { say(text, context) }
        case .pass, .cut:
            guard let head = takeRequest() else { return }
            tunnel(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    /// Takes a whole request off what has arrived, and notes its head.
    private func takeRequest() -> String? {
        guard let end = arrived.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: arrived[..<end.lowerBound], as: UTF8.self)
        let lengths = head.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("content-length:") }
        let length = lengths.first.flatMap { Int($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) } ?? 0
        guard arrived.count >= end.upperBound + length else { return nil }
        arrived.removeFirst(end.upperBound + length)
        record.requests.withLock { $0.append(head) }
        return head
    }

    private func tunnel(_ head: String, _ context: ChannelHandlerContext) {
        let words = head.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, words[0] == "CONNECT", let port = hosts[words[1]] else {
            return say("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", context)
        }
        let (channel, record) = (context.channel, record)
        let cuts = if case .cut = manner { true } else { false }
        let connected = ClientBootstrap(group: context.eventLoop)
            .channelInitializer { peer in
                peer.eventLoop.makeCompletedFuture {
                    try peer.pipeline.syncOperations.addHandler(PipeHandler(to: channel))
                }
            }
            .connect(host: "127.0.0.1", port: port)
        // All on one event loop.
        connected.assumeIsolated().whenComplete { result in
            guard case .success(let peer) = result else { return context.close(promise: nil) }
            let pipe = PipeHandler(to: peer) { bytes in
                record.bytes.withLock { $0 += bytes.readableBytesView }
                if cuts { channel.close(promise: nil) }
            }
            let pipeline = context.pipeline.syncOperations
            self.say("HTTP/1.1 200 Connection established\r\n\r\n", context)
            do {
                try pipeline.addHandler(pipe)
                pipeline.removeHandler(self, promise: nil)
            } catch {
                channel.close(promise: nil)
            }
        }
    }
}
