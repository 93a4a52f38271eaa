// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana

/// Why a link that is one by the letter leads to no picture, as it says itself. To send it would be to pay for a task
/// that ends in an error. Pure.
package enum LinkFault: Equatable, Sendable {
    /// A `&` as HTML writes it: what stands so in the link, and what was meant.
    case entity(String, meant: Character)
    /// Punctuation of the text that it was copied from; the link without.
    case punctuation(works: String)
    /// Only this office can open it.
    case unreachable(host: String)
    /// It was good until then.
    case ranOut(Timestamp)
    /// It leads to a page that shows a picture.
    case page(SharePage)

    /// What is wrong with a link that goes to the API.
    init?(of link: ImageLink, _ addresses: AddressPolicy, at now: Timestamp) {
        if let entity = Self.entity(in: link.text) {
            self = entity
        } else if let bare = Self.bare(link.text) {
            self = .punctuation(works: bare)
        } else if !addresses.allows(link) {
            self = .unreachable(host: link.host)
        } else if let page = SharePage(link) {
            self = .page(page)
        } else if let end = SignedLink.end(of: link), end <= now {
            self = .ranOut(end)
        } else {
            return nil
        }
    }

    /// What is wrong with a text that is no link, where one was copied with something around it.
    init?(around text: String) {
        if let entity = Self.entity(in: text) {
            self = entity
        } else if let bare = Self.bare(text), (try? ImageLink(bare)) != nil {
            self = .punctuation(works: bare)
        } else {
            return nil
        }
    }

    private static func entity(in link: String) -> LinkFault? {
        guard link.utf8.contains(where: { "&%\\".utf8.contains($0) }) else { return nil }
        let text = link.lowercased()
        let spellings = ["&amp;", "&#38;", "&#038;", "&#x26;", "%26amp%3b", "\\u0026"]
        return spellings.first { text.contains($0) }.map { .entity($0, meant: "&") }
    }

    private static let opening: Set<Character> = ["(", "<", "[", "\"", "'", "«"]
    private static let closing: Set<Character> = [")", ">", "]", "\"", "'", "»"]

    /// The link without what the text around it has left; `nil` where nothing has.
    ///
    /// A full stop or a bracket may belong to a link: it goes only where something was opened before the link, or where
    /// the link ends as the name of a picture does without it.
    private static func bare(_ text: String) -> String? {
        if ends(text, areThoseOfLinks: "/=_-") { return nil }
        var rest = text.trimmed[...]
        if let image = rest.firstRange(of: "]("), rest.hasPrefix("!") || rest.hasPrefix("[") {
            // As Markdown has it.
            rest = rest[image.upperBound...].prefix { $0 != ")" && !$0.isWhitespace }
        }
        let start = rest.drop { opening.contains($0) }
        let isOpened = start.startIndex != rest.startIndex || rest.startIndex != text.trimmed.startIndex
        rest = start
        while let last = rest.last, last == "," || last == ";" { rest.removeLast() }
        let isCut = rest.endIndex != start.endIndex
        let name = rest.prefix { $0 != "?" && $0 != "#" }
        let marks = rest.reversed().prefix { closing.contains($0) || ".,;:!|".contains($0) }
        let end = String(rest.dropLast(marks.count))
        if !marks.isEmpty, isOpened || name.endIndex == rest.endIndex && endsAsPicture(end) { return end }
        return isOpened || isCut ? String(rest) : nil
    }

    /// Whether it begins and ends with letters, digits or such characters, as most links do.
    private static func ends(_ text: String, areThoseOfLinks others: String) -> Bool {
        [text.utf8.first, text.utf8.last].allSatisfy { byte in
            guard let byte else { return false }
            let letter = Unicode.Scalar(byte).properties
            return byte < 0x80 && (letter.isAlphabetic || letter.numericType != nil) || others.utf8.contains(byte)
        }
    }

    private static func endsAsPicture(_ link: String) -> Bool {
        link.split(separator: "/").last.map { PictureName.isOne($0) } ?? false
    }
}
