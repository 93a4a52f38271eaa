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
        case .notAMap: "a request is a list of keys such as `prompt: …`; this is something else"
        case .noKeys:
            "a request is a list of keys such as `prompt: …`; this is something else, or " + restOfFile
        case .unknownKey(let key, let nearest):
            "there is no key \(name(key)); "
                + (nearest.map { "did you mean `\($0)`?" }
                    ?? "the keys are \(words(RequestKey.allCases.map(\.rawValue), "and"))")
        case .oddKey(let key, let odd): "\(aCharacter(odd)) is in the key `\(key)`; remove that character"
        case .nameOfRequest:
            "`name` belongs in a file with several requests; a single request is named after its file"
        case .asWritten:
            "the values in this file may not be what you meant; compare them with how the part was written, correct "
                + "them, and delete the line `\(RequestKey.asWritten)`"
        case .ofLane(let key): "`\(key)` belongs in a lane's `\(RequestDefaults.fileName)`, not in a request"
        case .mayNotNotify:
            "`notify` needs the administrator's leave; ask the administrator to set lanes-may-notify, or remove it"
        case .blankName: "`name` is empty: write a name, or leave the key out"
        case .sameKey(let one, let other): "\(name(one)) and \(name(other)) mean the same; keep one of them"
        case .batch:
            "this file may hold only one request, and a second one begins here; drop a file with several "
                + "requests into the inbox"
        case .noParts: "the list is empty: there is no request in it"
        case .tooManyParts(let limit): "the file holds more than \(limit) requests; split it into several"
        case .swallowedKey(let key):
            "`\(key)` is read as part of the value before it, not as a key; start it in the same column as the "
                + "other keys, with a colon and a space after it"
        case .cutByComment(let read):
            "YAML takes the text from this `#` on as a comment, and would read only \(quoted(read)); put quotes "
                + "(`\"`) around the whole prompt; if it is a comment, put two spaces before the `#` and one after it"
        case .missing("prompt"): "`prompt` is missing: say what to do with the pictures"
        case .missing(let key): "\(name(key)) is missing: give 1 to 10 links to pictures"
        case .missingInDefaults(let key):
            "\(name(key)) is missing: add `\(shown(key)): …` to the lane's `\(RequestDefaults.fileName)`, which says what to "
                + "do with each picture"
        case .pictureAlone: pictureAlone
        case .folderAlone: folderAlone
        case .foldersWithoutPictures:
            "`folders: batch` makes a batch of the pictures in a folder, so it needs `pictures: each` in the same file; "
                + "write both, or remove it"
        case .noPicturesInFolder: "there is no picture in the folder itself; put the pictures there"
        case .tooManyPictures(let limit):
            "there are more than \(limit) pictures in the folder; make several folders of them"
        case .costsAnother:
            "it asks for another model, size or number of pictures than when the cost of its batch was judged; to send it as "
                + "it is now, drag the folder back"
        case .stays(let why): why
        case .unfit(let fault): sentence(fault)
        case .inText(let name, let problem): "in \(quoted(name)): \(sentence(problem))"
        case .blankText: "nothing is written in it; say what to do with the picture, or remove it"
        case .textTooLong(let limit):
            "it is longer than \(limit >> 10) KiB; a picture's text is what to do with it, in some sentences"
        case .textIsRequest:
            "`prompt:` is a key, but in a .txt everything is read as words; name the file .yaml, or write only the words"
        case .doubtfulText(let doubt): sentence(doubt)
        case .wrongType(let key, let expected): "\(name(key)) must be \(expected)"
        case .blankPrompt: "`prompt` is empty: say what to do with the pictures"
        case .unfilledPlace(let name, let key, let names, let nearest):
            "nothing fills the place `{\(shown(name))}` of \(key == "prompt" ? "the prompt" : Wording.name(key)); "
                + (nearest.map { "did you mean `{\(shown($0))}`? " } ?? "")
                + (names.isEmpty ? "" : "there are \(words(names.map { "`{\(shown($0))}`" }, "and")); ")
                + "write `{{` for a brace that is meant"
        case .filledTooLong(let key, let limit):
            "with its places filled, \(key == "prompt" ? "the prompt" : name(key)) is longer than \(limit >> 10) KiB; "
                + "make it shorter"
        case .nameOfPlace(let text):
            "`save_as` cannot be \(quoted(text)): it is a name and no place, so leave out `/` and `\\`; the pictures "
                + "come into the folder of the result"
        case .noName(let text):
            "`save_as` cannot be \(quoted(text)): no name comes of it; say something that is no dot and no blank, such "
                + "as `{name}_{n}`"
        case .nothing(let key, let text, let nothing): sentence(nothing, text, key)
        case .cutOff(let text):
            "\(quoted(text)) is what PowerShell writes instead of deeply nested values; write the file with "
                + "`ConvertTo-Json -Depth 10`"
        case .ratioAsTime(let text):
            "\(quoted(text)) is a time of day: a spreadsheet made it from a ratio; format the column as text and "
                + "type the ratio again, such as 16:9"
        case .openTypographicQuote(let quote):
            "the prompt begins with `\(quote)` and has no closing quote, so part of it may be missing; use straight "
                + "quotes (`\"`) around text, or none"
        case .typographicQuotes(let text): "\(quoted(text)) has typographic quotes; use straight ones (`\"`), or none"
        case .tooManyInList(let key, let count, let limit):
            "\(name(key)) has \(count) entries; one request is sent at most \(limit) times, so make several requests"
        case .tooManyVariants(let prompts, let ratios, let variants, let limit):
            "\(count(prompts, "prompt")) in \(count(ratios, "ratio")), \(variants == 1 ? "once" : "\(variants) times") each, "
                + "come to \(prompts * ratios * variants) submits; one request is sent at most \(limit) times, so make "
                + "several requests"
        case .sameTwice(let key, let value):
            "\(name(key)) has \(quoted(value)) twice; leave one of them out, or ask for more of the same with `variants`"
        case .tooManyImages(let count, let limit): "\(count) links are too many: the API takes 1 to \(limit)"
        case .tooManyAdded(let count, let limit):
            "\(count) pictures are too many: with the one that is dropped the API takes \(limit)"
        case .imagesNotTaken(let count, let model, let range):
            "\(count == 0 ? "no picture does" : count == 1 ? "1 picture does" : "\(count) pictures do") not go with "
                + "\(model): it takes \(range.lowerBound) to \(range.upperBound)"
        case .badLink(let link, let error): "\(quoted(Redaction.credentials(link))) \(sentence(error))"
        case .link(let link, let fault): sentence(fault, link)
        case .badImage(let text, let problem): "\(quoted(Redaction.credentials(text))) \(sentence(problem))"
        case .notOnList(let key, let value, let allowed, let nearest):
            "\(name(key)) cannot be \(quoted(value)); "
                + (nearest.map { "did you mean `\($0)`? " } ?? "") + "it must be one of \(words(allowed, "or"))"
        case .sizeNotTaken(_, let model, others: []):
            "`image_size` does not go with \(model): leave it out or choose nano-banana-pro"
        case .sizeNotTaken(let size, let model, let others):
            "`image_size` \(size) does not go with \(model): it takes \(words(others, "or"))"
        case .ratioNotTaken(let ratio, let model, let others):
            "`aspect_ratio` \(ratio) does not go with \(model): it takes \(words(others, "or"))"
        case .notANumber(let key, let value, let range):
            "\(name(key)) cannot be \(quoted(value)); it must be a whole number from \(range.lowerBound) to "
                + "\(range.upperBound)"
        }
    }

    /// A key, or a column's name, as it stands in the file: what is known may have been written with anything between its
    /// letters.
    static func name(_ key: String) -> String { "`\(shown(key))`" }

    /// Of a file beside, or instead of, a lane's defaults.
    package static let nearlyDefaults =
        "its name looks like a lane's defaults, but those are read only from `\(RequestDefaults.fileName)`; rename "
        + "it to that, or, if it is a request, give it another name"

    package static let pictureAlone =
        "a picture alone is not a request; write a .yaml or .json file that says what to do with it, or let the "
        + "`\(RequestDefaults.fileName)` of its folder say so for each (`\(RequestDefaults.LaneKey.pictures.rawValue): each`)"

    package static let folderAlone =
        "this is a folder; one of pictures is a batch only where the `\(RequestDefaults.fileName)` of the folder that it "
        + "is dropped into says so (`\(RequestDefaults.LaneKey.pictures.rawValue): each` and "
        + "`\(RequestDefaults.LaneKey.folders.rawValue): batch`)"

    /// Why a picture is not sent with the text beside it.
    package static func sentence(_ doubt: SidecarDoubt) -> String {
        func name(_ file: FilePath.Component) -> String { quoted(String(decoding: file)) }
        return switch doubt {
        case .empty(let text): "its text \(name(text)) is empty; say what to do with the picture, or remove the text"
        case .several(let one, let other): "it has two texts, \(name(one)) and \(name(other)); keep one of them"
        case .shared(let text, let other):
            "\(name(text)) may be its text or that of \(name(other)); give each picture a name of its own, and a text of "
                + "that name"
        case .notAFile(let text):
            "its text \(name(text)) is a link, or no regular file; copy the text itself"
        }
    }

    /// Why a picture is not sent.
    package static func sentence(_ fault: PictureFault) -> String {
        switch fault {
        case .kind(let name):
            "it is a \(name) file, which the API does not take; save it as PNG, JPEG, WebP, GIF or AVIF"
        case .notAPicture: "it is not a PNG, JPEG, WebP, GIF or AVIF picture, whatever its name says"
        case .tooLarge(let limit):
            "it is larger than the limit of \(size(UInt64(clamping: limit))); make it smaller, or ask the administrator "
                + "to raise picture-limit"
        case .cutOff:
            "its end is missing; it is taken as soon as the rest is there, so if nothing copies it any more, copy it "
                + "again, or save it anew"
        }
    }

    private static var columns: String {
        let keys = RequestKey.allCases.filter { $0 != .meta }.map(\.rawValue)
        return "the columns are \(words([RequestKey.partName] + keys, "and"))"
    }

    private static func sentence(_ problem: TableProblem) -> String {
        switch problem {
        case .noKnownColumn(let first):
            "the first row must name the columns, but it begins with \(quoted(first)); \(columns); or this is "
                + restOfFile
        case .unknownColumn(let name, let nearest):
            "there is no column \(Wording.name(name)); " + (nearest.map { "did you mean `\($0)`? " } ?? "\(columns); ")
                + "notes of your own go into columns called `meta.…`, such as `meta.order`"
        case .sameColumn(let one, let other):
            "the columns \(name(one)) and \(name(other)) mean the same; keep one of them"
        case .missingColumn(let key): "there is no column `\(key)`, and no `_defaults.yaml` supplies it"
        case .otherHeader:
            "another table with other columns begins here; save each table in its own file"
        case .noRows: "there are no rows below the column names"
        case .tooManyCells(let cells, let columns, let delimiter):
            "this row has \(count(cells, "cell")) for \(count(columns, "column")); put quotes (`\"`) around text "
                + "that contains " + (delimiter == "\t" ? "a tab" : "`\(delimiter)`")
        case .strayQuote:
            "there is a quote inside a cell that is not in quotes; put quotes around the whole cell, and double "
                + "each quote inside it (`\"\"`)"
        case .notComputed(let cell):
            "\(quoted(cell)) is what a spreadsheet writes when it cannot compute a cell; correct its formula, or "
                + "type the value itself"
        case .formula(let cell):
            "\(quoted(cell)) is a formula, not its result; save the sheet's values, or, if the prompt itself begins "
                + "with `=`, put a space after it"
        case .rowTooLarge(let limit):
            "a row larger than \(limit >> 20) MiB begins here; is a quote missing, or is this not a table?"
        case .openQuote: "this quote is never closed, so it is unclear where the rows begin"
        case .textBehindQuote:
            "there is text after the quote that closes this cell, so it is unclear where the rows begin; double "
                + "each quote inside a cell (`\"\"`)"
        }
    }

    /// What is said of rows that are no requests; `nil` where there are none.
    package static func sentence(_ rows: PassedOver) -> String? {
        func count(_ number: Int, _ one: String, _ many: String) -> [String] {
            number == 0 ? [] : [number == 1 ? "1 row \(one)" : "\(number) rows \(many)"]
        }
        let kinds =
            count(rows.notes, "has only notes or check boxes", "have only notes or check boxes")
            + count(rows.headers, "repeats the header", "repeat the header")
        if !rows.files.isEmpty { return leftInFolder(rows.files) }
        return kinds.isEmpty ? nil : "skipped: " + kinds.joined(separator: ", ")
    }

    private static func sentence(_ problem: ImageItem.Problem) -> String {
        switch problem {
        case .severalLinks: "contains several links; write them as a list, one link per item"
        case .withoutScheme:
            "looks like a link without https://; put that in front of it (or ./ if it is a folder of yours)"
        case .elsewhere:
            "is somewhere else; put the picture beside the request file in the inbox, or in a folder beside it, and "
                + "name it from there, such as bottle.png"
        case .notAPicture:
            "is neither a link nor a picture's name: a link begins with https://, and the name of a picture ends in "
                + words(LocalPicture.endings.map { "." + $0 }, "or")
        case .kindNotTaken:
            "is a kind of picture that is not accepted; save it as one whose name ends in "
                + words(LocalPicture.endings.map { "." + $0 }, "or")
        case .notShared:
            "is a file, but the API takes only links; use a link, or ask the administrator to set up publishing "
                + "(publish-directory, or publish-command)"
        case .notBesideDefaults:
            "is in another folder; put the picture beside `\(RequestDefaults.fileName)`, and name it"
        case .inDefaults:
            "is a file, but `images` in `\(RequestDefaults.fileName)` takes only links; in a folder with "
                + "`pictures: each` write it under `with`, otherwise name it in each request"
        }
    }

    private static func sentence(_ error: ImageLinkError) -> String {
        switch error {
        case .empty: "is empty; give a link that begins with https://"
        case .notALink: "is not a link; a link begins with https:// or http://"
        case .scheme(let scheme): "is a `\(scheme):` link; the API takes https:// and http:// only"
        case .noHost: "has no host name; a link looks like https://example.com/picture.png"
        case .badHost:
            "has a host that is neither a name that can be looked up nor an IP address; a name of signs such as emoji "
                + "is written in its xn-- form"
        case .badPort: "has a port that is not a number from 1 to 65535"
        case .credentials: "contains a user name or password, which the provider would see; use a link without them"
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
