// SPDX-License-Identifier: Apache-2.0

package import Documents
package import NanoBanana

/// One thing that is wrong with a request file, and where. Facts only; the sentences are in ``Wording``.
package struct Finding: Error, Equatable, Sendable {
    package enum Problem: Equatable, Sendable {
        case tooLarge(bytes: Int64, limit: Int)
        /// One of many requests in a file.
        case partTooLarge(limit: Int)
        case notThere
        case unreadable(why: String)
        case notAFile
        case notARequestName
        /// A name that is nearly `_defaults.yaml`.
        case nearlyDefaults
        case text(DocumentText.Problem)
        case document(DocumentError.Problem)
        case notAMap
        /// Of a whole file.
        case noKeys
        case unknownKey(String, nearest: String?)
        /// A key that would be known without this character in it.
        case oddKey(String, Unicode.Scalar)
        /// `name`, in a request that is no part of a batch.
        case nameOfRequest
        case blankName
        /// The text of a part beside values that nobody has looked at since.
        case asWritten
        /// `priority` or `notify`, which are a lane's.
        case ofLane(String)
        /// A lane chooses what is told, which the settings do not allow.
        case mayNotNotify
        /// Many requests where there must be one.
        case batch
        case noParts
        case tooManyParts(limit: Int)
        case table(TableProblem)
        /// A line that looks like this key, and is part of the value before it.
        case swallowedKey(String)
        /// A `#` that makes the rest of a prompt's line a comment; what is left of the prompt.
        case cutByComment(read: String)
        /// Two keys that mean the same.
        case sameKey(String, String)
        case missing(String)
        /// The same, where only the lane's defaults can say it.
        case missingInDefaults(String)
        /// A picture, where no lane's defaults make a request of it.
        case pictureAlone
        /// A folder of pictures, where no lane's defaults make a batch of it.
        case folderAlone
        /// The defaults make batches of folders, and no requests of pictures.
        case foldersWithoutPictures
        case noPicturesInFolder
        case tooManyPictures(limit: Int)
        /// It is to cost something else than when that was judged.
        case costsAnother
        /// It would be left alone in the inbox, for what the sentence says.
        case stays(String)
        /// A picture that would be a request, and cannot be sent.
        case unfit(PictureFault)
        /// Something about the text beside a picture, which has that name.
        indirect case inText(String, Problem)
        case blankText
        case textTooLong(limit: Int)
        /// Words of a picture's text that are keys of a request.
        case textIsRequest
        /// A picture of which nobody can tell what the text beside it says.
        case doubtfulText(SidecarDoubt)
        case wrongType(key: String, expected: String)
        case blankPrompt
        /// Nothing fills a place of the prompt, or of the pictures' names; what would fill one.
        case unfilledPlace(String, key: String, names: [String], nearest: String?)
        /// Filled, it is longer than it may be.
        case filledTooLong(key: String, limit: Int)
        /// What is to name pictures names a folder, too.
        case nameOfPlace(String)
        /// Nothing that a file can be called comes of it.
        case noName(String)
        /// A value of that key that a program wrote because it had none.
        case nothing(key: String, String, NothingText)
        /// What PowerShell leaves of what lies too deep for it.
        case cutOff(String)
        /// A time of the day, which a spreadsheet has made of a ratio.
        case ratioAsTime(String)
        /// A typographic quote opens and none closes.
        case openTypographicQuote(Unicode.Scalar)
        case typographicQuotes(String)
        /// Prompts or ratios, of which each would be sent.
        case tooManyInList(key: String, Int, limit: Int)
        /// Each prompt in each ratio, so many times: more than one request sends.
        case tooManyVariants(prompts: Int, ratios: Int, Int, limit: Int)
        /// One prompt, or one ratio, twice.
        case sameTwice(key: String, String)
        case tooManyImages(Int, limit: Int)
        /// Those that a lane adds to each picture, which is one more.
        case tooManyAdded(Int, limit: Int)
        /// That many pictures do not go with the model.
        case imagesNotTaken(Int, model: String, ClosedRange<Int>)
        case badLink(String, ImageLinkError)
        case link(String, LinkFault)
        case badImage(String, ImageItem.Problem)
        case notOnList(key: String, value: String, allowed: [String], nearest: String?)
        /// Those that the model takes instead; none where it takes no size at all.
        case sizeNotTaken(String, model: String, others: [String])
        case ratioNotTaken(String, model: String, others: [String])
        case notANumber(key: String, value: String, ClosedRange<Int>)
    }

    /// Where in a table, as a spreadsheet shows it.
    struct Cell: Equatable, Sendable {
        /// From 1, that of the header.
        var row: Int
        /// The column's name; `nil` for the whole row.
        var column: String?
    }

    package var problem: Problem
    package var place: DocumentNode.Place?
    /// `nil` for what stands in no row of a table.
    var cell: Cell?
}

/// Everything that is wrong with a request file; never empty.
package struct Findings: Error, Equatable, Sendable {
    package var all: [Finding]

    /// How many are looked for in one request.
    package static let enough = 100
}

extension Finding {
    /// The line that it is about; `nil` in a table, where the row and the column's name say more.
    package var line: DocumentNode.Place? { cell == nil ? place : nil }
}

extension Findings {
    /// Whether some are about a line of the file.
    package var haveLines: Bool { all.contains { $0.line != nil } }
}
