// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Looks at the certificates of a server that was refused, to be able to say why: BoringSSL has one word for all. It
/// makes a connection of its own, accepts no certificate whatever, and sends nothing beyond the TLS greeting.
final class CertificateInquiry: Sendable {
    private let destination: Destination
    private let proxy: ProxyAddress?
    private let seen = Mutex<[CertificateFault.Validity]>([])

    init(_ destination: Destination, by route: Route) {
        self.destination = destination
        proxy = route.proxy
    }

    /// The certificates that the server shows within the time; none where it shows none.
    func look(group: any EventLoopGroup, timeout: TimeAmount) async -> [CertificateFault.Validity] {
        let bootstrap = ClientBootstrap(group: group).connectTimeout(timeout).channelInitializer { [self] channel in
            channel.eventLoop.makeCompletedFuture {
                guard let proxy else { return try greet(channel) }
                let connect = TunnelHandler(to: destination, through: proxy) { try self.greet($0) }
                try channel.pipeline.syncOperations.addHandler(connect)
            }
        }
        let (host, port) = (proxy?.host ?? destination.host, proxy?.port ?? destination.port)
        guard let channel = try? await bootstrap.connect(host: host, port: port).get() else { return [] }
        let end = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
        try? await channel.closeFuture.get()
        end.cancel()
        return seen.withLock { $0 }
    }

    private func greet(_ channel: any Channel) throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        // Nothing is accepted below, so no authority need be known; the system's list takes long to read.
        tls.trustRoots = .certificates([])
        let name = IPLiteral(destination.host) == nil ? destination.host : nil
        let handler = try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: tls), serverHostname: name,
            customVerificationCallback: { [self] chain, verdict in
                seen.withLock { $0 = chain.map(CertificateFault.Validity.init) }
                verdict.succeed(.failed)
            })
        try channel.pipeline.syncOperations.addHandler(handler)
    }
}

extension CertificateFault.Validity {
    fileprivate init(_ certificate: NIOSSLCertificate) {
        from = Date(timeIntervalSince1970: TimeInterval(certificate.notValidBefore))
        to = Date(timeIntervalSince1970: TimeInterval(certificate.notValidAfter))
    }
}
