// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Requests

/// The table of request files, good and bad, by theme.
enum RequestFiles {
    static let all: [RequestFile] = themes.flatMap(\.self)

    static let themes: [[RequestFile]] = [
        yaml, values, json, batches, tables, tableMistakes, spreadsheetCells, defaults, pictures, text, oddCharacters,
        numberSigns, slips, nobodysWish, links,
    ]
}

/// A request file, and exactly what comes of it.
struct RequestFile: Sendable, CustomTestStringConvertible {
    enum Outcome: Equatable, Sendable {
        /// The request as ``Request/json`` on one line.
        case sends(String)
        /// The sentences with their places.
        case fails([String])
    }

    struct Part: Equatable, Sendable {
        var line: Int
        var name: String?
        var outcome: Outcome

        static func sends(_ line: Int, _ json: String, name: String? = nil) -> Part {
            Part(line: line, name: name, outcome: .sends(json))
        }

        static func fails(_ line: Int, _ sentences: [String], name: String? = nil) -> Part {
            Part(line: line, name: name, outcome: .fails(sentences))
        }
    }

    enum Expected: Equatable, Sendable {
        case one(Outcome)
        case many([Part])
    }

    enum Encoding: Sendable {
        case utf8, utf8Marked, utf16Little, utf16Big, utf16LittleUnmarked, utf16BigUnmarked, latin1
    }

    var testDescription: String
    var syntax: RequestFileName.Syntax
    var bytes: [UInt8]
    var expected: Expected
    /// The `_defaults.yaml` that counts for it.
    var defaults = ""
    /// Whether pictures of one's own are made links.
    var shares = false

    static func good(
        _ name: String, _ syntax: RequestFileName.Syntax, _ text: String, _ json: String, defaults: String = "",
        encoding: Encoding = .utf8, shares: Bool = false
    ) -> RequestFile {
        RequestFile(
            testDescription: name, syntax: syntax, bytes: encoding.bytes(text), expected: .one(.sends(json)),
            defaults: defaults, shares: shares)
    }

    static func bad(
        _ name: String, _ syntax: RequestFileName.Syntax, _ text: String, _ sentences: [String], defaults: String = "",
        encoding: Encoding = .utf8, shares: Bool = false
    ) -> RequestFile {
        RequestFile(
            testDescription: name, syntax: syntax, bytes: encoding.bytes(text), expected: .one(.fails(sentences)),
            defaults: defaults, shares: shares)
    }

    static func bad(
        _ name: String, _ syntax: RequestFileName.Syntax, bytes: [UInt8], _ sentences: [String]
    ) -> RequestFile {
        RequestFile(testDescription: name, syntax: syntax, bytes: bytes, expected: .one(.fails(sentences)))
    }

    static func many(
        _ name: String, _ syntax: RequestFileName.Syntax, _ text: String, _ parts: [Part], defaults: String = "",
        encoding: Encoding = .utf8, shares: Bool = false
    ) -> RequestFile {
        RequestFile(
            testDescription: name, syntax: syntax, bytes: encoding.bytes(text), expected: .many(parts),
            defaults: defaults, shares: shares)
    }
}

extension RequestFile.Encoding {
    func bytes(_ text: String) -> [UInt8] {
        switch self {
        case .utf8: Array(text.utf8)
        case .utf8Marked: [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        case .utf16Little: [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .utf16Big: [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        case .utf16LittleUnmarked: text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .utf16BigUnmarked: text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        case .latin1: text.unicodeScalars.map { UInt8($0.value) }
        }
    }
}

/// The rest of the JSON of a request for the default model.
func asks(_ rest: String) -> String {
    #"{"request":{"model":"gemini-3-pro-image-preview","# + rest
}
