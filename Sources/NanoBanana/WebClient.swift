// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore

/// HTTP by the way that the proxy rules give: one pool of connections for each way.
final class WebClient: Sendable {
    private let rules: ProxyRules
    private let clients: [Route: HTTPClient]
    private let group: any EventLoopGroup
    private let connectTimeout: TimeAmount

    /// - Parameters:
    ///   - connected: asked on each new connection before anything is sent on it, with the way it was made; an error
    ///     keeps the connection from being used.
    ///   - change: what is special to the caller.
    init(
        _ configuration: NanoBananaClient.Configuration, group: any EventLoopGroup,
        connected: @escaping @Sendable (any Channel, Route) -> EventLoopFuture<Void>,
        change: (inout HTTPClient.Configuration) -> Void
    ) {
        rules = configuration.proxy
        self.group = group
        connectTimeout = TimeAmount(configuration.connectTimeout)
        var clients: [Route: HTTPClient] = [:]
        for route in rules.routes {
            var settings = Self.settings(configuration)
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
        // A server closes idle connections when it likes. A submit sent into one that is just being closed has an
        // unknown outcome, so connections are let go before any usual server does (5 s and more).
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
