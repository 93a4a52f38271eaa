// SPDX-License-Identifier: Apache-2.0

/// Why a job failed, in words for the designer and in a field for the program. Made by ``Wording`` from a ``Failure``
/// and kept in the journal, so that a restart tells the same story.
struct Explanation: Equatable, Sendable {
    /// Whether this cost money.
    enum Charge: String, Equatable, Sendable, CaseIterable {
        case no, yes
        case maybe
    }

    /// A fixed word for programs, such as `invalid-request`.
    var code: String
    var charge: Charge
    /// One sentence: what happened, and why.
    var what: String
    /// One finding a line, where there is more to tell.
    var details: [String]
    /// What to do next.
    var next: String
}
