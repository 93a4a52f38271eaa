// SPDX-License-Identifier: Apache-2.0

import CCurl
import Foundation
import Glibc
import Testing

@testable import NanoBanana

/// What an error means for money is decided by whether the body has left; its kind only gives the words.
struct SendErrorTests {
    struct Case: Sendable {
        var result: CURLcode
        var wasConnected: Bool
        var hasLeft: Bool
        var reach: SendError.Reach
        var words: String
        var errorNumber: CInt = 0
        var facts = SendTrouble.Facts()
    }

    private static let place = "api.example.com port 443"
    private static let notInTime = "no connection to \(place) through the proxy p:3128 in time (connect-timeout)"
    private static let broken = "the server closed the connection without an answer"
    private static let shut =
        "the proxy p:3128, or \(place) behind it, closed the connection before the request was sent"
    private static let cut =
        "\(place) through the proxy p:3128 closed the connection in the middle of the TLS handshake; does it speak "
        + "TLS, and may this machine talk to it?"
    private static let noTLS =
        "the server at \(place) through the proxy p:3128 does not speak TLS; should the address begin with http:// "
        + "instead of https://?"

    /// There was no connection.
    private static func before(
        _ result: CURLcode, _ words: String, errorNumber: CInt = 0, facts: SendTrouble.Facts = SendTrouble.Facts()
    ) -> Case {
        Case(
            result: result, wasConnected: false, hasLeft: false, reach: .notSent, words: words,
            errorNumber: errorNumber, facts: facts)
    }

    private static func said(_ words: String, tunnel: Int = 0, verification: Int = 0) -> SendTrouble.Facts {
        SendTrouble.Facts(words: words, tunnelStatus: tunnel, verification: verification)
    }

    private static let unsent: [Case] = [
        before(CURLE_OPERATION_TIMEDOUT, notInTime),
        before(CURLE_COULDNT_RESOLVE_PROXY, "the name of the proxy p:3128 cannot be looked up"),
        before(
            CURLE_COULDNT_CONNECT, "no connection to the proxy p:3128: Connection refused", errorNumber: ECONNREFUSED),
        before(
            CURLE_RECV_ERROR,
            "the proxy p:3128 asks for a user and a password (HTTP 407); the setting is proxy: "
                + "http://USER:PASSWORD@p:3128", facts: said("CONNECT tunnel failed, response 407", tunnel: 407)),
        before(
            CURLE_RECV_ERROR,
            "the proxy p:3128 does not allow a connection to \(place); ask whoever runs the proxy to allow it",
            facts: said("CONNECT tunnel failed, response 403", tunnel: 403)),
        before(
            CURLE_PEER_FAILED_VERIFICATION,
            "the certificate shown for api.example.com is for another host; nothing is sent to a server that cannot "
                + "prove its name", facts: said("SSL: no alternative certificate subject name matches", tunnel: 200)),
        before(
            CURLE_PEER_FAILED_VERIFICATION, "the certificate of api.example.com is not accepted",
            facts: said("SSL certificate problem: certificate has expired", tunnel: 200, verification: 10)),
        before(
            CURLE_SSL_CONNECT_ERROR, cut,
            facts: said("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to api.example.com:443")),
        before(
            CURLE_SSL_CONNECT_ERROR, cut,
            facts: said("OpenSSL/3.0.17: error:0A000126:SSL routines::unexpected eof while reading")),
        before(CURLE_SSL_CONNECT_ERROR, noTLS, facts: said("error:0A00010B:SSL routines::wrong version number")),
        before(
            CURLE_SSL_CONNECT_ERROR,
            "no secure connection to \(place) through the proxy p:3128: the TLS handshake failed (unsupported protocol)",
            facts: said("error:0A000102:SSL routines::unsupported protocol")),
        before(CURLE_RECV_ERROR, shut, errorNumber: ECONNRESET),
        before(CURLE_URL_MALFORMAT, "the address cannot be used"),
        before(
            CURLE_OUT_OF_MEMORY, "no connection to \(place) through the proxy p:3128: Out of memory",
            facts: said("Out of memory")),
    ]

    private static func after(
        _ result: CURLcode, _ reach: SendError.Reach, _ words: String, hasLeft: Bool = true, errorNumber: CInt = 0,
        said: String = ""
    ) -> Case {
        Case(
            result: result, wasConnected: true, hasLeft: hasLeft, reach: reach, words: words, errorNumber: errorNumber,
            facts: SendTrouble.Facts(words: said))
    }

    private static let connected: [Case] = [
        after(CURLE_OPERATION_TIMEDOUT, .timedOut, "no answer in time"),
        after(
            CURLE_OPERATION_TIMEDOUT, .notSent, "no connection to \(place) through the proxy p:3128 in time",
            hasLeft: false),
        after(CURLE_GOT_NOTHING, .lost, broken), after(CURLE_PARTIAL_FILE, .lost, broken),
        after(CURLE_GOT_NOTHING, .notSent, shut, hasLeft: false),
        after(
            CURLE_RECV_ERROR, .lost, "the connection was lost: Connection reset by peer", errorNumber: ECONNRESET,
            said: "Recv failure: Connection reset by peer"),
        after(CURLE_RECV_ERROR, .lost, broken, said: "error:0A000126:SSL routines::unexpected eof while reading"),
        after(CURLE_SEND_FAIL_REWIND, .lost, "the connection was lost: it said so", said: "it said so"),
        // What speaks of connecting is not believed where there was a connection.
        after(CURLE_COULDNT_CONNECT, .lost, "the connection was lost: Connection refused", errorNumber: ECONNREFUSED),
        after(CURLE_UNSUPPORTED_PROTOCOL, .lost, "the connection was lost: HTTP/0.9", said: "HTTP/0.9"),
        after(CURLE_ABORTED_BY_CALLBACK, .notSent, "cancelled before it was sent", hasLeft: false),
    ]

    @Test(arguments: unsent + connected)
    func `an error says what has left, and what to do, in words`(which: Case) throws {
        let destination = try #require(Destination("https://api.example.com"))
        let route = Route.tunnel(try ProxyAddress("p:3128"))
        let trouble = SendTrouble(
            which.result, wasConnected: which.wasConnected, Int(which.errorNumber), which.facts)
        let problem = SendError(trouble, to: destination, by: route, hasLeft: which.hasLeft)
        #expect(problem.reach == which.reach)
        #expect(problem.message == which.words)
    }

    @Test func `a proxy that knows who asks and refuses says so without the password`() throws {
        let destination = try #require(Destination("https://api.example.com"))
        let route = Route.tunnel(try ProxyAddress("user:secret@p:3128"))
        let problem = SendError(.proxyAsksWho, to: destination, by: route, hasLeft: false)
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
        var problem = SendError(.cancelled, to: destination, by: .direct, hasLeft: false)
        problem.trouble = .certificate(fault)
        #expect(problem.message == which.words)
    }
}
