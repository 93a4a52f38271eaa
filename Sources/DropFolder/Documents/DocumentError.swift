// SPDX-License-Identifier: Apache-2.0

/// Why a text is no document: facts only, the sentences are in ``Wording``.
struct DocumentError: Error, Equatable, Sendable {
    enum Problem: Equatable, Sendable {
        case empty
        case unexpectedEnd
        case unexpectedCharacter(Unicode.Scalar, expected: String)
        case badEscape
        case controlCharacterInString
        case badNumber
        case trailingText
        case nestedTooDeep(limit: Int)
        case duplicateKey(String)
        case keyIsNotText
        /// YAML that the request's lite kind leaves out.
        case anchor, alias, tag, mergeKey
        case severalDocuments
        case tabIndentation
        /// What the YAML library says of it.
        case syntax(String)
    }

    var problem: Problem
    var place: DocumentNode.Place?
}
