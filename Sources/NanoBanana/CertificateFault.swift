// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Why a server's certificate is not accepted.
enum CertificateFault: Equatable, Sendable {
    /// Not known; BoringSSL has one word for all that can be wrong with a chain.
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
