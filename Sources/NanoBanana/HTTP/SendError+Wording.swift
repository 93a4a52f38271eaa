// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The sentences for people. The proxy's user and password are in none of them.
extension SendError {
    var message: String {
        let host = destination.host
        switch trouble {
        case .noName:
            return route.proxy.map { "the name of the proxy \($0) cannot be looked up" }
                ?? "the name \(host) cannot be looked up"
        case .noConnection(let why): return "no connection to \(nextStop): \(why)"
        case .notConnectedInTime: return "no connection to \(place)\(way) in time (connect-timeout)"
        case .proxyAsksWho, .proxyRefuses: return proxyWords
        case .certificate(let fault): return Self.words(fault, host: host)
        case .noTLS:
            return "the server at \(place)\(way) does not speak TLS; should the address begin with http:// instead "
                + "of https://?"
        case .handshakeClosed:
            return
                "\(place)\(way) closed the connection in the middle of the TLS handshake; does it speak TLS, and may "
                + "this machine talk to it?"
        case .handshakeFailed(let why):
            return "no secure connection to \(place)\(way): the TLS handshake failed (\(why))"
        case .badAddress: return "the address cannot be used"
        case .forbiddenAddress(let address): return "\(host) leads to \(address), to which nothing is sent"
        case .noAnswerInTime: return reach == .notSent ? "no connection to \(place)\(way) in time" : "no answer in time"
        case .closed: return closedWords
        case .cancelled: return reach == .notSent ? "cancelled before it was sent" : "cancelled"
        case .answerTooLarge: return "the answer is too large"
        case .lost(let why):
            return reach == .notSent ? "no connection to \(place)\(way): \(why)" : "the connection was lost: \(why)"
        }
    }

    private var place: String { "\(destination.host) port \(destination.port)" }

    /// What was connected to.
    private var nextStop: String { route.proxy.map { "the proxy \($0)" } ?? place }

    private var way: String { route.proxy.map { " through the proxy \($0)" } ?? "" }

    private var closedWords: String {
        switch (reach, route) {
        case (.timedOut, _), (.lost, _): "the server closed the connection without an answer"
        case (.notSent, .tunnel(let proxy)):
            "the proxy \(proxy), or \(place) behind it, closed the connection before the request was sent"
        case (.notSent, .direct), (.notSent, .forward):
            "\(nextStop) closed the connection before the request was sent"
        }
    }

    private var proxyWords: String {
        guard let proxy = route.proxy else { return "the proxy gave no connection" }
        guard trouble == .proxyAsksWho else {
            return "the proxy \(proxy) does not allow a connection to \(place); ask whoever runs the proxy to allow it"
        }
        return proxy.credentials == nil
            ? "the proxy \(proxy) asks for a user and a password (HTTP 407); the setting is proxy: "
                + "http://USER:PASSWORD@\(proxy)"
            : "the proxy \(proxy) refuses its user and password (HTTP 407)"
    }

    private static func words(_ fault: CertificateFault, host: String) -> String {
        switch fault {
        case .notAccepted: "the certificate of \(host) is not accepted"
        case .unknownAuthority:
            "the certificate of \(host) is not signed by an authority that this machine knows; if your network "
                + "inspects TLS, set ca-file to its CA; otherwise check that the package ca-certificates is installed"
        case .expired(let date):
            "the certificate of \(host), or one that signed it, expired on \(day(date)); whoever runs the host must "
                + "renew it, unless this machine's clock is wrong"
        case .notYetValid(let date):
            "the certificate of \(host) is valid only from \(day(date)); check this machine's clock"
        case .otherHost:
            "the certificate shown for \(host) is for another host; nothing is sent to a server that cannot prove "
                + "its name"
        }
    }

    /// In UTC.
    private static func day(_ date: Date) -> String {
        date.formatted(.iso8601.year().month().day())
    }
}
