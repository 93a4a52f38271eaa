// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

internal import struct SystemPackage.FilePath

/// The sentences about what is wrong with a request file.
extension Wording {
    /// `line 3, column 5: …`, in a table `row 3, column "variants": …`, or the sentence alone where there is no place.
    package static func located(_ finding: Finding) -> String {
        let sentence = sentence(finding.problem)
        if let cell = finding.cell {
            return "row \(cell.row)\(cell.column.map { ", column \(quoted($0))" } ?? ""): \(sentence)"
        }
        return located(sentence, at: finding.place)
    }

    package static func sentence(_ problem: Finding.Problem) -> String {
        switch problem {
        case .tooLarge(_, let limit):
            "the file is larger than \(limit >> 20) MiB; "
                + (limit == RequestRules.sizeLimit ? "a request is a few lines of text" : "split it into several")
        case .partTooLarge(let limit):
            "this request is larger than \(limit >> 20) MiB; a request is a few lines of text"
        case .notThere: "the file is not there"
        case .unreadable(let why): "the file cannot be read: \(why); give bananadrop the right to read it"
        case .notAFile: "this is not a regular file"
        case .notARequestName: "the name of a request file ends in \(RequestFileName.endings)"
        case .nearlyDefaults: nearlyDefaults
        case .text(let problem): sentence(problem)
        case .document(let problem): sentence(problem)
        case .table(let problem): sentence(problem)
        case .notAMap: "a request is a list of keys such as `prompt: …`, and this is something else"
        case .noKeys:
            "a request is a list of keys such as `prompt: …`, and this is something else, or " + restOfFile
        case .unknownKey(let key, let nearest):
            "there is no key `\(shown(key))`; "
                + (nearest.map { "did you mean `\($0)`?" }
                    ?? "the keys are \(words(RequestKey.allCases.map(\.rawValue), "and"))")
        case .oddKey(let key, let odd): "\(aCharacter(odd)) stands in the key `\(key)`; write the key without"
        case .nameOfRequest:
            "`name` is for one of many requests in a file; a request that is alone has the name of its file"
        case .asWritten:
            "this file shows how the part was written, since its values may not be what was meant; see whether they are, "
                + "correct them, and delete the line `\(RequestKey.asWritten)`"
        case .priority: "`priority` is a lane's: it belongs in `\(RequestDefaults.fileName)`, and in no request"
        case .blankName: "`name` is empty: give the part a name, or leave the key out"
        case .sameKey(let one, let other): "`\(shown(one))` and `\(shown(other))` mean the same; keep one of them"
        case .batch: "this file must hold one request, and here is another; drop a file with many into the inbox"
        case .noParts: "the list is empty: there is no request in it"
        case .tooManyParts(let limit): "the file holds more than \(limit) requests; split it into several"
        case .swallowedKey(let key):
            "`\(key)` is no key here but part of the value before it; begin it in the column of the other keys, with a "
                + "colon and a blank behind it"
        case .cutByComment(let read):
            "YAML takes the text from this `#` on for a comment, and would read \(quoted(read)) only; put quotes (`\"`) "
                + "around the whole prompt, or, if it is a comment, two blanks before the `#` and one behind it"
        case .missing("prompt"): "`prompt` is missing: say what to do with the pictures"
        case .missing(let key): "`\(key)` is missing: give 1 to 10 links to pictures"
        case .wrongType(let key, let expected): "`\(key)` must be \(expected)"
        case .blankPrompt: "`prompt` is empty: say what to do with the pictures"
        case .nothing(let key, let text, let nothing): sentence(nothing, text, key)
        case .cutOff(let text):
            "\(quoted(text)) is what PowerShell leaves of what lies deeper than it goes; write the file with "
                + "`ConvertTo-Json -Depth 10`"
        case .ratioAsTime(let text):
            "\(quoted(text)) is a time of the day, which a spreadsheet makes of a ratio; format the column as text and "
                + "write the ratio anew, such as 16:9"
        case .openTypographicQuote(let quote):
            "the prompt begins with `\(quote)`, and no quote closes it: part of it may be missing; use straight quotes "
                + "(`\"`) around text, or none"
        case .typographicQuotes(let text): "\(quoted(text)) has typographic quotes; use straight ones (`\"`), or none"
        case .tooManyImages(let count): "\(count) links are too many: the API takes 1 to 10"
        case .badLink(let link, let error): "\(quoted(Redaction.credentials(link))) \(sentence(error))"
        case .link(let link, let fault): sentence(fault, link)
        case .badImage(let text, let problem): "\(quoted(Redaction.credentials(text))) \(sentence(problem))"
        case .notOnList(let key, let value, let allowed, let nearest):
            "`\(key)` cannot be \(quoted(value)); "
                + (nearest.map { "did you mean `\($0)`? " } ?? "") + "it is one of \(words(allowed, "or"))"
        case .sizeNotTaken(let model): "`image_size` does not go with \(model): leave it out or choose nano-banana-pro"
        case .notANumber(let key, let value, let range):
            "`\(key)` cannot be \(quoted(value)); it is a whole number from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    /// Of a file beside, or instead of, a lane's defaults.
    package static let nearlyDefaults =
        "by its name it is meant for a lane's defaults, which are read from `\(RequestDefaults.fileName)` only; give it "
        + "that name, or, if it is a request, one of its own"

    private static var columns: String {
        let keys = RequestKey.allCases.filter { $0 != .meta }.map(\.rawValue)
        return "the columns are \(words([RequestKey.partName] + keys, "and"))"
    }

    private static func sentence(_ problem: TableProblem) -> String {
        switch problem {
        case .noKnownColumn(let first):
            "the first row must name the columns, and here stands \(quoted(first)); \(columns); or this is "
                + restOfFile
        case .unknownColumn(let name, let nearest):
            "there is no column `\(shown(name))`; " + (nearest.map { "did you mean `\($0)`? " } ?? "\(columns); ")
                + "notes of your own go into columns called `meta.…`, such as `meta.order`"
        case .sameColumn(let one, let other):
            "the columns `\(shown(one))` and `\(shown(other))` mean the same; keep one of them"
        case .missingColumn(let key): "no column is called `\(key)`, and no `_defaults.yaml` supplies it"
        case .otherHeader:
            "another table with other columns begins here; save each table as a file of its own"
        case .noRows: "below the names of the columns stands no row"
        case .tooManyCells(let cells, let columns, let delimiter):
            "this row has \(cells) cells for \(columns) columns; put quotes (`\"`) around text that holds "
                + (delimiter == "\t" ? "a tab" : "`\(delimiter)`")
        case .strayQuote:
            "a quote stands in a cell that has none around it; put quotes around the whole cell, and write each one "
                + "within twice (`\"\"`)"
        case .notComputed(let cell):
            "\(quoted(cell)) is what a spreadsheet writes where it could not compute a cell; correct its formula, or write "
                + "the value itself"
        case .formula(let cell):
            "\(quoted(cell)) is a formula, not its result; save the values of the sheet, or put a blank behind the `=` "
                + "where the prompt begins with it"
        case .rowTooLarge(let limit):
            "a row larger than \(limit >> 20) MiB begins here; is a quote missing, or this no table?"
        case .openQuote: "this quote is never closed, so it is not sure where the rows begin"
        case .textBehindQuote:
            "text stands behind the quote that closes this cell, so it is not sure where the rows begin; write a quote "
                + "within a cell twice (`\"\"`)"
        }
    }

    /// What is said of rows that are no requests; `nil` where there are none.
    package static func sentence(_ rows: PassedOver) -> String? {
        func count(_ number: Int, _ one: String, _ many: String) -> [String] {
            number == 0 ? [] : [number == 1 ? "1 row \(one)" : "\(number) rows \(many)"]
        }
        let kinds =
            count(rows.notes, "holds nothing but notes or check boxes", "hold nothing but notes or check boxes")
            + count(rows.headers, "repeats the header", "repeat the header")
        return kinds.isEmpty ? nil : "passed over: " + kinds.joined(separator: ", ")
    }

    private static func sentence(_ problem: ImageItem.Problem) -> String {
        switch problem {
        case .severalLinks: "holds several links; write them as a list, each one apart"
        case .withoutScheme:
            "looks like a link without its beginning: write https:// before it (or ./ where it is a folder of yours)"
        case .elsewhere:
            "lies elsewhere; pictures lie beside the request file in the inbox, or in a folder below it, and are named "
                + "from there, such as bottle.png"
        case .notAPicture:
            "is neither a link nor a picture's name: a link begins with https://, and the name of a picture ends in "
                + words(LocalPicture.endings.map { "." + $0 }, "or")
        case .kindNotTaken:
            "is a picture of a kind that is not taken; save it as one whose name ends in "
                + words(LocalPicture.endings.map { "." + $0 }, "or")
        case .notShared:
            "is a file, and the API takes links only; bananadrop makes links of files where its settings "
                + "publish-directory or publish-command, and publish-base-url, say how"
        case .inDefaults: "is a file; pictures of your own stand in requests, and `_defaults.yaml` takes links only"
        }
    }

    private static func sentence(_ error: ImageLinkError) -> String {
        switch error {
        case .empty: "is empty; give a link that begins with https://"
        case .notALink: "is not a link; a link begins with https:// or http://"
        case .scheme(let scheme): "is a `\(scheme):` link; the API takes https:// and http:// only"
        case .noHost: "has no host name; a link looks like https://example.com/picture.png"
        case .badPort: "has a port that is not a number from 1 to 65535"
        case .credentials: "holds a user name or password, which the provider would see; use a link without"
        case .forbiddenCharacter("%"): "has a `%` that is not followed by two hexadecimal digits; write it as %25"
        case .forbiddenCharacter(let scalar):
            "has a character (\(aCharacter(scalar))) that must be percent-encoded in a link"
        }
    }

    private static func words(_ list: [String], _ joiner: String) -> String {
        guard let last = list.last, list.count > 1 else { return list.first ?? "" }
        return list.dropLast().joined(separator: ", ") + " \(joiner) " + last
    }
}
