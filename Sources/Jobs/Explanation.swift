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
    /// Whose it is to mend.
    package var who: FailureCode.Actor
    /// The lines of the request that details are about.
    package var quotes: [Quote]

    /// - Parameter who: `nil` for the one whose failures of this code mostly are.
    package init(
        code: FailureCode, charge: Charge, what: String, details: [String], next: String, who: FailureCode.Actor? = nil
    ) {
        self.init(written: code.rawValue, charge: charge, what: what, details: details, next: next, who: who)
    }

    /// - Parameter code: as it stands in a journal; a later version may have written it, and know others.
    init(
        written code: String, charge: Charge, what: String, details: [String], next: String,
        who: FailureCode.Actor? = nil, quotes: [Quote] = []
    ) {
        self.code = code
        self.charge = charge
        self.what = what
        self.details = details
        self.next = next
        self.who = who ?? FailureCode(rawValue: code)?.actor ?? .dropper
        self.quotes = quotes
    }
}
