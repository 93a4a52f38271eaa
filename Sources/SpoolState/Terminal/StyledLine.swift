// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// One row for a terminal: pieces of text, each in a style. Whatever others wrote is made harmless when it comes in.
package struct StyledLine: Equatable, Sendable {
    package enum Style: String, Sendable {
        case plain = "0"
        case strong = "1"
        case faint = "2"
        case bad = "31"
        case good = "32"
        case warning = "33"
    }

    private var pieces: [(text: String, style: Style)] = []

    package init(_ text: String = "", _ style: Style = .plain) {
        if !text.isEmpty { self = self.adding(text, style) }
    }

    package func adding(_ text: String, _ style: Style = .plain) -> StyledLine {
        var line = self
        line.pieces.append((Wording.line(text), style))
        return line
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.pieces.elementsEqual(right.pieces) { $0 == $1 }
    }

    package var text: String { pieces.map(\.text).joined() }

    /// The row as it is printed: cut to so many columns, with escape sequences (ECMA-48) where colours are wanted.
    package func printed(columns: Int? = nil, colours: Bool = false) -> String {
        var (left, printed) = (columns ?? .max, "")
        let isCut = columns.map { TextWidth.of(text) > $0 } ?? false
        for (text, style) in pieces where left > 0 {
            let width = TextWidth.of(text)
            let isLast = isCut && width >= left
            let shown = isLast ? TextWidth.cut(text + " ", to: left) : text
            left = isLast ? 0 : left - width
            printed += colours && style != .plain ? "\u{1B}[\(style.rawValue)m\(shown)\u{1B}[0m" : shown
        }
        return printed
    }
}
