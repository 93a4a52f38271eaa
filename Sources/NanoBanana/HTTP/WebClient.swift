// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// HTTP by the way that the proxy rules give, over one pool of connections.
struct WebClient: Sendable {
    private let rules: ProxyRules
    private let line: TransferLine
    private let pool: ConnectionPool.Kind
    private let mayUse: @Sendable (IPLiteral?) -> Bool
    private let connected: @Sendable (IPLiteral) -> Void

    /// - Parameters:
    ///   - mayUse: whether a name may lead to this address; asked where no proxy is between.
    ///   - connected: told the address of a connection; the same.
    init(
        _ rules: ProxyRules, _ line: TransferLine, _ pool: ConnectionPool.Kind,
        mayUse: @escaping @Sendable (IPLiteral?) -> Bool = { _ in true },
        connected: @escaping @Sendable (IPLiteral) -> Void = { _ in }
    ) {
        (self.rules, self.line, self.pool) = (rules, line, pool)
        (self.mayUse, self.connected) = (mayUse, connected)
    }

    func route(to destination: Destination) -> Route { rules.route(to: destination) }

    /// Begins an exchange. A message that must not be sent twice goes on a connection of its own: a server may close one
    /// that is idle at any moment, and what is just leaving into it then has an unknown outcome; no waiting and no
    /// looking can rule that out.
    func begin(_ message: Message, to destination: Destination) -> OpenExchange {
        var way = Way(route: route(to: destination))
        if way.route == .direct { (way.mayUse, way.connected) = (mayUse, connected) }
        way.mayBeHTTP2 =
            pool == .questions && !message.isAlone && destination.isEncrypted && ConnectionPool.sharesSafely
        return OpenExchange(message, by: line, pool, way)
    }

    /// What an error means. Where a certificate was not accepted, this looks again to be able to say why.
    func explain(_ error: TransferError, to destination: Destination, hasLeft: Bool) async -> SendError {
        var problem = SendError(error.trouble, to: destination, by: route(to: destination), hasLeft: hasLeft)
        guard problem.trouble == .certificate(.notAccepted) else { return problem }
        let look = Message(
            url: "https://\(destination.authority)/", method: .lookAtCertificates, capacity: .whole(most: 0),
            patience: ExchangePatience(total: .seconds(60)), isAlone: true)
        let chain = await begin(look, to: destination).certificates()
        problem.trouble = .certificate(CertificateFault(chain: chain, now: Date()))
        return problem
    }
}
