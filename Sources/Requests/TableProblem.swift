// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a table of requests as a table. Facts only; the sentences are in ``Wording``.
package enum TableProblem: Equatable, Sendable {
    case noKnownColumn(first: String)
    case unknownColumn(String, nearest: String?)
    /// Two columns for the same.
    case sameColumn(String, String)
    case missingColumn(String)
    case noRows
    /// A row names columns, and others than the first.
    case otherHeader
    case tooManyCells(Int, columns: Int, delimiter: Unicode.Scalar)
    /// In a cell without quotes around it.
    case strayQuote
    case openQuote
    /// What a spreadsheet writes where it could not compute a cell.
    case notComputed(String)
    /// A prompt that is a formula, not its result.
    case formula(String)
    case textBehindQuote
    case rowTooLarge(limit: Int)
}
