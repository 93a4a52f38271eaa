// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// A text that stands where a program had nothing to write. To send it would be to pay for nobody's wish. Pure.
///
/// The rule is about the whole text: `{prompt}` or `None` within a longer one is that text's own affair.
package enum NothingText: Equatable, Sendable {
    /// No letter of any script is in it, or it is a number: `0`, `1e+05`, `-`, a control character, what nobody can see.
    case noLetter
    /// A program's word for nothing, or for an object that it could not write: `nan`, `N/A`, `System.Object[]`.
    case word
    /// A place in a template that was never filled in, and nothing beside it: `{{ $json.prompt }}`.
    case unfilled

    init?(_ text: String) {
        if !text.unicodeScalars.contains(where: \.properties.isAlphabetic) || Self.isNumber(text) {
            self = .noLetter
        } else if text.utf8.count > 250 {
            // Nothing is never that long.
            return nil
        } else if Self.isUnfilled(text) {
            self = .unfilled
        } else if Self.isWords(text) {
            self = .word
        } else {
            return nil
        }
    }

    /// What PowerShell leaves of an object that lies deeper than `ConvertTo-Json` goes: `@{id=4711}`, `System.Object[]`.
    static func isCutOff(_ text: String) -> Bool {
        text.hasPrefix("@{") && text.hasSuffix("}") || isTypeName(text)
    }

    /// How .NET shows an object that has no text.
    private static func isTypeName(_ text: String) -> Bool {
        text.hasPrefix("System.") && !text.contains(where: \.isWhitespace)
    }

    /// What common languages, databases and spreadsheets call nothing; a column's own name, of a header that was read as
    /// a row.
    private static let words: Set = [
        "nan", "nat", "na", "n/a", "n/d", "nil", "null", "none", "undefined", "object", "empty", "blank", "inf",
        "infinity",
        "dbnull", "prompt",
    ]

    /// The two values of a check box, in lower case: spreadsheets write them in the language of their user.
    static let checkBoxes: Set = [
        "true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "verdadeiro", "waar", "onwaar",
        "prawda", "fałsz", "sant", "falskt", "falsk", "истина", "ложь",
    ]

    private static func isNumber(_ text: String) -> Bool {
        text.utf8.count < 40 && text.utf8.contains { (0x30...0x39).contains($0) } && Double(text.trimmed) != nil
    }

    /// Whether nothing but such words stands there, whatever punctuation is around them: `(null)`, `<NA>`, `None, None`.
    private static func isWords(_ text: String) -> Bool {
        // As MySQL exports it.
        if text == "\\N" || isTypeName(text.trimmed) || CellSlip.isError(text.trimmed) { return true }
        let found = text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "/" && $0 != "." }
            .map { $0.filter { $0 != "." } }.filter { $0.contains(where: \.isLetter) }
        return !found.isEmpty && found.allSatisfy { words.contains($0) || checkBoxes.contains($0) }
    }

    private static func isUnfilled(_ text: String) -> Bool {
        var rest = text[...]
        var isFound = false
        while let first = rest.first {
            if let end = TemplatePlace.end(of: rest) {
                rest = rest[end...]
                isFound = true
            } else if first.unicodeScalars.contains(where: \.properties.isAlphabetic) {
                return false
            } else {
                rest.removeFirst()
            }
        }
        return isFound
    }
}

/// How templates mark what is to be filled in. Pure.
private enum TemplatePlace {
    private struct Mark {
        var open: String
        var close: String
        /// Whether it means nothing else, so that anything may stand in it. In the others a name does: a prompt may be
        /// written in JSON or XML.
        var takesAnything = false
    }

    private static let marks = [
        Mark(open: "{{", close: "}}", takesAnything: true), Mark(open: "{%", close: "%}", takesAnything: true),
        Mark(open: "<%", close: "%>", takesAnything: true), Mark(open: "${", close: "}", takesAnything: true),
        Mark(open: "#{", close: "}", takesAnything: true), Mark(open: "@{", close: "}", takesAnything: true),
        Mark(open: "«", close: "»", takesAnything: true), Mark(open: "%(", close: ")s"), Mark(open: "$(", close: ")"),
        Mark(open: "[[", close: "]]"), Mark(open: "{", close: "}"), Mark(open: "<", close: ">"),
        Mark(open: "[", close: "]"), Mark(open: "%", close: "%"), Mark(open: "__", close: "__"),
    ]

    /// Where the place with which the text begins ends; `nil` where it begins with none.
    static func end(of text: Substring) -> Substring.Index? {
        guard let first = text.first, "{<[$#@%«_".contains(first) else { return nil }
        for mark in marks where text.hasPrefix(mark.open) {
            let rest = text.dropFirst(mark.open.count)
            guard let close = rest.firstRange(of: mark.close) else { continue }
            if mark.takesAnything || isName(rest[..<close.lowerBound]) { return close.upperBound }
        }
        return variable(text)
    }

    /// `$name`, `$json.prompt`, `%s`.
    private static func variable(_ text: Substring) -> Substring.Index? {
        guard let sign = text.first, sign == "$" || sign == "%", let next = text.dropFirst().first else { return nil }
        let word = text.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        guard next.isLetter || next == "_", sign == "$" || word.count == 1 else { return nil }
        return word.endIndex
    }

    /// A few words at most, of what names are made of.
    private static func isName(_ text: Substring) -> Bool {
        let words = text.split(separator: " ")
        return (1...4).contains(words.count) && text.count <= 60
            && text.allSatisfy { $0.isLetter || $0.isNumber || "_-.$@ ".contains($0) }
    }
}
