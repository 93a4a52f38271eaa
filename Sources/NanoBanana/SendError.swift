// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// What an error of the HTTP client says about whether the request has left.
struct SendError {
    enum Reach: Equatable {
        /// There was no connection, so nothing was sent.
        case notSent
        case timedOut
        case lost
    }

    let reach: Reach
    let message: String

    init(_ error: any Error) {
        switch error {
        case let error as NIOConnectionError: (reach, message) = (.notSent, Self.words(error))
        case let error as IOError where Self.onlyFromConnecting.contains(error.errnoCode):
            (reach, message) = (.notSent, "no connection: " + String(cString: strerror(error.errnoCode)))
        case let error as NIOSSLError: (reach, message) = Self.tls(error)
        case is NIOSSLExtraError: (reach, message) = (.notSent, "the server's certificate is for another host")
        case let error as HTTPClientError: (reach, message) = Self.client(error)
        case is CancellationError: (reach, message) = (.lost, "cancelled")
        case is NIOTooManyBytesError: (reach, message) = (.lost, "the answer is too large")
        default: (reach, message) = (.lost, "the connection was lost: \(error)")
        }
    }

    /// What connect(2) and socket(2) say and no established connection does. Others, such as EHOSTUNREACH, may come
    /// later, too.
    private static let onlyFromConnecting: [CInt] = [
        ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL,
        // socket(2): this process, or this machine, has no descriptors left.
        EMFILE, ENFILE,
    ]

    var submitError: SubmitError {
        switch reach {
        case .notSent: .notReachable(Unreachable(message: message))
        case .timedOut: .unknownOutcome(UnknownOutcome(cause: .timedOut, message: message))
        case .lost: .unknownOutcome(UnknownOutcome(cause: .connectionLost, message: message))
        }
    }

    private static func words(_ error: NIOConnectionError) -> String {
        let place = "\(error.host) port \(error.port)"
        if let refused = error.connectionErrors.first?.error {
            let code = (refused as? IOError)?.errnoCode
            return "no connection to \(place): " + (code.map { String(cString: strerror($0)) } ?? "\(refused)")
        }
        return "the name \(error.host) cannot be looked up"
    }

    private static func tls(_ error: NIOSSLError) -> (Reach, String) {
        if case .handshakeFailed(let detail) = error {
            return (.notSent, "no secure connection: the TLS handshake failed (\(detail))")
        }
        return (.lost, "the secure connection broke: \(error)")
    }

    private static func client(_ error: HTTPClientError) -> (Reach, String) {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout: (.notSent, "no connection in time")
        case .tlsHandshakeTimeout: (.notSent, "no secure connection in time")
        case .socksHandshakeTimeout, .httpProxyHandshakeTimeout, .proxyAuthenticationRequired, .invalidProxyResponse:
            (.notSent, "the proxy gave no connection: \(error.shortDescription)")
        case .invalidURL, .emptyHost, .emptyScheme: (.notSent, "the address cannot be used")
        case .readTimeout, .writeTimeout, .deadlineExceeded: (.timedOut, "no answer in time")
        case .remoteConnectionClosed: (.lost, "the server closed the connection without an answer")
        case .cancelled: (.lost, "cancelled")
        default: (.lost, error.shortDescription)
        }
    }
}
