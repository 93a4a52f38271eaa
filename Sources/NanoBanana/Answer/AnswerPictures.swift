// SPDX-License-Identifier: Apache-2.0

/// The pictures that an answer holds, or links to.
extension AnswerPlaces {
    /// - Parameter sent: links that were sent along; an answer that repeats them has brought no picture.
    func pictures(sent: Set<String>) -> [PictureLink] {
        // The first place that has any: the same pictures often stand in two.
        for place in apartFromErrors {
            if let found = place.pictures(sent: sent) { return found }
        }
        return []
    }
}

extension AnswerPlaces.Place {
    /// The pictures of the first name that has any; `nil` where none has.
    fileprivate func pictures(sent: Set<String>) -> [PictureLink]? {
        let named = members.filter { $0.name.holds("image") || $0.name.holds("picture") }
        let payload = kind == .payload ? members.filter { AnswerPlaces.isPayload($0.name) } : []
        let candidates =
            [pictureHere ?? []] + named.map { WirePicture.all(in: $0.value, below: .pictures) }
            + payload.map { WirePicture.all(in: $0.value, below: .anything) }
        return candidates.lazy.map { $0.filter { !sent.contains($0.url) } }.first { !$0.isEmpty }
    }

    /// The pictures that this object itself is: `{"url":…}`, `{"b64_json":…}`, `{"mimeType":…,"data":…}`.
    var pictureHere: [PictureLink]? { WirePicture.itself(members, links: kind == .payload ? .pictures : nil) }
}

/// How a picture is written: a link, `data:`, base64; alone, in an object, in a list.
enum WirePicture {
    /// How sure a name makes it that a text below it is a link.
    enum Name {
        /// The link of a picture: whatever stands there is shown where it cannot be used.
        case link
        /// Pictures, or something about them.
        case pictures
        /// Anything.
        case anything
    }

    private static let linkNames = [
        "url", "urls", "uri", "link", "links", "src", "href", "downloadurl", "fileurl", "outputurl", "resulturl",
        "resulturls",
    ]

    static func all(in value: JSONValue, below name: Name, fileName: String? = nil) -> [PictureLink] {
        switch value {
        case .text(let text):
            if let inner = value.unpacked { return all(in: inner, below: name, fileName: fileName) }
            let marked = marked(text).map { PictureLink(url: $0, fileName: fileName) }
            return marked.isEmpty ? one(text, below: name, fileName: fileName).map { [$0] } ?? [] : marked
        case .list(let items): return items.flatMap { all(in: $0, below: name, fileName: fileName) }
        case .object(let members) where members.allSatisfy({ Int($0.name) != nil }):
            // A list as PHP writes one that has lost its first.
            return members.flatMap { all(in: $0.value, below: name, fileName: fileName) }
        case .object(let members):
            return itself(members, links: name == .anything ? .pictures : .link)
                ?? members.lazy.filter { $0.name.holds("image") }.map { all(in: $0.value, below: name) }
                .first { !$0.isEmpty } ?? []
        case .number, .bool, .null: return []
        }
    }

    /// What an object's own members make of it; `nil` where that is no picture.
    ///
    /// - Parameter links: what its links are; `nil` where they may lead anywhere.
    static func itself(_ members: [JSONValue.Member], links: Name?) -> [PictureLink]? {
        let object = JSONValue.object(members)
        let fileName = ["filename", "name"].lazy.compactMap { object[$0]?.plainText }.first
        if let base64 = base64(object) { return [PictureLink(url: data(base64), fileName: fileName)] }
        if let inline = object["inlinedata"], let found = itself(inline.members, links: links) { return found }
        guard let links else { return nil }
        let linked = linkNames.lazy.compactMap { object[$0] }.map { all(in: $0, below: links, fileName: fileName) }
        if let found = linked.first(where: { !$0.isEmpty }) { return found }
        // Of what surely is a picture, whatever the name.
        guard links == .link else { return nil }
        let bare = members.lazy.compactMap(\.value.plainText).first(where: isBase64)
        return bare.map { [PictureLink(url: data($0), fileName: fileName)] }
    }

    /// `b64_json`, `base64`, `image_base64`; `data` beside the type of a picture.
    private static func base64(_ object: JSONValue) -> String? {
        let named = object.members.first { $0.name.holds("b64") || $0.name.holds("base64") }?.value.plainText
        if let named, named.utf8.count >= 32 { return named }
        guard object.members.contains(where: { $0.name.hasSuffix("mimetype") || $0.name == "mediatype" }) else {
            return nil
        }
        return object["data"]?.plainText
    }

    /// A picture in base64 as a link of its own kind (RFC 2397).
    private static func data(_ base64: String) -> String {
        base64.prefix(5).lowercased() == "data:" ? base64 : "data:;base64," + base64
    }

    private static func one(_ text: String, below name: Name, fileName: String?) -> PictureLink? {
        if isBase64(text) { return PictureLink(url: data(text.trimmingBlanks), fileName: fileName) }
        let isMeant =
            switch name {
            case .link: !text.trimmingBlanks.isEmpty
            case .pictures: mayBeLink(text)
            case .anything: isLink(text)
            }
        return isMeant ? PictureLink(url: text, fileName: fileName) : nil
    }

    /// The links of pictures in Markdown: `![a bottle](https://…)`.
    private static func marked(_ text: String) -> [String] {
        // A text in which nobody writes to people may be megabytes long.
        guard text.utf8.count < 10_000, text.holds("![") else { return [] }
        return text.split(separator: "![", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            guard let link = part.firstRange(of: "](").map({ part[$0.upperBound...].prefix { !") ".contains($0) } }),
                isLink(String(link))
            else { return nil }
            return String(link)
        }
    }

    /// Bytes of a picture begin with its signature, and base64 with that of PNG, JPEG, GIF, WebP, AVIF.
    private static func isBase64(_ text: String) -> Bool {
        let text = text.utf8.drop { $0 <= 0x20 }
        guard ["iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR", "AAAA"].contains(where: { text.starts(with: $0.utf8) }) else {
            return false
        }
        // No link is so long without a full stop or a colon.
        let start = text.prefix(256)
        return start.count >= 64 && start.allSatisfy { !".:?&%{}<>".utf8.contains($0) }
    }

    /// What a browser would take for a link, relative or not; a type such as `image/png` is none.
    private static func mayBeLink(_ text: String) -> Bool {
        let text = text.trimmingBlanks
        if text.hasPrefix("image/"), text.utf8.count < 20, !text.contains(".") { return false }
        if text.holds("/") || text.holds("%2F") { return true }
        let name = text.lowercased()
        let endings: [StaticString] = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"]
        return endings.contains { name.holds($0) } || isLink(text)
    }

    /// What is a link wherever it stands.
    private static func isLink(_ text: String) -> Bool {
        let start = text.trimmingBlanks.prefix(8).lowercased()
        return ["http://", "https://", "//", "/", "data:"].contains { start.hasPrefix($0) }
    }
}
