// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// A TLS server on loopback that shows one of the certificates and passes what it decrypts on to a server without TLS.
public final class TLSFront: Sendable {
    /// Where it listens.
    public let port: Int
    private let opened: Counter

    final class Counter: Sendable {
        let count = Mutex(0)
    }

    /// How many connections it took.
    public var connections: Int { opened.count.withLock { $0 } }

    private init(port: Int, opened: Counter) {
        (self.port, self.opened) = (port, opened)
    }

    /// Runs one for as long as `body` does.
    ///
    /// - Parameter protocols: those that it offers to speak, the best first (RFC 7301); none for HTTP/1.1 alone.
    public static func run<Value>(
        showing name: Certificates.Name, before upstream: Int, host: String = "127.0.0.1",
        speaking protocols: [String] = [],
        _ body: (TLSFront) async throws -> Value
    ) async throws -> Value {
        let certificates = try Certificates.shared.get()
        let chain = try NIOSSLCertificate.fromPEMFile(certificates.certificate(name).path)
        let key = try NIOSSLPrivateKey(file: certificates.key(name).path, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.applicationProtocols = protocols
        let context = try NIOSSLContext(configuration: configuration)
        let opened = Counter()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                opened.count.withLock { $0 += 1 }
                return ClientBootstrap(group: channel.eventLoop)
                    .channelInitializer { peer in
                        peer.eventLoop.makeCompletedFuture {
                            try peer.pipeline.syncOperations.addHandler(PipeHandler(to: channel))
                        }
                    }
                    .connect(host: "127.0.0.1", port: upstream)
                    .flatMapThrowing { peer in
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                        try channel.pipeline.syncOperations.addHandler(PipeHandler(to: peer))
                    }
                    .flatMap { channel.setOption(.autoRead, value: true) }
            }
            .bind(host: host, port: 0).get()
        return try await server.running {
            try await body(TLSFront(port: server.localAddress?.port ?? 0, opened: opened))
        }
    }
}

extension Channel {
    /// Closes this after `body`.
    func running<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            let value = try await body()
            try? await close()
            return value
        } catch {
            try? await close()
            throw error
        }
    }
}
