// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Turns requests into what a forward proxy takes: the whole link in the first line (RFC 9112, 3.2.2), and who asks.
/// AsyncHTTPClient by itself opens a tunnel for http links as well, which proxies commonly allow to port 443 only.
final class ForwardProxyHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let authorization: String?

    init(_ proxy: ProxyAddress) {
        authorization = proxy.authorization?.headerValue
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), let host = head.headers.first(name: "host") else {
            return context.write(data, promise: promise)
        }
        head.uri = "http://" + host + head.uri
        if let authorization { head.headers.replaceOrAdd(name: "proxy-authorization", value: authorization) }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    /// Puts a handler between the HTTP client's own and the encoder that writes the first line.
    static func add(to channel: any Channel, _ proxy: ProxyAddress) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
            try pipeline.addHandler(ForwardProxyHandler(proxy), position: .after(encoder))
        }
    }

    /// The same request, addressed to the proxy; the host that is meant stands in its `Host` header.
    static func readdress(_ message: HTTPClientRequest, _ destination: Destination, to proxy: ProxyAddress)
        -> HTTPClientRequest
    {
        var message = message
        let rest = message.url.dropFirst("http://".count).drop { $0 != "/" && $0 != "?" && $0 != "#" }
        message.url = "http://\(proxy)" + (rest.hasPrefix("/") ? "" : "/") + rest
        message.headers.replaceOrAdd(name: "host", value: destination.authority)
        return message
    }
}

extension ProxyAddress {
    var authorization: HTTPClient.Authorization? {
        credentials.map { .basic(username: $0.user, password: $0.password) }
    }
}
