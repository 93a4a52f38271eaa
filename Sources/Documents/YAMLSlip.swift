// SPDX-License-Identifier: Apache-2.0

/// What somebody surely did where the YAML library says only that the text is not valid: its words and its place are
/// about what it expected next, not about the slip. Pure.
enum YAMLSlip {
    /// The error with the first slip that stands in its line or above it, where there is one.
    static func explained(_ error: DocumentError, _ text: String) -> DocumentError {
        guard case .syntax(let message) = error.problem else { return error }
        if let slip = first(in: text, upTo: error.place?.line ?? .max) { return slip }
        return DocumentError(problem: problem(message, error.place, text) ?? error.problem, place: error.place)
    }

    /// The library's words for the commonest slips, in words for those who make them.
    private static func problem(
        _ message: String, _ place: DocumentNode.Place?, _ text: String
    ) -> DocumentError.Problem? {
        if message.contains("mapping values are not allowed") { return .colonInText }
        if message.contains("could not find expected ':'") { return .keyWithoutColon }
        if message.contains("unexpected end of stream") { return .neverClosed }
        if message.contains("expected ',' or ']'") { return .missingComma(closing: "]") }
        if message.contains("expected ',' or '}'") { return .missingComma(closing: "}") }
        if message.contains("block sequence entries are not allowed") { return .dashInText }
        guard let place else { return nil }
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(place.line - 1) else { return nil }
        let line = Substring(lines[place.line - 1]).unicodeScalars
        if message.contains("start any token") || message.contains("alphabetic or numeric") {
            return line.dropFirst(place.column - 1).first.map { .cannotBegin($0) }
        }
        // `'it's nice'` and `[red] bottle`.
        guard message.contains("expected key") || message.contains("expected '-' indicator"),
            let closing = line.prefix(place.column - 1).last(where: { $0 != " " && $0 != "\t" }),
            "'\"]}".unicodeScalars.contains(closing)
        else { return nil }
        return .textBehind(closing: closing)
    }

    /// The first slip in the text, or `nil` where there is none.
    ///
    /// - Parameter last: the number of the last line that may hold it.
    static func first(in text: String, upTo last: Int = .max) -> DocumentError? {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.prefix(last).enumerated() {
            // Text in block form may say anything, and is indented.
            let isNear = index + 2 >= min(last, lines.count)
            guard let (problem, column) = slip(in: Array(Substring(line).unicodeScalars), isNear: isNear)
            else { continue }
            return DocumentError(problem: problem, place: .init(line: index + 1, column: column + 1))
        }
        return nil
    }

    private static func slip(
        in line: [Unicode.Scalar], isNear: Bool
    ) -> (problem: DocumentError.Problem, column: Int)? {
        let indentation = line.prefix { $0 == " " || $0 == "\t" || $0.isNonBreakingSpace }
        if let tab = indentation.firstIndex(of: "\t") { return (.tabIndentation, tab) }
        if let column = indentation.firstIndex(where: \.isNonBreakingSpace) {
            return (.nonBreakingSpace(line[column]), column)
        }
        var rest = line[indentation.endIndex...]
        if isNear, rest.first == "-", let next = rest.dropFirst().first, next != " ", next != "\t", next != "-" {
            return (.noBlankBehindDash, rest.startIndex + 1)
        }
        let isItem = rest.starts(with: ["-", " "])
        if isItem { rest = rest.dropFirst(2).drop { $0 == " " } }
        let key = rest.prefix(while: \.isKeyLetter)
        guard let letter = key.first, letter.properties.isAlphabetic, indentation.isEmpty || isItem || isNear else {
            return nil
        }
        let word = String(String.UnicodeScalarView(key))
        rest = rest[key.endIndex...]
        guard let colon = rest.first else { return nil }
        if colon.isWideColon { return (.wideColon(key: word), rest.startIndex) }
        rest = rest.dropFirst()
        guard colon == ":", let next = rest.first else { return nil }
        if next.isNonBreakingSpace { return (.nonBreakingSpace(next), rest.startIndex) }
        if next == " " || next == "\t" {
            let value = rest.drop { $0 == " " || $0 == "\t" }
            guard isNear, let first = value.first, first.isTypographicQuote else { return nil }
            return (.typographicQuote(first), value.startIndex)
        }
        return rest.starts(with: ["/", "/"]) ? nil : (.noBlankBehindColon(key: word), rest.startIndex)
    }
}

extension Unicode.Scalar {
    package var isNonBreakingSpace: Bool { self == "\u{A0}" || self == "\u{202F}" || self == "\u{2007}" }

    /// The colons of East Asian keyboards.
    package var isWideColon: Bool { self == "：" || self == "﹕" }

    /// As word processors and phones put them in place of `"` and `'`.
    package var isTypographicQuote: Bool { "“”„‟‘’‚‛«»".unicodeScalars.contains(self) }

    fileprivate var isKeyLetter: Bool {
        isASCII && (properties.isAlphabetic || ("0"..."9").contains(self) || self == "_" || self == "-")
    }
}
