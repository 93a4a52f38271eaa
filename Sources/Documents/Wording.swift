// SPDX-License-Identifier: Apache-2.0

/// All sentences for people; their exact text is under test. Here stand those about text that cannot be read, and how text
/// of others is shown; each layer adds its own.
package enum Wording {
    /// Where an upload broke off and went on later, its beginning may have been taken.
    package static let restOfFile = "the rest of a file whose beginning was taken before; drop that file anew and whole"

    /// `line 3, column 5: …`, or the sentence alone where there is no place.
    package static func located(_ sentence: String, at place: DocumentNode.Place?) -> String {
        place.map { "line \($0.line), column \($0.column): \(sentence)" } ?? sentence
    }

    package static func sentence(_ problem: DocumentText.Problem) -> String {
        switch problem {
        case .notUTF8:
            "the text is not UTF-8 here; save the file as UTF-8, in a spreadsheet as \"CSV UTF-8\" (Latin-1 and other "
                + "old encodings are not read)"
        case .brokenUTF16: "the file says it is UTF-16 and is not whole; save it as UTF-8"
        case .mixed:
            "the file begins in one encoding and goes on in another here, as PowerShell's `>` and Add-Content make it; write "
                + "it in one go, with -Encoding utf8"
        case .unmarkedUTF16: "the file is UTF-16 without a byte order mark; save it as UTF-8"
        case .richText: "this is RTF, text with fonts in it; save it as plain text, in UTF-8"
        case .officeFile:
            "this is a spreadsheet or another office file under a wrong name; open it in its program and save it as "
                + "\"CSV UTF-8\""
        case .binary: "this is not text; a request is a YAML or JSON file, or a table"
        }
    }

    package static func sentence(_ problem: DocumentError.Problem) -> String {
        switch problem {
        case .empty: "the file is empty"
        case .unexpectedEnd: "the text ends too early; was the file copied whole?"
        case .unexpectedCharacter(let found, let expected):
            found.isTypographicQuote
                ? "a typographic quote (`\(found)`) stands here where \(expected) should be; "
                    + "JSON takes straight ones (`\"`)"
                : "here stands `\(visible(found))` where \(expected) should be"
        case .noBeginning(let found):
            "a request begins with `{`, a list of them with `[`, and here stands `\(visible(found))`; or this is "
                + restOfFile
        case .badEscape: "this `\\` escape is not one that JSON knows"
        case .controlCharacterInString:
            "a line break or control character stands inside quotes; write \\n for a new line"
        case .badNumber: "this is not a number"
        case .trailingText:
            "more text follows after the end of the request; put many requests into a list, [{…}, {…}], or one a line "
                + "into a file called .jsonl"
        case .comment: "JSON has no comments; delete this one, or write the request in YAML, where `#` begins one"
        case .nestedTooDeep(let limit): "lists and mappings are nested deeper than \(limit) levels"
        case .tooManyValues(let limit):
            "the text holds more than \(limit) values; a request is a few lines of text, many requests fit into several files"
        case .duplicateKey(let key): "the key `\(shown(key))` stands here twice; keep one of them"
        case .keyIsNotText: "a key must be a word"
        case .anchor: "YAML anchors (`&name`) are not read here; write the value out"
        case .alias: "YAML aliases (`*name`) are not read here; put quotes around text that begins with `*`"
        case .tag: "YAML tags (`!name`) are not read here; put quotes around text that begins with `!`"
        case .mergeKey: "YAML merge keys (`<<`) are not read here; write the values out"
        case .severalDocuments: "a second document begins here (`---`), and this file holds one"
        case .tabIndentation: "a tab stands in the indentation, which YAML forbids; use spaces"
        case .nonBreakingSpace(let space):
            "\(aCharacter(space)) stands here, which looks like a space and is none to YAML; use an ordinary one"
        case .wideColon(let key):
            "a full-width colon (`：`) stands behind `\(shown(key))`; use an ordinary one and a blank"
        case .noBlankBehindColon(let key): "a blank is missing behind `\(shown(key)):`"
        case .noBlankBehindDash: "a blank is missing behind this `-`"
        case .typographicQuote(let quote):
            "a typographic quote (`\(quote)`) stands here, which is no quote to YAML; use straight ones (`\"`)"
        case .colonInText: "a colon with a blank behind it stands inside a value; put quotes around the value"
        case .cannotBegin(let character):
            "text that begins with `\(visible(character))` means something else to YAML; put quotes around it"
        case .keyWithoutColon: "here should stand a key, with a colon and a blank behind it"
        case .neverClosed: "what is opened here, a quote or a bracket, is never closed"
        case .missingComma(let closing): "before this, a `,` or the closing `\(closing)` is missing"
        case .textBehind(let closing):
            "text stands behind the `\(closing)` that ends the value before it; put double quotes (`\"`) around the whole "
                + "text, and write each one within as `\\\"`"
        case .dashInText:
            "a list cannot begin behind a key; begin it on a line of its own, or put quotes around text that begins "
                + "with `-`"
        case .controlCharacter(let character):
            "a control character (\(visible(character))) stands here, which YAML forbids; delete it"
        case .oddLineBreak(let scalar):
            "\(aCharacter(scalar)) stands here, as slides and word processors put it; use an ordinary line break"
        case .syntax(let message): "the text is not valid YAML: \(message)"
        }
    }

    static let notSettings = "a configuration is a list of settings such as `spool: …`, and this is something else"

    static func notOneSetting(_ name: String) -> String {
        "`\(name)` must be a value, a list of words, or lines such as `NAME: VALUE`; words and names have no comma"
    }

    static func blankItem(_ name: String) -> String {
        "an item of `\(name)` has nothing in it; write it behind the `-`, or take the line away"
    }

    /// A character with its name, where it cannot be seen.
    package static func aCharacter(_ scalar: Unicode.Scalar) -> String {
        if scalar == " " { return "a space" }
        if scalar.isNonBreakingSpace { return "a non-breaking space (\(number(scalar)))" }
        if scalar.isTypographicQuote { return "a typographic quote (`\(scalar)`)" }
        return switch scalar.properties.generalCategory {
        case .lineSeparator, .paragraphSeparator: "a line separator (\(number(scalar)))"
        case .spaceSeparator: "an odd space (\(number(scalar)))"
        case .format: "a character that cannot be seen (\(number(scalar)))"
        case .control: "a control character (\(number(scalar)))"
        default: "`\(visible(scalar))`"
        }
    }

    /// A value in quotes.
    package static func quoted(_ text: String) -> String {
        "\"\(shown(text))\""
    }

    /// A word of the file as it may be shown: short, and without anything that moves a cursor.
    package static func shown(_ text: String) -> String {
        let start = text.unicodeScalars.prefix(81)
        return start.prefix(80).map(visible).joined() + (start.count > 80 ? "…" : "")
    }

    /// A text that may hold what others wrote, in whole, without anything that breaks a line or moves a cursor.
    package static func line(_ text: String) -> String {
        text.unicodeScalars.map(visible).joined()
    }

    /// A character as it may be shown: what controls a terminal is shown by its number.
    package static func visible(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
            number(scalar)
        default: String(Character(scalar))
        }
    }

    private static func number(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
