// SPDX-License-Identifier: Apache-2.0

/// The fixed words that programs know failures by: the one list of them. What each means is in ``Wording``.
package enum FailureCode: String, CaseIterable, Sendable {
    case invalidRequest = "invalid-request"
    case refused
    case pictureMissing = "picture-missing"
    case overLimit = "over-limit"
    case repeated
    case noPrice = "no-price"
    case cancelled
    case unknownOutcome = "unknown-outcome"
    case taskFailed = "task-failed"
    case taskUnknown = "task-unknown"
    case taskTimedOut = "task-timeout"
    case pictureFailed = "picture-failed"
    case partsFailed = "parts-failed"
    case journalDamaged = "journal-damaged"

    /// Who can do something about it.
    package enum Actor: String, Sendable, CaseIterable {
        case dropper
        case accountHolder = "account-holder"
        case administrator
    }

    /// Whether a job that ran once was charged; `nil` where its parts tell.
    package var charge: Explanation.Charge? {
        switch self {
        case .invalidRequest, .refused, .pictureMissing, .overLimit, .repeated, .noPrice, .cancelled: .no
        case .taskFailed, .taskUnknown, .taskTimedOut, .pictureFailed: .yes
        case .unknownOutcome, .journalDamaged: .maybe
        case .partsFailed: nil
        }
    }

    package var actor: Actor {
        switch self {
        case .invalidRequest, .refused, .pictureMissing, .overLimit, .repeated, .cancelled, .taskFailed, .taskUnknown,
            .taskTimedOut, .pictureFailed, .partsFailed:
            .dropper
        case .unknownOutcome: .accountHolder
        case .noPrice, .journalDamaged: .administrator
        }
    }
}
