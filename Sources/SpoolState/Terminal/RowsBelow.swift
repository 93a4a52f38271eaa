// SPDX-License-Identifier: Apache-2.0

/// A few rows that stay below a log on a terminal, drawn over themselves, while the log goes on above them as it would
/// without. Pure; with the control sequences that every terminal knows (ECMA-48).
package struct RowsBelow: Sendable {
    package struct Frame: Sendable {
        package var rows: [StyledLine]
        /// How wide the terminal is now.
        package var columns: Int

        package init(rows: [StyledLine], columns: Int) { (self.rows, self.columns) = (rows, columns) }
    }

    /// How wide the rows are that stand there.
    private var widths: [Int] = []
    /// As they were written.
    private var shown = ""

    package init() {}

    /// What is to be written so that the log goes on above, and the frame stands below it. Empty where nothing would
    /// change.
    ///
    /// - Parameter log: whole lines.
    package mutating func text(_ log: [UInt8], above frame: Frame) -> [UInt8] {
        let (columns, rows) = (max(frame.columns, 1), frame.rows)
        let texts = rows.map { $0.printed(columns: columns, colours: true) + "\n" }
        let next = texts.joined()
        if log.isEmpty, next == shown { return [] }
        // Below the last row stands the cursor: where the program is ended at once, the prompt comes there. Terminals
        // break rows anew that have become too wide for them; where one does before it tells its size, a row stays.
        let height = widths.reduce(0) { $0 + max(($1 + columns - 1) / columns, 1) }
        let erase = height > 0 ? "\r\u{1B}[\(height)A\u{1B}[J" : ""
        (shown, widths) = (next, rows.map { min(TextWidth.of($0.text), columns) })
        return erase.utf8 + log + next.utf8
    }
}
