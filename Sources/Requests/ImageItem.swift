// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import NanoBanana

package import struct SystemPackage.FilePath

/// What one item of a request's `images` is. Pure.
package enum ImageItem: Equatable, Sendable {
    case link(ImageLink)
    /// A file, relative to the request's folder; without `.` and `..`, and named as pictures are.
    case file(FilePath)
    case bad(Finding.Problem)

    /// What is wrong with a text that is no link.
    package enum Problem: Equatable, Sendable {
        case severalLinks
        case withoutScheme
        /// A file outside of the request's folder.
        case elsewhere
        /// A file's name that is not a picture's.
        case notAPicture
        /// A picture of a kind that is not taken.
        case kindNotTaken
        /// A file, and nothing is configured that makes links of files.
        case notShared
        /// A file, in the defaults of a lane.
        case inDefaults
        /// A file in another folder than the defaults that add it to each picture.
        case notBesideDefaults
    }

    init(_ text: String) {
        if text.hasTypographicQuotes {
            self = .bad(.typographicQuotes(text))
        } else if Self.holdsSeveralLinks(text) {
            self = .bad(.badImage(text, .severalLinks))
        } else {
            do {
                self = .link(try ImageLink(text))
            } catch {
                self = Self.noLink(text, error)
            }
        }
    }

    /// `https://a.b/1.png, https://a.b/2.png` is a link by the letter, and none that leads anywhere.
    private static func holdsSeveralLinks(_ text: String) -> Bool {
        guard text.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 1 else { return false }
        let parts = text.split { $0.isWhitespace || ",;|".contains($0) }
        return parts.count { $0.hasPrefix("https://") || $0.hasPrefix("http://") } > 1
    }

    private static func noLink(_ text: String, _ error: ImageLinkError) -> ImageItem {
        switch error {
        case .scheme(let scheme) where scheme.count == 1: return .bad(.badImage(text, .elsewhere))
        case .notALink where !text.contains("://") && !beginsWithScheme(text): return file(text.trimmed)
        case .notALink, .scheme, .empty, .noHost, .badHost, .badPort, .credentials, .forbiddenCharacter:
            return .bad(.badLink(text, error))
        }
    }

    /// `https:` with too few slashes behind it.
    private static func beginsWithScheme(_ text: String) -> Bool {
        let text = text.trimmed.lowercased()
        return text.hasPrefix("http:") || text.hasPrefix("https:")
    }

    private static func file(_ text: String) -> ImageItem {
        if text.utf8.contains(0) { return .bad(.badImage(text, .notAPicture)) }
        // As Windows writes it.
        let path = FilePath(String(text.map { $0 == "\\" ? "/" : $0 }))
        guard path.isRelative, !path.components.contains(where: { $0.kind == .parentDirectory || $0 == "~" })
        else { return .bad(.badImage(text, .elsewhere)) }
        if isLinkWithoutScheme(path) { return .bad(.badImage(text, .withoutScheme)) }
        let file = FilePath(root: nil, path.components.filter { $0.kind == .regular })
        if LocalPicture.ending(of: file) != nil { return .file(file) }
        let isPicture = file.lastComponent.map(PictureName.isOne) ?? false
        return .bad(.badImage(text, isPicture ? .kindNotTaken : .notAPicture))
    }

    /// `example.com/bottle.png`: a folder of such a name is written `./example.com/bottle.png`.
    private static func isLinkWithoutScheme(_ path: FilePath) -> Bool {
        guard path.components.count > 1, let host = path.components.first, host.kind == .regular,
            let domain = host.extension
        else { return false }
        return domain.utf8.count > 1 && domain.utf8.allSatisfy { Character(Unicode.Scalar($0)).isLetter }
    }
}

extension String {
    /// Whether a typographic quote stands at its beginning or its end.
    var hasTypographicQuotes: Bool {
        let scalars = unicodeScalars
        return [scalars.first, scalars.last].contains { $0?.isTypographicQuote == true }
    }
}
