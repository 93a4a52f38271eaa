// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana
package import Requests

/// A line of the request that a detail of an ``Explanation`` is about, as it may be shown. Pure.
package struct Quote: Equatable, Sendable {
    /// Which of the details, from 0.
    package var detail: Int
    /// Where it stands in the file; both from 1.
    package var line: Int
    package var column: Int
    /// The line, or a part of a long one, without anything that moves a cursor.
    package var text: String
    /// How many characters of ``text`` stand before the place.
    package var caret: Int

    /// How much of a line is shown, and how much of it before the place.
    private static let (width, before) = (90, 60)

    init(detail: Int, line: Int, column: Int, text: String, caret: Int) {
        (self.detail, self.line, self.column) = (detail, line, column)
        (self.text, self.caret) = (text, caret)
    }

    /// `nil` where the place is not in the line, or only blanks are.
    init?(detail: Int, _ place: DocumentNode.Place, in line: Substring.UnicodeScalarView) {
        let whole = String(line)
        let clean = Redaction.credentials(whole)
        // Where a password stood before the place, the place is another one in what is left.
        guard place.column <= line.count + 1, !whole.allSatisfy(\.isWhitespace),
            clean.unicodeScalars.starts(with: line.prefix(place.column - 1))
        else { return nil }
        let start = max(0, place.column - 1 - Self.before)
        let (scalars, shown) = (clean.unicodeScalars, clean.unicodeScalars.dropFirst(start).prefix(Self.width))
        let head = (start > 0 ? "…" : "") + shown.prefix(place.column - 1 - start).map(Self.visible).joined()
        let tail = shown.dropFirst(place.column - 1 - start).map(Self.visible).joined()
        self.init(
            detail: detail, line: place.line, column: place.column,
            text: head + tail + (scalars.count > start + Self.width ? "…" : ""), caret: head.count)
    }

    /// A tab as one blank, so that the caret stands below its place.
    private static func visible(_ scalar: Unicode.Scalar) -> String { scalar == "\t" ? " " : Wording.visible(scalar) }
}

extension Explanation {
    /// Shows the lines that the findings are about. Those of a table have a row and a column's name, which say more.
    ///
    /// - Parameter text: the file's, with line feeds.
    package func quoting(_ findings: Findings, from text: String) -> Explanation {
        let places = findings.all.prefix(details.count).enumerated().compactMap { index, finding in
            finding.line.map { (index, $0) }
        }
        var (explanation, number, start) = (self, 1, text.utf8.startIndex)
        for (index, place) in places.sorted(by: { $0.1.line < $1.1.line }) {
            while number < place.line, let end = text.utf8[start...].firstIndex(of: UInt8(ascii: "\n")) {
                (number, start) = (number + 1, text.utf8.index(after: end))
            }
            guard number == place.line else { break }
            let end = text.utf8[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.utf8.endIndex
            if let quote = Quote(detail: index, place, in: text[start..<end].unicodeScalars) {
                explanation.quotes.append(quote)
            }
        }
        explanation.quotes.sort { $0.detail < $1.detail }
        return explanation
    }
}
