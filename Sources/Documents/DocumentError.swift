// SPDX-License-Identifier: Apache-2.0

/// Why a text is no document: facts only, the sentences are in ``Wording``.
package struct DocumentError: Error, Equatable, Sendable {
    package enum Problem: Equatable, Sendable {
        case empty
        case unexpectedEnd
        /// What stands where a text begins, and cannot.
        case noBeginning(Unicode.Scalar)
        case unexpectedCharacter(Unicode.Scalar, expected: String)
        case badEscape
        case controlCharacterInString
        case badNumber
        case trailingText
        /// In JSON, which has none.
        case comment
        case nestedTooDeep(limit: Int)
        case tooManyValues(limit: Int)
        case duplicateKey(String)
        case keyIsNotText
        /// YAML that the request's lite kind leaves out.
        case anchor, alias, tag, mergeKey
        case severalDocuments
        case tabIndentation
        /// In the indentation or behind a colon, where YAML wants an ordinary one.
        case nonBreakingSpace(Unicode.Scalar)
        /// A colon as Chinese and Japanese keyboards give it, behind a key.
        case wideColon(key: String)
        /// `key:value`.
        case noBlankBehindColon(key: String)
        /// `-item`.
        case noBlankBehindDash
        /// A typographic quote where a straight one was meant.
        case typographicQuote(Unicode.Scalar)
        /// `: ` in a value without quotes.
        case colonInText
        /// A value that begins with a character that means something else to YAML.
        case cannotBegin(Unicode.Scalar)
        /// What stands where a key must, and no colon behind it.
        case keyWithoutColon
        /// A quote, a bracket or a brace.
        case neverClosed
        /// A list or a mapping in brackets that does not go on as one, and the bracket that ends it.
        case missingComma(closing: Character)
        /// Behind the quote or the bracket that ends a value.
        case textBehind(closing: Unicode.Scalar)
        /// A `- ` behind a key.
        case dashInText
        case controlCharacter(Unicode.Scalar)
        /// U+0085, U+2028 or U+2029: a line break to some, part of the line to others.
        case oddLineBreak(Unicode.Scalar)
        /// What the YAML library says of it.
        case syntax(String)
    }

    /// How many values a text may hold: each takes many times the room in memory that it takes in the file.
    package static let valuesLimit = 200_000

    package var problem: Problem
    package var place: DocumentNode.Place?
}
