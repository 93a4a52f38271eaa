// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What an answer says, as a line for people.
enum AnswerQuote {
    private static let length = 300
    /// So many bytes are looked at.
    private static let window = 4_096

    /// The first characters that can be printed.
    static func start(of body: ByteBuffer) -> String { line(text(body)) }

    /// The same without the tags of a web page and what stands in its scripts and styles.
    static func words(of body: ByteBuffer) -> String {
        var (words, rest) = ("", text(body)[...])
        while let tag = rest.firstIndex(of: "<") {
            words += rest[..<tag] + " "
            rest = rest[tag...]
            for unseen in ["script", "style"] where rest.dropFirst().prefix(unseen.count).lowercased() == unseen {
                let end = rest.firstRange(of: "</\(unseen)")?.lowerBound
                rest = end.map { rest[$0...] } ?? ""
            }
            rest = rest.firstIndex(of: ">").map { rest[rest.index(after: $0)...] } ?? ""
        }
        return line(words + rest)
    }

    private static func text(_ body: ByteBuffer) -> String {
        String(decoding: body.readableBytesView.prefix(window), as: UTF8.self)
    }

    private static func line(_ text: String) -> String {
        let seen = text.unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                return " "
            default: return Character(scalar)
            }
        }
        let words = String(seen).split(separator: " ").joined(separator: " ")
        return words.count > length ? words.prefix(length) + "…" : words
    }
}
