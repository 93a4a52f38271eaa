// SPDX-License-Identifier: Apache-2.0

/// The fixed words that name failures for programs. Programs rely on them: they may become more, and never change.
package enum FailureCode: String, CaseIterable, Sendable {
    case invalidRequest = "invalid-request"
    case pictureMissing = "picture-missing"
    case overLimit = "over-limit"
    case repeated
    case refused
    case unknownOutcome = "unknown-outcome"
    case taskFailed = "task-failed"
    case taskUnknown = "task-unknown"
    case taskTimedOut = "task-timeout"
    case pictureFailed = "picture-failed"
    case journalDamaged = "journal-damaged"
    /// Of a batch as a whole, whose parts say more.
    case partsFailed = "parts-failed"
}
