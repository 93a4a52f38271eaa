// SPDX-License-Identifier: Apache-2.0

/// A packet of XMP (ISO 16684-1), which is XML in one of few forms. It is searched and not parsed: whoever writes one
/// uses the usual prefixes, and what is not found is as if it were not there.
struct XMPPacket {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func mentions(_ word: String) -> Bool { bytes.firstRange(of: word.utf8) != nil }

    /// More of them are no names.
    static let mostItems = 10

    /// The texts in an element's list, as many as count.
    func items(of name: String) -> [String] {
        guard let start = bytes.firstRange(of: "<\(name)>".utf8)?.upperBound,
            let end = bytes[start...].firstRange(of: "</\(name)>".utf8)?.lowerBound
        else { return [] }
        var (items, rest) = ([String](), bytes[start..<end])
        while items.count < Self.mostItems, let item = rest.firstRange(of: "<rdf:li".utf8),
            let open = rest[item.upperBound...].firstIndex(of: 0x3E)
        {
            if rest[open - 1] == UInt8(ascii: "/") {
                rest = rest[open...]
                continue
            }
            // Nothing is searched twice: a stranger's packet has hundreds of thousands of items.
            guard let close = rest[open...].firstRange(of: "</rdf:li>".utf8) else { break }
            items.append(Self.decoded(rest[(open + 1)..<close.lowerBound].text))
            rest = rest[close.upperBound...]
        }
        return items
    }

    /// The same with a description more; `nil` where nothing says for sure where that goes.
    func adding(_ description: String) -> [UInt8]? {
        let end = "</rdf:RDF>".utf8
        guard String(validating: bytes, as: UTF8.self) != nil, let place = bytes.firstRange(of: end),
            bytes[place.upperBound...].firstRange(of: end) == nil
        else { return nil }
        return bytes[..<place.lowerBound] + Array(description.utf8) + bytes[place.lowerBound...]
    }

    /// A packet of its own.
    static func new(_ description: String) -> [UInt8] {
        let text = """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/">
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            \(description)</rdf:RDF>
            </x:xmpmeta>
            <?xpacket end="w"?>
            """
        return Array(text.utf8)
    }

    private static let entities = [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&#34;", "\""),
        ("&#xA;", "\n"), ("&amp;", "&"),
    ]

    private static func decoded(_ text: String) -> String {
        entities.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    static func encoded(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
