// SPDX-License-Identifier: Apache-2.0

internal import CCurl
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What went wrong between here and the answer, as far as libcurl tells.
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
    /// Another failure of the handshake, in the TLS library's words.
    case handshakeFailed(String)
    case badAddress
    /// The caller may not connect to this address.
    case forbiddenAddress(String)
    case noAnswerInTime
    case closed
    case cancelled
    case answerTooLarge
    case lost(String)

    /// What is known beside the kind of an error.
    struct Facts {
        /// libcurl's, in English.
        var words = ""
        /// The proxy's answer to CONNECT; 0 where there was none.
        var tunnelStatus = 0
        /// X509_V_… of OpenSSL. Where the chain was in order and the name was not, it is that of none (0) or of nothing
        /// yet (1).
        var verification = 0
    }

    /// - Parameters:
    ///   - wasConnected: whether there was a connection on which the request could leave.
    ///   - errorNumber: that of the last call of the kernel that failed; 0 where none did.
    init(_ result: CURLcode, wasConnected: Bool, _ errorNumber: Int, _ facts: Facts) {
        let reason = errorNumber == 0 ? facts.words : String(cString: strerror(CInt(errorNumber)))
        self = wasConnected ? Self.after(result, reason, facts.words) : Self.before(result, reason, facts)
    }

    /// There was a connection.
    private static func after(_ result: CURLcode, _ reason: String, _ words: String) -> SendTrouble {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: .noAnswerInTime
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .closed
        case CURLE_ABORTED_BY_CALLBACK: .cancelled
        // A TLS connection that ends without saying so (RFC 8446, 6.1).
        case CURLE_RECV_ERROR where words.contains("unexpected eof"): .closed
        default: .lost(reason)
        }
    }

    private static func before(_ result: CURLcode, _ reason: String, _ facts: Facts) -> SendTrouble {
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .noName
        case CURLE_OPERATION_TIMEDOUT: .notConnectedInTime
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badAddress
        case CURLE_PEER_FAILED_VERIFICATION: .certificate(facts.verification <= 1 ? .otherHost : .notAccepted)
        case CURLE_SSL_CONNECT_ERROR: handshake(facts.words)
        case _ where facts.tunnelStatus == 407: .proxyAsksWho
        case _ where facts.tunnelStatus != 0 && facts.tunnelStatus / 100 != 2: .proxyRefuses
        case CURLE_COULDNT_CONNECT: .noConnection(reason)
        case CURLE_ABORTED_BY_CALLBACK: .cancelled
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING: .closed
        default: .lost(reason)
        }
    }

    /// The words of OpenSSL: `error:0A00010B:SSL routines::wrong version number`.
    private static func handshake(_ words: String) -> SendTrouble {
        let foreign = ["wrong version number", "http request", "https proxy request", "packet length too long"]
        if foreign.contains(where: words.contains) { return .noTLS }
        let closed = ["unexpected eof", "SSL_ERROR_SYSCALL", "Connection reset by peer", "Broken pipe"]
        if closed.contains(where: words.contains) { return .handshakeClosed }
        guard let start = words.firstRange(of: "routines::") else { return .handshakeFailed(words) }
        return .handshakeFailed(String(words[start.upperBound...]))
    }

    /// Whether a server may just have closed a connection that was kept for the next question.
    var mayBeOldConnection: Bool {
        switch self {
        case .closed, .lost: true
        case .noName, .noConnection, .notConnectedInTime, .proxyAsksWho, .proxyRefuses, .certificate, .noTLS,
            .handshakeClosed, .handshakeFailed, .badAddress, .forbiddenAddress, .noAnswerInTime, .cancelled,
            .answerTooLarge:
            false
        }
    }
}
