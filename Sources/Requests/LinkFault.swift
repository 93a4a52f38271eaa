// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana

/// Why a link that is one by the letter leads to no picture, as it says itself. To send it would be to pay for a task
/// that ends in an error. Pure.
package enum LinkFault: Equatable, Sendable {
    /// A character as HTML or JSON writes it: what stands so in the link, and what was meant.
    case escaped(String, meant: Character)
    /// Something of the text that it was copied from; the link without.
    case surrounded(works: String)
    /// A page has shown it shortened.
    case shortened
    /// Where a program had nothing to put into the link, this stands.
    case unfilled(String)
    /// Only this office can open it.
    case unreachable(host: String)
    /// It was good until then.
    case ranOut(Timestamp)
    /// It leads to a page that shows a picture.
    case page(SharePage)
    /// It leads to a file of another kind; its ending.
    case notAPicture(ending: String)

    /// What is wrong with a link that goes to the API.
    init?(of link: ImageLink, _ addresses: AddressPolicy, at now: Timestamp) {
        if let fault = LinkCopy.fault(link.text) {
            self = fault
            return
        }
        let parts = LinkParts(link)
        if let part = Self.unfilled(parts) {
            self = .unfilled(part)
        } else if !addresses.allows(link) {
            self = .unreachable(host: link.host)
        } else if let page = SharePage(parts) {
            self = .page(page)
        } else if let end = SignedLink.end(of: parts), end <= now {
            self = .ranOut(end)
        } else if let ending = Self.otherKind(parts) {
            self = .notAPicture(ending: ending)
        } else {
            return nil
        }
    }

    /// What is wrong with a text that is no link, where one was copied with something around it.
    init?(around text: String) {
        guard let fault = LinkCopy.fault(around: text) else { return nil }
        self = fault
    }

    /// `https://a.b/undefined`, `https://a.b/[object%20Object].png`, `https://a.b/%7Bid%7D.png`: one word of the path is
    /// nothing but a program's word for nothing that no file is called by, or a place that nothing was filled into.
    private static func unfilled(_ link: LinkParts) -> String? {
        guard let last = link.path.last else { return nil }
        for part in link.path where part.utf8.contains(UInt8(ascii: "%")) || part.hasPrefix("undefined") {
            var word = LinkParts.decoded(part.utf8[...])
            if part == last { word = PictureName.stem(of: word) }
            let isPlace = ["{", "$", "<", "[object "].contains { word.hasPrefix($0) } && NothingText.isUnfilled(word)
            if word == "undefined" || isPlace { return word }
        }
        return nil
    }

    private static let otherKinds: Set = [
        "pdf", "zip", "rar", "7z", "mp4", "mov", "webm", "avi", "mkv", "mp3", "wav", "doc", "docx", "xls", "xlsx",
        "ppt",
        "pptx", "csv", "txt", "json", "yaml", "yml", "xml", "css", "js",
    ]

    /// What is made of a file by parameters may be a picture.
    private static func otherKind(_ link: LinkParts) -> String? {
        guard link.query.isEmpty, let ending = link.path.last.flatMap({ PictureName.ending(of: $0) }) else {
            return nil
        }
        return otherKinds.contains(ending) ? ending : nil
    }
}
