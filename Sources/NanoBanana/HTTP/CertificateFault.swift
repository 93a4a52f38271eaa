// SPDX-License-Identifier: Apache-2.0

internal import CCurl
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Why a server's certificate is not accepted.
enum CertificateFault: Equatable, Sendable {
    /// Not known.
    case notAccepted
    case unknownAuthority
    case expired(Date)
    case notYetValid(Date)
    /// It is in order, and it is another host's.
    case otherHost

    /// When a certificate is valid.
    struct Validity: Equatable, Sendable {
        var from: Date
        var to: Date
    }

    /// What is wrong with a chain that was not accepted, by the times of its certificates. Their order does not matter:
    /// one that is out of time spoils all.
    init(chain: [Validity], now: Date) {
        if let expired = chain.map(\.to).filter({ $0 < now }).min() {
            self = .expired(expired)
        } else if let later = chain.map(\.from).filter({ $0 > now }).max() {
            self = .notYetValid(later)
        } else {
            self = chain.isEmpty ? .notAccepted : .unknownAuthority
        }
    }
}

extension CertificateFault.Validity {
    /// Those of the certificates that the server has shown (`CURLINFO_CERTINFO(3)`).
    static func shown(by easy: UnsafeMutableRawPointer) -> [CertificateFault.Validity] {
        var pointer: UnsafeMutablePointer<curl_certinfo>?
        guard bd_get_pointer(easy, CURLINFO_CERTINFO, &pointer) == CURLE_OK, let info = pointer?.pointee,
            let chain = info.certinfo
        else { return [] }
        return (0..<Int(info.num_of_certs)).compactMap { number in
            var lines: [String] = []
            var next = chain[number]
            while let line = next {
                if let data = line.pointee.data { lines.append(String(cString: data)) }
                next = line.pointee.next
            }
            return CertificateFault.Validity(lines: lines)
        }
    }

    /// - Parameter lines: `Start date:Nov 29 12:00:00 2026 GMT`, `Expire date:…` and others.
    init?(lines: [String]) {
        func time(_ name: String) -> Date? {
            lines.first { $0.hasPrefix(name) }.flatMap { Self.time($0.dropFirst(name.count)) }
        }
        guard let from = time("Start date:"), let to = time("Expire date:") else { return nil }
        self.init(from: from, to: to)
    }

    /// As OpenSSL writes it (`ASN1_TIME_print(3)`): month, day, time, year, in Greenwich.
    private static func time(_ text: Substring) -> Date? {
        let words = text.split(separator: " ")
        guard words.count >= 4 else { return nil }
        // The order of an HTTP date (RFC 9110, 5.6.7).
        let day = words[1].count == 1 ? "0\(words[1])" : String(words[1])
        return HTTPDate.seconds("Mon, \(day) \(words[0]) \(words[3]) \(words[2]) GMT")
            .map { Date(timeIntervalSince1970: Double($0)) }
    }
}
