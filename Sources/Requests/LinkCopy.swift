// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// Links as they come out of texts, pages and programs: with what stood around them, or written as these write them.
/// Pure.
enum LinkCopy {
    /// What is wrong with a text that is a link by the letter.
    static func fault(_ link: String) -> LinkFault? {
        if hasPlainEnds(link), !link.utf8.contains(where: mayEscape) { return nil }
        if let fault = escape(in: link) { return fault }
        if let bare = bare(link) { return .surrounded(works: bare) }
        return link.hasSuffix("…") || link.hasSuffix("...") ? .shortened : nil
    }

    /// What is wrong with a text that is none, where a link stands in it.
    static func fault(around text: String) -> LinkFault? {
        // Those are told as what they are.
        if text.hasTypographicQuotes { return nil }
        if let fault = escape(in: text) { return fault }
        let found = [inner(text), bare(text)].compactMap(\.self).first { (try? ImageLink($0)) != nil }
        return found.map { .surrounded(works: $0) }
    }

    // MARK: As HTML and JSON write characters

    private static func mayEscape(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "&") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\")
    }

    private static let names: [String: Character] = [
        "amp": "&", "quot": "\"", "apos": "'", "lt": "<", "gt": ">", "nbsp": "\u{A0}",
    ]

    private static func escape(in link: String) -> LinkFault? {
        let text = link.lowercased()
        if text.contains("\\/") { return .escaped("\\/", meant: "/") }
        for spelling in ["\\u0026", "%26amp%3b"] where text.contains(spelling) {
            return .escaped(spelling, meant: "&")
        }
        var rest = link[...]
        while let start = rest.firstIndex(of: "&") {
            rest = rest[start...].dropFirst()
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "#") }
            guard name.endIndex < rest.endIndex, rest[name.endIndex] == ";",
                let meant = character(name.lowercased()[...])
            else { continue }
            if meant == "&" { return .escaped("&\(name.lowercased());", meant: meant) }
            // No other character that is written so may stand in a link: there the text around begins.
            return .surrounded(works: String(link[..<start]))
        }
        return nil
    }

    private static func character(_ name: Substring) -> Character? {
        guard name.hasPrefix("#") else { return names[String(name)] }
        let digits = name.dropFirst()
        let value = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return value.flatMap(Unicode.Scalar.init).map(Character.init).flatMap { names.values.contains($0) ? $0 : nil }
    }

    // MARK: What stood around

    private static let closing: [Character: Character] = [
        "(": ")", "<": ">", "[": "]", "\"": "\"", "'": "'", "`": "`", "*": "*", "«": "»", "»": "«", "‹": "›",
    ]
    /// Blanks, line ends and quotes that a program has encoded with the link.
    private static let encodedEnds = ["%20", "%09", "%0a", "%0d", "%22", "%c2%a0"]

    /// The link that stands in a formula, a tag, Markdown or a list: `=IMAGE("https://a.b/c.png")`,
    /// `[c](https://a.b/c.png)`, `- https://a.b/c.png`.
    private static func inner(_ text: String) -> String? {
        let lower = text.lowercased()
        let schemes = ["https://", "http://"]
        guard lower.utf8.count == text.utf8.count,
            let start = schemes.compactMap({ lower.ranges(of: $0).last?.lowerBound }).max(), start != lower.startIndex,
            !lower.hasPrefix("http") || schemes.contains(String(lower[..<start]))
        else { return nil }
        let link = Substring(text.utf8.dropFirst(lower.utf8.distance(from: lower.startIndex, to: start)))
        if let before = lower[..<start].last, let close = closing[before] {
            return String(link.last == close ? link.dropLast() : link.prefix { $0 != close })
        }
        return link.contains(where: \.isWhitespace) ? nil : bare(String(link)) ?? String(link)
    }

    /// The link without what the text around it has left; `nil` where nothing has.
    ///
    /// A full stop or a bracket may belong to a link: it goes only where something was opened before the link, or where
    /// the link ends as the name of a picture does without it.
    private static func bare(_ text: String) -> String? {
        if hasPlainEnds(text), !encodedEnds.contains(where: text.lowercased().hasSuffix) { return nil }
        var rest = text.trimmed[...]
        let start = rest.drop { closing[$0] != nil }
        let isOpened = start.startIndex != rest.startIndex
        rest = start
        while let end = encodedEnds.first(where: rest.lowercased().hasSuffix) { rest.removeLast(end.count) }
        while let last = rest.last, last == "," || last == ";" { rest.removeLast() }
        let isCut = rest.endIndex != start.endIndex
        let name = rest.prefix { $0 != "?" && $0 != "#" }
        let marks = rest.reversed().prefix { isMark($0) }
        let end = String(rest.dropLast(marks.count))
        if !marks.isEmpty, isOpened || name.endIndex == rest.endIndex && endsAsPicture(end) { return end }
        return isOpened || isCut ? String(rest) : nil
    }

    private static func isMark(_ character: Character) -> Bool {
        closing.values.contains(character) || ".,;:!|\\…".contains(character)
    }

    /// Whether it begins and ends with letters, digits or such characters, as most links do.
    private static func hasPlainEnds(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return [first, last].allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    private static func endsAsPicture(_ link: String) -> Bool {
        link.split(separator: "/").last.map { PictureName.isOne($0) } ?? false
    }
}
