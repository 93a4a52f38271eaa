// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

/// Why the service takes nothing at the moment: no fault of any request.
package struct ServiceTrouble: Equatable, Sendable {
    /// What kind of trouble, in a fixed word for programs.
    package enum Kind: String, Equatable, Sendable, CaseIterable {
        case key
        /// Something before the API refuses, such as a firewall.
        case blocked
        case balance
        case tooFast = "too-fast"
        case service, unreachable
        /// Submits are answered, and the answers cannot be read: each may be paid for, and lost.
        case unreadable
        /// What is paid for cannot be fetched.
        case pictures
    }

    /// What kind of trouble.
    package var kind: Kind
    /// What the service, or the network, says.
    package var message: String
    /// How long the service asks to wait, where it says.
    package var retryAfter: Duration?

    /// No longer is waited because a server asks for it: an hour, or a date in another century, is a mistake more often
    /// than not, and asking is free.
    package static let longestWait = Duration.seconds(900)

    package init(_ kind: Kind, _ message: String, retryAfter: Duration? = nil) {
        self.kind = kind
        // Shown on pages and in logs, where the links that a server repeats have no business.
        self.message = Redaction.links(message)
        self.retryAfter = retryAfter.map { min($0, Self.longestWait) }
    }

    package init(_ problem: PingError) {
        switch problem {
        case .notReachable(let trouble): self.init(.unreachable, trouble.message)
        case .down(let message, let retryAfter): self.init(.service, message, retryAfter: retryAfter)
        case .notAccepted(let refusal): self.init(refusal)
        }
    }

    package init(_ refusal: NotAccepted) {
        let kind: Kind =
            switch refusal.reason {
            case .key: .key
            case .balance: .balance
            case .tooFast: .tooFast
            case .service: .service
            case .blocked: .blocked
            }
        self.init(kind, refusal.message, retryAfter: refusal.retryAfter)
    }
}
