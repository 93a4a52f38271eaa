// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL
import Testing

@testable import NanoBanana

/// What an error means for money is decided by whether the body has left; its kind only gives the words.
struct SendErrorTests {
    struct Case: Sendable {
        var error: any Error
        var hasLeft: Bool?
        var reach: SendError.Reach
        var words: String

        init(_ error: any Error, _ hasLeft: Bool?, _ reach: SendError.Reach, _ words: String) {
            (self.error, self.hasLeft, self.reach, self.words) = (error, hasLeft, reach, words)
        }
    }

    private struct Strange: Error {}

    private static let place = "api.example.com port 443"
    private static let notInTime = "no connection to \(place) through the proxy p:3128 in time (connect-timeout)"
    private static let broken = "the server closed the connection without an answer"
    private static let shut =
        "the proxy p:3128, or \(place) behind it, closed the connection before the request was sent"

    private static let submits: [Case] = [
        Case(HTTPClientError.connectTimeout, false, .notSent, notInTime),
        Case(HTTPClientError.tlsHandshakeTimeout, false, .notSent, notInTime),
        Case(HTTPClientError.httpProxyHandshakeTimeout, false, .notSent, notInTime),
        Case(HTTPClientError.getConnectionFromPoolTimeout, false, .notSent, notInTime),
        Case(
            HTTPClientError.deadlineExceeded, false, .notSent,
            "no connection to \(place) through the proxy p:3128 in time"),
        Case(HTTPClientError.deadlineExceeded, true, .timedOut, "no answer in time"),
        Case(HTTPClientError.readTimeout, true, .timedOut, "no answer in time"),
        Case(HTTPClientError.remoteConnectionClosed, false, .notSent, shut),
        Case(HTTPClientError.remoteConnectionClosed, true, .lost, broken),
        Case(CancellationError(), false, .notSent, "cancelled before it was sent"),
        Case(CancellationError(), true, .lost, "cancelled"),
        Case(HTTPClientError.cancelled, false, .notSent, "cancelled before it was sent"),
        Case(
            NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])), false, .notSent,
            "\(place) through the proxy p:3128 closed the connection in the middle of the TLS handshake; does it speak "
                + "TLS, and may this machine talk to it?"),
        Case(NIOSSLError.uncleanShutdown, true, .lost, "the connection was lost: uncleanShutdown"),
        Case(NIOTooManyBytesError(maxBytes: 1), true, .lost, "the answer is too large"),
        Case(Strange(), false, .notSent, "no connection to \(place) through the proxy p:3128: Strange()"),
        Case(Strange(), true, .lost, "the connection was lost: Strange()"),
        // What speaks of connecting is not believed where the body has left.
        Case(HTTPClientError.connectTimeout, true, .lost, notInTime),
        Case(
            IOError(errnoCode: ECONNREFUSED, reason: "connect"), true, .lost,
            "no connection to the proxy p:3128: Connection refused"),
    ]

    private static let questions: [Case] = [
        Case(HTTPClientError.connectTimeout, nil, .notSent, notInTime),
        Case(HTTPClientError.remoteConnectionClosed, nil, .lost, broken),
        Case(HTTPClientError.readTimeout, nil, .timedOut, "no answer in time"),
        Case(
            IOError(errnoCode: ECONNREFUSED, reason: "connect"), nil, .notSent,
            "no connection to the proxy p:3128: Connection refused"),
        Case(
            IOError(errnoCode: ECONNRESET, reason: "read"), nil, .lost,
            "the connection was lost: Connection reset by peer"),
        Case(
            HTTPClientError.proxyAuthenticationRequired, nil, .notSent,
            "the proxy p:3128 asks for a user and a password (HTTP 407); the setting is proxy: "
                + "http://USER:PASSWORD@p:3128"),
        Case(
            HTTPClientError.invalidProxyResponse, nil, .notSent,
            "the proxy p:3128 does not allow a connection to \(place); ask whoever runs the proxy to allow it"),
        Case(
            NIOSSLExtraError.failedToValidateHostname, nil, .notSent,
            "the certificate shown for api.example.com is for another host; nothing is sent to a server that cannot "
                + "prove its name"),
    ]

    @Test(arguments: submits + questions)
    func `an error says what has left, and what to do, in words`(which: Case) throws {
        let destination = try #require(Destination("https://api.example.com"))
        let route = Route.tunnel(try ProxyAddress("p:3128"))
        let problem = SendError(which.error, to: destination, by: route, hasLeft: which.hasLeft)
        #expect(problem.reach == which.reach)
        #expect(problem.message == which.words)
    }

    @Test func `a proxy that knows who asks and refuses says so without the password`() throws {
        let destination = try #require(Destination("https://api.example.com"))
        let route = Route.tunnel(try ProxyAddress("user:secret@p:3128"))
        let error = HTTPClientError.proxyAuthenticationRequired
        let problem = SendError(error, to: destination, by: route, hasLeft: false)
        #expect(problem.message == "the proxy p:3128 refuses its user and password (HTTP 407)")
    }

    struct Chain: Sendable {
        var chain: [(from: Int, to: Int)]
        var fault: CertificateFault
        var words: String
    }

    private static func date(_ day: Int) -> Date { Date(timeIntervalSince1970: Double(day) * 86_400) }

    private static let chains: [Chain] = [
        Chain(chain: [], fault: .notAccepted, words: "the certificate of h.example is not accepted"),
        Chain(
            chain: [(0, 200), (0, 300)], fault: .unknownAuthority,
            words:
                "the certificate of h.example is not signed by an authority that this machine knows; if your "
                + "network inspects TLS, set ca-file to its CA; otherwise check that the package "
                + "ca-certificates is installed"),
        Chain(
            chain: [(0, 300), (0, 59)], fault: .expired(date(59)),
            words: "the certificate of h.example, or one that signed it, expired on 1970-03-01; whoever runs the host "
                + "must renew it, unless this machine's clock is wrong"),
        Chain(
            chain: [(120, 300), (0, 300)], fault: .notYetValid(date(120)),
            words: "the certificate of h.example is valid only from 1970-05-01; check this machine's clock"),
    ]

    @Test(arguments: chains.indices)
    func `a chain that is not accepted is judged by its times`(index: Int) throws {
        let which = Self.chains[index]
        let chain = which.chain.map { CertificateFault.Validity(from: Self.date($0.from), to: Self.date($0.to)) }
        let fault = CertificateFault(chain: chain, now: Self.date(100))
        #expect(fault == which.fault)
        let destination = try #require(Destination("https://h.example"))
        var problem = SendError(CancellationError(), to: destination, by: .direct, hasLeft: false)
        problem.trouble = .certificate(fault)
        #expect(problem.message == which.words)
    }
}
