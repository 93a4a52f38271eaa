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
        if !text.unicodeScalars.contains(where: \.properties.isAlphabetic) || Self.isNumber(text) || Self.isMoment(text)
        {
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
        let spaces = ["System.", "Microsoft."]
        return spaces.contains(where: text.hasPrefix) && !text.contains(where: \.isWhitespace)
    }

    /// How languages show an object that has no text: `com.shop.Prompt@6d06d69c` (Java), `#<Prompt:0x0000>` (Ruby),
    /// `%!s(<nil>)` (Go), `function () { [native code] }` and `Promise { <pending> }` (JavaScript).
    private static func isObject(_ text: String) -> Bool {
        if text.hasPrefix("#<") && text.hasSuffix(">") || text.hasPrefix("%!") && text.hasSuffix(")") { return true }
        if text.hasSuffix("{ [native code] }") || text.hasPrefix("Promise {") { return true }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (5...8).contains(parts[1].count), !parts[0].isEmpty else { return false }
        return parts[1].allSatisfy { $0.isHexDigit && !$0.isUppercase } && parts[1].contains(where: \.isNumber)
            && !text.contains(where: \.isWhitespace)
    }

    /// What common languages, databases, spreadsheets and forms call nothing, or what is not there yet; a column's own
    /// name, of a header that was read as a row; what a description of an API has for an example (`string`).
    private static let words: Set = [
        "nan", "nat", "na", "n/a", "n/d", "nil", "null", "none", "nonetype", "undefined", "object", "optional", "empty",
        "blank", "nothing", "missing", "unset", "inf", "infinity", "qnan", "snan", "ind", "dbnull", "prompt", "loading",
        "string", "tbd", "tba", "todo", "fixme",
        // As the pivot tables of spreadsheets have it.
        "leer", "vide", "vacío", "vuoto", "vazio", "leeg", "puste", "пусто", "空白", "なし", "없음",
    ]

    /// The same in several words.
    private static let phrases: Set = [
        "not available", "not applicable", "not set", "not found", "no value", "no data", "no prompt", "your prompt",
        "your prompt here", "enter prompt", "enter your prompt", "enter your prompt here", "enter prompt here",
        "insert prompt", "insert prompt here", "insert your prompt here", "prompt here", "prompt text",
        "error loading data", "loading data", "keine angabe", "nicht verfügbar", "wird geladen", "chargement",
        "cargando", "загрузка",
    ]

    /// The two values of a check box, in lower case: spreadsheets write them in the language of their user.
    static let checkBoxes: Set = [
        "true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "verdadeiro", "waar", "onwaar",
        "prawda", "fałsz", "sant", "sann", "usann", "falskt", "falsk", "истина", "ложь", "істина", "хибність", "igaz",
        "hamis", "tosi", "epätosi", "pravda", "nepravda", "doğru", "yanlış", "yanliş", "αληθές", "ψευδές", "adevărat",
        "fals",
    ]

    /// `1970-01-01T00:00:00Z`.
    private static func isMoment(_ text: String) -> Bool {
        text.utf8.count < 40 && text.utf8.count { (0x30...0x39).contains($0) } >= 8
            && text.allSatisfy { !$0.isLetter || "TZ".contains($0) }
    }

    private static func isNumber(_ text: String) -> Bool {
        text.utf8.count < 40 && text.utf8.contains { (0x30...0x39).contains($0) } && Double(text.trimmed) != nil
    }

    /// Whether nothing but such words stands there, whatever punctuation is around them: `(null)`, `<NA>`, `None, None`.
    private static func isWords(_ text: String) -> Bool {
        // As MySQL exports it.
        if text == "\\N" || isTypeName(text.trimmed) || CellSlip.isError(text.trimmed) || isObject(text.trimmed) {
            return true
        }
        let found = text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "/" && $0 != "." }
            .map { $0.filter { $0 != "." } }.filter { $0.contains(where: \.isLetter) }
        if phrases.contains(found.joined(separator: " ")) { return true }
        return !found.isEmpty && found.allSatisfy { words.contains($0) || checkBoxes.contains($0) }
    }

    /// Whether nothing stands there but places in a template.
    static func isUnfilled(_ text: String) -> Bool {
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
        var takesOneWord = false
    }

    private static let marks = [
        Mark(open: "{{", close: "}}", takesAnything: true), Mark(open: "{%", close: "%}", takesAnything: true),
        Mark(open: "<%", close: "%>", takesAnything: true), Mark(open: "${", close: "}", takesAnything: true),
        Mark(open: "#{", close: "}", takesAnything: true), Mark(open: "@{", close: "}", takesAnything: true),
        Mark(open: "<?", close: "?>", takesAnything: true), Mark(open: "{!", close: "}", takesAnything: true),
        // Of word processors' letters, and somebody's quotes.
        Mark(open: "«", close: "»", takesOneWord: true), Mark(open: "&", close: ";", takesOneWord: true),
        Mark(open: "%(", close: ")s"), Mark(open: "$(", close: ")"),
        Mark(open: "[[", close: "]]"), Mark(open: "{", close: "}"), Mark(open: "<", close: ">"),
        Mark(open: "[", close: "]"), Mark(open: "%", close: "%"), Mark(open: "__", close: "__"),
    ]

    /// Where the place with which the text begins ends; `nil` where it begins with none.
    static func end(of text: Substring) -> Substring.Index? {
        guard let first = text.first, "{<[$#@%«&_".contains(first) else { return nil }
        for mark in marks where text.hasPrefix(mark.open) {
            let rest = text.dropFirst(mark.open.count)
            guard let close = rest.firstRange(of: mark.close) else { continue }
            let content = rest[..<close.lowerBound]
            if mark.takesAnything || isName(content, oneWord: mark.takesOneWord) { return close.upperBound }
        }
        return variable(text)
    }

    /// `$name`, `$json.prompt`, `%s`.
    private static func variable(_ text: Substring) -> Substring.Index? {
        guard let sign = text.first, sign == "$" || sign == "%", let next = text.dropFirst().first else { return nil }
        let word = text.dropFirst().prefix { $0.isLetter || $0.isNumber || "_.:".contains($0) }
        guard next.isLetter || next == "_", sign == "$" || word.count == 1 else { return nil }
        return word.endIndex
    }

    /// One word of what names are made of, in a tag with its slash; several only where they say themselves that something
    /// is to be put there, since `[blue sky]` may be a wish.
    private static func isName(_ text: Substring, oneWord: Bool) -> Bool {
        let words = text.split(separator: " ")
        guard (1...4).contains(words.count), text.count <= 60,
            text.allSatisfy({ $0.isLetter || $0.isNumber || "_-.$@/ ".contains($0) })
        else { return false }
        if words.count == 1 { return true }
        return !oneWord && (text == Substring(text.uppercased()) || words.contains { asking.contains($0.lowercased()) })
    }

    private static let asking: Set = [
        "your", "here", "insert", "enter", "prompt", "value", "object", "text", "description", "placeholder", "name",
    ]
}
