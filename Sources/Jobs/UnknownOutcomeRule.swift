// SPDX-License-Identifier: Apache-2.0

/// What happens to a submit whose answer never came: it may have been charged, and the API has no idempotency key.
package enum UnknownOutcomeRule: String, CaseIterable, Sendable {
    /// The job fails and says so.
    case fail
    /// It is sent again: a person's explicit choice, since each time may cost money.
    case resubmit

    /// How many submits of unknown outcome one job may have before it fails all the same: an API that loses every
    /// answer must not be paid without end.
    static let limit = 3

    package func allowsAnother(after unheard: Int) -> Bool {
        switch self {
        case .fail: false
        case .resubmit: unheard < Self.limit
        }
    }
}
