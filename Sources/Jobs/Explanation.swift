// SPDX-License-Identifier: Apache-2.0

/// Why a job failed, in words for the designer and in a field for the program. Made by ``Wording`` from a ``Failure``
/// and kept in the journal, so that a restart tells the same story.
package struct Explanation: Equatable, Sendable {
    /// Whether this cost money.
    package enum Charge: String, Equatable, Sendable, CaseIterable {
        case no, yes
        case maybe
    }

    /// A fixed word for programs: a ``FailureCode``, or one that a later version knows.
    package var code: String
    package var charge: Charge
    /// One sentence: what happened, and why.
    package var what: String
    /// One finding a line, where there is more to tell.
    package var details: [String]
    /// What to do next.
    package var next: String

    package init(code: FailureCode, charge: Charge, what: String, details: [String], next: String) {
        self.init(written: code.rawValue, charge: charge, what: what, details: details, next: next)
    }

    /// - Parameter code: as it stands in a journal; a later version may have written it, and know others.
    init(written code: String, charge: Charge, what: String, details: [String], next: String) {
        self.code = code
        self.charge = charge
        self.what = what
        self.details = details
        self.next = next
    }
}
