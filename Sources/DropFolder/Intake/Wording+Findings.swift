// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import SystemPackage

/// The sentences about what is wrong with a request file.
extension Wording {
    /// `line 3, column 5: …`, or the sentence alone where there is no place.
    static func located(_ finding: Finding) -> String {
        let sentence = sentence(finding.problem)
        guard let place = finding.place else { return sentence }
        return "line \(place.line), column \(place.column): \(sentence)"
    }

    static func sentence(_ problem: Finding.Problem) -> String {
        switch problem {
        case .tooLarge(_, let limit): "the file is larger than \(limit >> 20) MiB; a request is a few lines of text"
        case .unreadable(.noSuchFileOrDirectory): "the file is not there"
        case .unreadable(let error): "the file cannot be read: \(error); give bananadrop the right to read it"
        case .notAFile: "this is not a regular file"
        case .notARequestName: "the name of a request file ends in .yaml, .yml or .json"
        case .text(let problem): sentence(problem)
        case .document(let problem): sentence(problem)
        case .notAMap: "a request is a list of keys such as `prompt: …`, and this is something else"
        case .unknownKey(let key, let nearest):
            "there is no key `\(shown(key))`; "
                + (nearest.map { "did you mean `\($0)`?" }
                    ?? "the keys are \(words(RequestKey.allCases.map(\.rawValue), "and"))")
        case .sameKey(let one, let other): "`\(shown(one))` and `\(shown(other))` mean the same; keep one of them"
        case .missing("prompt"): "`prompt` is missing: say what to do with the pictures"
        case .missing(let key): "`\(key)` is missing: give 1 to 10 links to pictures"
        case .wrongType(let key, let expected): "`\(key)` must be \(expected)"
        case .blankPrompt: "`prompt` is empty: say what to do with the pictures"
        case .tooManyImages(let count): "\(count) links are too many: the API takes 1 to 10"
        case .badLink(let link, let error): "\(quoted(link)) \(sentence(error))"
        case .notOnList(let key, let value, let allowed, let nearest):
            "`\(key)` cannot be \(quoted(value)); "
                + (nearest.map { "did you mean `\($0)`? " } ?? "") + "it is one of \(words(allowed, "or"))"
        case .sizeNotTaken(let model): "`image_size` does not go with \(model): leave it out or choose nano-banana-pro"
        case .notANumber(let key, let value, let range):
            "`\(key)` cannot be \(quoted(value)); it is a whole number from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    private static func sentence(_ problem: DocumentText.Problem) -> String {
        switch problem {
        case .notUTF8:
            "the text is not UTF-8 here; save the file as UTF-8 (Latin-1 and other old encodings are not read)"
        case .brokenUTF16: "the file says it is UTF-16 and is not whole; save it as UTF-8"
        case .binary: "this is not text; a request is a YAML or JSON file"
        }
    }

    private static func sentence(_ problem: DocumentError.Problem) -> String {
        switch problem {
        case .empty: "the file is empty"
        case .unexpectedEnd: "the text ends too early; was the file copied whole?"
        case .unexpectedCharacter(let found, let expected):
            "here stands `\(visible(found))` where \(expected) should be"
        case .badEscape: "this `\\` escape is not one that JSON knows"
        case .controlCharacterInString:
            "a line break or control character stands inside quotes; write \\n for a new line"
        case .badNumber: "this is not a number"
        case .trailingText: "more text follows after the end of the request"
        case .nestedTooDeep(let limit): "lists and mappings are nested deeper than \(limit) levels"
        case .duplicateKey(let key): "the key `\(shown(key))` stands here twice; keep one of them"
        case .keyIsNotText: "a key must be a word"
        case .anchor: "YAML anchors (`&name`) are not read here; write the value out"
        case .alias: "YAML aliases (`*name`) are not read here; put quotes around text that begins with `*`"
        case .tag: "YAML tags (`!name`) are not read here; put quotes around text that begins with `!`"
        case .mergeKey: "YAML merge keys (`<<`) are not read here; write the values out"
        case .severalDocuments: "a second document begins here (`---`); put each request into a file of its own"
        case .tabIndentation: "a tab stands in the indentation, which YAML forbids; use spaces"
        case .syntax(let message): "the text is not valid YAML: \(message)"
        }
    }

    private static func sentence(_ error: ImageLinkError) -> String {
        switch error {
        case .empty: "is empty; give a link that begins with https://"
        case .notALink: "is not a link; the API takes links that begin with https:// or http://, not files"
        case .scheme(let scheme): "is a `\(scheme):` link; the API takes https:// and http:// only"
        case .noHost: "has no host name; a link looks like https://example.com/picture.png"
        case .badPort: "has a port that is not a number from 1 to 65535"
        case .credentials: "holds a user name or password, which the provider would see; use a link without"
        case .forbiddenCharacter("%"): "has a `%` that is not followed by two hexadecimal digits; write it as %25"
        case .forbiddenCharacter(let scalar):
            "has a character (\(scalar == " " ? "a space" : visible(scalar))) that must be percent-encoded in a link"
        }
    }

    /// A value in quotes.
    static func quoted(_ text: String) -> String {
        "\"\(shown(text))\""
    }

    /// A word of the file as it may be shown: short, and without anything that moves a cursor.
    static func shown(_ text: String) -> String {
        text.unicodeScalars.prefix(80).map(visible).joined() + (text.unicodeScalars.count > 80 ? "…" : "")
    }

    /// A character as it may be shown: what controls a terminal is shown by its number.
    static func visible(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
            "U+" + String(repeating: "0", count: max(0, 4 - String(scalar.value, radix: 16).count))
                + String(scalar.value, radix: 16, uppercase: true)
        default: String(Character(scalar))
        }
    }

    private static func words(_ list: [String], _ joiner: String) -> String {
        guard let last = list.last, list.count > 1 else { return list.first ?? "" }
        return list.dropLast().joined(separator: ", ") + " \(joiner) " + last
    }
}
