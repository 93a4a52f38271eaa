// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import SystemPackage

/// One thing that is wrong with a request file, and where. Facts only; the sentences are in ``Wording``.
struct Finding: Error, Equatable, Sendable {
    enum Problem: Equatable, Sendable {
        case tooLarge(bytes: Int64, limit: Int)
        case unreadable(Errno)
        case notAFile
        case notARequestName
        case text(DocumentText.Problem)
        case document(DocumentError.Problem)
        case notAMap
        case unknownKey(String, nearest: String?)
        /// A key that would be known without this character in it.
        case oddKey(String, Unicode.Scalar)
        /// `name`, in a request that is no part of a batch.
        case nameOfRequest
        case blankName
        /// Many requests where there must be one.
        case batch
        case noParts
        case tooManyParts(limit: Int)
        case table(TableProblem)
        /// A line that looks like this key, and is part of the value before it.
        case swallowedKey(String)
        /// A `#` that makes the rest of a prompt's line a comment.
        case cutByComment
        /// Two keys that mean the same.
        case sameKey(String, String)
        case missing(String)
        case wrongType(key: String, expected: String)
        case blankPrompt
        /// A typographic quote opens and none closes.
        case openTypographicQuote(Unicode.Scalar)
        case typographicQuotes(String)
        case tooManyImages(Int)
        case badLink(String, ImageLinkError)
        case badImage(String, ImageItem.Problem)
        case notOnList(key: String, value: String, allowed: [String], nearest: String?)
        case sizeNotTaken(model: String)
        case notANumber(key: String, value: String, ClosedRange<Int>)
    }

    var problem: Problem
    var place: DocumentNode.Place?
}

/// Everything that is wrong with a request file; never empty.
struct Findings: Error, Equatable, Sendable {
    var all: [Finding]
}
