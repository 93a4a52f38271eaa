// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// HTTP by the way that the proxy rules give: one pool of connections for each way.
final class WebClient: Sendable {
    private let rules: ProxyRules
    private let clients: [Route: HTTPClient]
    private let group: any EventLoopGroup
    private let connectTimeout: TimeAmount
    private let keepsConnections: Bool

    /// - Parameters:
    ///   - keepsConnections: whether a connection serves more than one message. A server may close one that is idle at
    ///     any moment, and what is just leaving into it then has an unknown outcome; no waiting and no looking can rule
    ///     that out. So what must not be sent twice goes on a connection that was made for it.
    ///   - connected: asked on each new connection before anything is sent on it, with the way it was made; an error
    ///     keeps the connection from being used.
    ///   - change: what is special to the caller.
    init(
        _ configuration: NanoBananaClient.Configuration, group: any EventLoopGroup, keepsConnections: Bool = true,
        connected: @escaping @Sendable (any Channel, Route) -> EventLoopFuture<Void>,
        change: (inout HTTPClient.Configuration) -> Void
    ) {
        rules = configuration.proxy
        self.group = group
        self.keepsConnections = keepsConnections
        connectTimeout = TimeAmount(configuration.connectTimeout)
        var clients: [Route: HTTPClient] = [:]
        for route in rules.routes {
            var settings = Self.settings(configuration)
            if !keepsConnections {
                settings.httpVersion = .http1Only
                // One that was made for a message that was cancelled meanwhile is new, and soon is not.
                settings.connectionPool.idleTimeout = .milliseconds(1)
            }
            change(&settings)
            if case .tunnel(let proxy) = route {
                settings.proxy = .server(host: proxy.host, port: proxy.port, authorization: proxy.authorization)
            }
            settings.http1_1ConnectionDebugInitializer = { channel in
                let judged = connected(channel, route)
                guard case .forward(let proxy) = route else { return judged }
                return judged.flatMap { ForwardProxyHandler.add(to: channel, proxy) }
            }
            settings.http2ConnectionDebugInitializer = { connected($0, route) }
            clients[route] = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: settings)
        }
        self.clients = clients
    }

    private static func settings(_ configuration: NanoBananaClient.Configuration) -> HTTPClient.Configuration {
        var settings = HTTPClient.Configuration(redirectConfiguration: .disallow)
        settings.tlsConfiguration = configuration.authorities.tls
        settings.timeout.connect = .init(configuration.connectTimeout)
        settings.decompression = .disabled
        // Before any usual server closes them (5 s and more).
        settings.connectionPool.idleTimeout = .seconds(3)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.connectionsPerHost
        // "Not reachable" is the caller's to know at once; it has its own idea of when to try again.
        settings.connectionPool.retryConnectionEstablishment = false
        return settings
    }

    func shutdown() async throws {
        for client in clients.values { try await client.shutdown() }
    }

    func route(to destination: Destination) -> Route { rules.route(to: destination) }

    func execute(
        _ message: HTTPClientRequest, to destination: Destination, deadline: NIODeadline
    ) async throws -> HTTPClientResponse {
        let route = route(to: destination)
        var message = message
        if !keepsConnections { message.headers.replaceOrAdd(name: "connection", value: "close") }
        switch route {
        case .direct: break
        case .tunnel: if IPLiteral(destination.host) != nil { throw NumberThroughTunnel() }
        case .forward(let proxy): message = ForwardProxyHandler.readdress(message, destination, to: proxy)
        }
        guard let client = clients[route] else { throw HTTPClientError.invalidURL }
        return try await client.execute(message, deadline: deadline)
    }

    /// What an error of ``execute(_:to:deadline:)`` means. Where a certificate was not accepted, this looks again to
    /// be able to say why.
    func explain(_ error: any Error, to destination: Destination, hasLeft: Bool?) async -> SendError {
        var problem = SendError(error, to: destination, by: route(to: destination), hasLeft: hasLeft)
        guard problem.trouble == .certificate(.notAccepted) else { return problem }
        let inquiry = CertificateInquiry(destination, by: problem.route)
        let chain = await inquiry.look(group: group, timeout: connectTimeout)
        problem.trouble = .certificate(CertificateFault(chain: chain, now: Date()))
        return problem
    }
}
