// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A proxy on loopback that writes down what passes. It knows hosts that no name server knows.
public final class RecordingProxy: Sendable {
    /// What it does with a connection.
    public enum Manner: Sendable {
        /// Gives tunnels to the hosts that it knows, 502 for others.
        case pass
        /// Answers any request, once it is whole, with these bytes.
        case answer(String)
        /// Answers whatever comes first with these bytes, and closes.
        case answerAnything(String)
        /// Closes as soon as something comes.
        case close
        /// Closes a tunnel as soon as something comes through it.
        case cut
        case silence
    }

    final class Record: Sendable {
        let requests = Mutex<[String]>([])
        let bytes = Mutex<[UInt8]>([])
        let opened = Mutex(0)
    }

    /// Where it listens.
    public let port: Int
    private let record: Record

    /// `http://127.0.0.1:PORT`
    public var url: String { "http://127.0.0.1:\(port)" }
    /// The heads of the requests that were made of the proxy itself.
    public var requests: [String] { record.requests.withLock { $0 } }
    /// Their first lines.
    public var lines: [String] { requests.map { String($0.prefix { $0 != "\r\n" }) } }
    /// All that clients sent, through tunnels as well.
    public var bytes: [UInt8] { record.bytes.withLock { $0 } }
    /// How many connections it took.
    public var connections: Int { record.opened.withLock { $0 } }

    private init(port: Int, record: Record) {
        (self.port, self.record) = (port, record)
    }

    /// Whether clients sent this, as it stands.
    public func saw(_ text: String) -> Bool { bytes.firstRange(of: Array(text.utf8)) != nil }

    /// Runs one for as long as `body` does.
    ///
    /// - Parameter hosts: `host:port` and the port of loopback that it leads to.
    public static func run<Value>(
        _ manner: Manner = .pass, to hosts: [String: Int] = [:], _ body: (RecordingProxy) async throws -> Value
    ) async throws -> Value {
        let record = Record()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                record.opened.withLock { $0 += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ProxyHandler(manner, hosts, record))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return try await server.running {
            try await body(RecordingProxy(port: server.localAddress?.port ?? 0, record: record))
        }
    }
}
