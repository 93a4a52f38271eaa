// SPDX-License-Identifier: Apache-2.0

/// All sentences for people; their exact text is under test. Here stand those about text that cannot be read, and how text
/// of others is shown; each layer adds its own.
package enum Wording {
    /// Where an upload broke off and went on later, its beginning may have been taken.
    package static let restOfFile = "the rest of a file whose beginning was taken earlier; drop that whole file again"

    /// `line 3, column 5: …`, or the sentence alone where there is no place.
    package static func located(_ sentence: String, at place: DocumentNode.Place?) -> String {
        place.map { "line \($0.line), column \($0.column): \(sentence)" } ?? sentence
    }

    package static func sentence(_ problem: DocumentText.Problem) -> String {
        switch problem {
        case .notUTF8:
            "the text is not UTF-8 here; save the file as UTF-8, in a spreadsheet as \"CSV UTF-8\" (Latin-1 and other "
                + "old encodings are not read)"
        case .brokenUTF16: "the file says it is UTF-16 but is damaged or cut off; save it as UTF-8"
        case .mixed:
            "the file changes to another encoding here, as files made with PowerShell's `>` and Add-Content do; "
                + "write the whole file at once, with -Encoding utf8"
        case .unmarkedUTF16: "the file is UTF-16 without a byte order mark; save it as UTF-8"
        case .richText: "this is RTF, text with fonts in it; save it as plain text, in UTF-8"
        case .officeFile:
            "this is a spreadsheet or another office file with the wrong ending; open it in its program and save it "
                + "as \"CSV UTF-8\""
        case .binary: "this is not text; a request is a YAML or JSON file, or a table"
        }
    }

    package static func sentence(_ problem: DocumentError.Problem) -> String {
        switch problem {
        case .empty: "the file is empty"
        case .unexpectedEnd: "the text ends too early; was the whole file copied?"
        case .unexpectedCharacter(let found, let expected):
            found.isTypographicQuote
                ? "a typographic quote (`\(found)`) is here instead of \(expected); JSON takes straight ones (`\"`)"
                : "here is `\(visible(found))` instead of \(expected)"
        case .noBeginning(let found):
            "a request begins with `{`, and a list of requests with `[`, but this begins with `\(visible(found))`; "
                + "or this is "
                + restOfFile
        case .badEscape: "JSON does not know this `\\` escape"
        case .controlCharacterInString:
            "there is a line break or control character inside quotes; write \\n for a new line"
        case .badNumber: "this is not a number"
        case .trailingText:
            "there is more text after the end of the request; put several requests into a list, [{…}, {…}], or one "
                + "per line into a file whose name ends in .jsonl"
        case .comment: "JSON has no comments; delete this one, or write the request in YAML, where `#` begins one"
        case .nestedTooDeep(let limit): "lists and mappings are nested deeper than \(limit) levels"
        case .tooManyValues(let limit):
            "the text holds more than \(limit) values; a request is a few lines of text; split many requests into "
                + "several files"
        case .duplicateKey(let key): "the key `\(shown(key))` is here twice; keep one of them"
        case .keyIsNotText: "a key must be a word"
        case .anchor: "YAML anchors (`&name`) are not read here; write the value out"
        case .alias: "YAML aliases (`*name`) are not read here; put quotes around text that begins with `*`"
        case .tag: "YAML tags (`!name`) are not read here; put quotes around text that begins with `!`"
        case .mergeKey: "YAML merge keys (`<<`) are not read here; write the values out"
        case .severalDocuments: "a second document begins here (`---`), but this file may hold only one"
        case .tabIndentation: "this line is indented with a tab, which YAML forbids; use spaces"
        case .nonBreakingSpace(let space):
            "\(aCharacter(space)) is here, which looks like a space but is not one to YAML; use an ordinary space"
        case .wideColon(let key):
            "there is a full-width colon (`：`) after `\(shown(key))`; use an ordinary colon and a space"
        case .noBlankBehindColon(let key): "a space is missing after `\(shown(key)):`"
        case .noBlankBehindDash: "a space is missing after this `-`"
        case .typographicQuote(let quote):
            "a typographic quote (`\(quote)`) is here, which YAML does not take as a quote; use straight ones (`\"`)"
        case .colonInText: "the text contains `: `, which YAML takes for a new key; put quotes around the text"
        case .cannotBegin(let character):
            "text that begins with `\(visible(character))` has a special meaning in YAML; put quotes around it"
        case .keyWithoutColon: "a key is expected here, with a colon and a space after it"
        case .neverClosed: "the quote or bracket that opens here is never closed"
        case .missingComma(let closing): "a `,` or the closing `\(closing)` is missing before this"
        case .textBehind(let closing):
            "there is text after the `\(closing)` that ends the value; put double quotes (`\"`) around the whole "
                + "text, and write each quote inside it as `\\\"`"
        case .dashInText:
            "a list cannot begin on the line of its key; begin it on the next line, or put quotes around text that "
                + "begins with `-`"
        case .controlCharacter(let character):
            "a control character (\(visible(character))) is here, which YAML forbids; delete it"
        case .oddLineBreak(let scalar):
            "\(aCharacter(scalar)) is here, which slides and word processors use; replace it with an ordinary line "
                + "break"
        case .syntax(let message): "the text is not valid YAML: \(message)"
        }
    }

    static let notSettings = "a configuration is a list of settings such as `spool: …`; this is something else"

    static func notOneSetting(_ name: String) -> String {
        "`\(name)` must be a value, a list of words, or lines such as `NAME: VALUE`; a word or name must not "
            + "contain a comma"
    }

    static func blankItem(_ name: String) -> String {
        "an item of `\(name)` is empty; write its value after the `-`, or delete the line"
    }

    /// `1 submit`, `2 submits`.
    package static func count(_ number: some BinaryInteger, _ thing: String) -> String {
        "\(number) \(thing)" + (number == 1 ? "" : "s")
    }

    /// `512 B`, `64 MiB`, `1.5 GiB`: three digits at most before the point, and one behind it unless that is 0.
    package static func size(_ bytes: UInt64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (tenths, unit) = (bytes, -1)
        while unit < units.count - 1, tenths >= (unit < 0 ? 1024 : 10_240) {
            tenths = unit < 0 ? tenths / 1024 * 10 + tenths % 1024 * 10 / 1024 : tenths / 1024
            unit += 1
        }
        if unit < 0 { return "\(bytes) B" }
        return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)") + " \(units[unit])"
    }

    /// A sentence that begins with a capital.
    package static func capitalized(_ sentence: String) -> String {
        sentence.prefix(1).uppercased() + sentence.dropFirst()
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
