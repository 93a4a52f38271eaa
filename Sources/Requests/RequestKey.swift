// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// The keys of a request file, declared once.
package enum RequestKey: String, CaseIterable, Sendable {
    case prompt, images, model
    case aspectRatio = "aspect_ratio"
    case imageSize = "image_size"
    case variants
    case saveAs = "save_as"
    case again, mark, meta

    /// Other spellings that people and programs use.
    var also: [String] {
        switch self {
        case .images: ["image_urls", "urls", "image", "image_url", "url"]
        case .prompt, .model, .aspectRatio, .imageSize, .variants, .saveAs, .again, .mark, .meta: []
        }
    }

    /// The key that a name in a file, or in the header of a table, means: neither case counts, nor what stands between
    /// the words. `Aspect Ratio`, `aspect-ratio` and `aspectRatio` are one.
    package static func named(_ name: String) -> RequestKey? { bySpelling[name] ?? byLetters[letters(of: name)] }

    private static let bySpelling = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { key in ([key.rawValue] + key.also).map { ($0, key) } })

    private static let byLetters = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { key in
            ([key.rawValue] + key.also).map { (letters(of: $0), key) }
        })

    /// Whether two names mean the same key.
    static func isSame(_ name: String, _ key: String) -> Bool { letters(of: name) == letters(of: key) }

    /// What a name has in common with all that mean the same.
    static func letters(of name: String) -> String {
        name.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
    }

    static var allSpellings: [String] { allCases.flatMap { [$0.rawValue] + $0.also } }

    /// What a part of a batch calls itself: a key of parts, and of no request.
    static let partName = "name"

    /// The key under which a part's text stands in its own file where its values are not what was meant. No request has
    /// such a key: the file cannot be taken for one that may be sent, until somebody has looked and deleted the line.
    package static let asWritten = "as_written"

    /// A known key in a text with characters in it that cannot be seen, or are typographic quotes: its spelling, and
    /// the first of those characters.
    static func spelling(hiddenIn text: String) -> (String, odd: Unicode.Scalar)? {
        let scalars = text.unicodeScalars
        guard let odd = scalars.first(where: \.isOddInKey) else { return nil }
        let spelling = String(String.UnicodeScalarView(scalars.filter { !$0.isOddInKey }))
        return named(spelling) != nil || isSame(spelling, partName) ? (spelling, odd) : nil
    }
}

extension Unicode.Scalar {
    fileprivate var isOddInKey: Bool {
        if isTypographicQuote || isWideColon { return true }
        return switch properties.generalCategory {
        case .spaceSeparator, .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
