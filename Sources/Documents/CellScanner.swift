// SPDX-License-Identifier: Apache-2.0

/// Tells cell from cell and record from record in delimited text, byte by byte, as RFC 4180 says. Pure.
///
/// Line breaks are line feeds. Blanks around a cell's quotes are slips of a hand and no content.
package struct CellScanner {
    enum Step: Equatable, Sendable {
        case content
        /// Part of the quoting, and of no cell.
        case syntax
        /// The quote that opens a cell: the blanks before it are no content.
        case openQuote
        /// A quote in a cell that has none around it. It is content.
        case strayQuote
        /// Content behind the quote that closed the cell.
        case behindQuote
        case endOfCell, endOfRecord
    }

    private enum State {
        case cellStart, plain, quoted
        /// Behind the quote that closes the cell, or is the first of two that stand for one.
        case quoteSeen
        case closed
    }

    package static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let blank = UInt8(ascii: " ")

    private let delimiter: UInt8
    private var state = State.cellStart

    init(delimiter: UInt8) {
        self.delimiter = delimiter
    }

    /// Whether a quote was opened and not closed.
    var isInQuotes: Bool { state == .quoted }

    mutating func step(_ byte: UInt8) -> Step {
        switch (state, byte) {
        case (.quoted, Self.quote): return go(.quoteSeen, .syntax)
        case (.quoted, _): return .content
        case (_, delimiter): return go(.cellStart, .endOfCell)
        case (_, Self.lineFeed): return go(.cellStart, .endOfRecord)
        case (.cellStart, Self.quote): return go(.quoted, .openQuote)
        case (.cellStart, Self.blank): return .content
        case (.cellStart, _): return go(.plain, .content)
        case (.plain, Self.quote): return .strayQuote
        case (.plain, _): return .content
        case (.quoteSeen, Self.quote): return go(.quoted, .content)
        case (.quoteSeen, Self.blank), (.closed, Self.blank): return go(.closed, .syntax)
        case (.quoteSeen, _), (.closed, _): return go(.plain, .behindQuote)
        }
    }

    private mutating func go(_ next: State, _ step: Step) -> Step {
        state = next
        return step
    }
}
