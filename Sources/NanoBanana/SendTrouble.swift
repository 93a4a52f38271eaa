// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// What went wrong between here and the answer, as far as the HTTP client's error tells.
enum SendTrouble: Equatable, Sendable {
    /// The name of the host, or of the proxy, is not known.
    case noName
    /// connect(2) or socket(2) said no: their words.
    case noConnection(String)
    /// No connection in time: the name, TCP, the proxy and TLS together.
    case notConnectedInTime
    /// HTTP 407 to CONNECT.
    case proxyAsksWho
    /// Anything else but 2xx to CONNECT.
    case proxyRefuses
    case certificate(CertificateFault)
    /// What stands there answered a TLS greeting in something else.
    case noTLS
    /// The connection was closed in the middle of the TLS handshake.
    case handshakeClosed
    /// Another failure of the handshake, in BoringSSL's words.
    case handshakeFailed(String)
    case badAddress
    /// An IP address by https through a tunnel: NIOSSL compares the certificate with the address that is connected to,
    /// and that is the proxy's. A proxy with a certificate for its own address could pose as any.
    case numberThroughTunnel
    case noAnswerInTime
    case closed
    case cancelled
    case answerTooLarge
    case lost(String)

    init(_ error: any Error) {
        switch error {
        case let error as NIOConnectionError: self = Self.connection(error)
        case let error as IOError where Self.onlyFromConnecting.contains(error.errnoCode):
            self = .noConnection(String(cString: strerror(error.errnoCode)))
        case let error as IOError: self = .lost(String(cString: strerror(error.errnoCode)))
        case let error as NIOSSLError: self = Self.tls(error)
        case is NIOSSLExtraError: self = .certificate(.otherHost)
        case let error as HTTPClientError: self = Self.client(error)
        case is NumberThroughTunnel: self = .numberThroughTunnel
        case is CancellationError: self = .cancelled
        case is NIOTooManyBytesError: self = .answerTooLarge
        default: self = .lost("\(error)")
        }
    }

    /// Whether it can only be met before a request is sent.
    var comesBeforeSending: Bool {
        switch self {
        case .noName, .noConnection, .notConnectedInTime, .proxyAsksWho, .proxyRefuses, .certificate, .noTLS,
            .handshakeClosed, .handshakeFailed, .badAddress, .numberThroughTunnel:
            true
        case .noAnswerInTime, .closed, .cancelled, .answerTooLarge, .lost: false
        }
    }

    /// Whether a server may just have closed a connection that was kept for the next question.
    var mayBeOldConnection: Bool {
        switch self {
        case .closed, .lost: true
        case .noName, .noConnection, .notConnectedInTime, .proxyAsksWho, .proxyRefuses, .certificate, .noTLS,
            .handshakeClosed, .handshakeFailed, .badAddress, .numberThroughTunnel, .noAnswerInTime, .cancelled,
            .answerTooLarge:
            false
        }
    }

    /// What connect(2) and socket(2) say and no established connection does. Others, such as EHOSTUNREACH, may come
    /// later, too.
    private static let onlyFromConnecting: [CInt] = [
        ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL,
        // socket(2): this process, or this machine, has no descriptors left.
        EMFILE, ENFILE,
    ]

    private static func connection(_ error: NIOConnectionError) -> SendTrouble {
        guard let refused = error.connectionErrors.first?.error else { return .noName }
        if refused is ChannelError { return .notConnectedInTime }
        let code = (refused as? IOError)?.errnoCode
        return .noConnection(code.map { String(cString: strerror($0)) } ?? "\(refused)")
    }

    private static func tls(_ error: NIOSSLError) -> SendTrouble {
        guard case .handshakeFailed(let detail) = error else { return .lost("\(error)") }
        guard case .sslError(let stack) = detail else { return .handshakeFailed("\(detail)") }
        if stack == [.eofDuringHandshake] { return .handshakeClosed }
        let words = stack.map(\.description).joined(separator: "; ")
        // BoringSSL's names for its reasons; they come with each error.
        if words.contains("CERTIFICATE_VERIFY_FAILED") { return .certificate(.notAccepted) }
        let foreign = ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNEXPECTED_RECORD"]
        return foreign.contains(where: words.contains) ? .noTLS : .handshakeFailed(reason(words))
    }

    /// `UNSUPPORTED_PROTOCOL` of `error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL at FILE:LINE`.
    private static func reason(_ words: String) -> String {
        guard let start = words.range(of: "OPENSSL_internal:") else { return words }
        return String(words[start.upperBound...].prefix { $0 != " " })
    }

    private static func client(_ error: HTTPClientError) -> SendTrouble {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout,
            .httpProxyHandshakeTimeout:
            .notConnectedInTime
        case .proxyAuthenticationRequired: .proxyAsksWho
        case .invalidProxyResponse: .proxyRefuses
        case .invalidURL, .emptyHost, .emptyScheme: .badAddress
        case .readTimeout, .writeTimeout, .deadlineExceeded: .noAnswerInTime
        case .remoteConnectionClosed: .closed
        case .cancelled: .cancelled
        default: .lost(error.shortDescription)
        }
    }
}

/// See ``SendTrouble/numberThroughTunnel``.
struct NumberThroughTunnel: Error {}
