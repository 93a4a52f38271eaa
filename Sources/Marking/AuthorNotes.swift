// SPDX-License-Identifier: Apache-2.0

/// Who made a picture, and whose it is, as its file says it in one of four ways. What comes first counts: whoever writes
/// the newer ones keeps the older ones as they were.
struct AuthorNotes: Equatable {
    private(set) var creators: [String] = []
    private(set) var rights: String?

    /// Longer ones are no names, and hundreds of entries may lead to the same millions of bytes.
    private static let longest = 1000
    private static let mostBytes = 4 * longest

    mutating func fill(creators texts: [String]) {
        if creators.isEmpty { creators = texts.compactMap(Self.cleaned).prefix(XMPPacket.mostItems).map(\.self) }
    }

    mutating func fill(rights text: String) {
        if rights == nil { rights = Self.cleaned(text) }
    }

    /// Without what no XML may have; `nil` where nothing is left.
    private static func cleaned(_ text: String) -> String? {
        let scalars = text.unicodeScalars.prefix(longest).filter { scalar in
            scalar == "\n" || scalar == "\t"
                || scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value & 0xFFFE != 0xFFFE
        }
        let text = String(String.UnicodeScalarView(scalars))
        guard let start = text.firstIndex(where: { !$0.isWhitespace }),
            let end = text.lastIndex(where: { !$0.isWhitespace })
        else { return nil }
        return String(text[start...end])
    }
}

extension AuthorNotes {
    /// `dc:creator`, `dc:rights`.
    mutating func fill(from packet: XMPPacket) {
        fill(creators: packet.items(of: "dc:creator"))
        if let text = packet.items(of: "dc:rights").first { fill(rights: text) }
    }

    /// The camera's (TIFF 6.0, 2; Exif 2.32, 4.6.4): the first directory has `Artist` and `Copyright`.
    mutating func fill(fromExif bytes: [UInt8]) {
        let isLittle = bytes.starts(with: "II".utf8)
        guard bytes.count >= 8, isLittle || bytes.starts(with: "MM".utf8) else { return }
        func number(_ offset: Int, _ count: Int) -> Int? {
            guard offset >= 0, offset + count <= bytes.count else { return nil }
            let part = bytes[offset..<offset + count]
            return isLittle ? part.littleEndian : part.bigEndian
        }
        guard number(2, 2) == 42, let start = number(4, 4), let count = number(start, 2) else { return }
        for entry in 0..<count {
            let place = start + 2 + 12 * entry
            guard let tag = number(place, 2), let type = number(place + 2, 2), let length = number(place + 4, 4) else {
                return
            }
            guard tag == 0x013B && creators.isEmpty || tag == 0x8298 && rights == nil, type == 2,
                let offset = length <= 4 ? place + 8 : number(place + 8, 4), offset + length <= bytes.count
            else { continue }
            // A photographer's, and behind a zero an editor's.
            let text = bytes[offset..<offset + min(length, Self.mostBytes)].split(separator: 0).first?.text ?? ""
            if tag == 0x8298 { fill(rights: text) } else { fill(creators: text.split(separator: ";").map(String.init)) }
        }
    }

    /// IPTC's in a file of Photoshop's (IIM 4.2, 2:80 and 2:116).
    mutating func fill(fromIPTC bytes: [UInt8]) {
        var (offset, creators) = (0, [String]())
        while offset + 12 <= bytes.count, bytes[offset..<offset + 4].elementsEqual("8BIM".utf8) {
            let identifier = bytes[offset + 4..<offset + 6].bigEndian
            // Its name, of any length, filled up to an even one.
            let name = Int(bytes[offset + 6]) + 1
            let start = offset + 6 + name + name % 2 + 4
            guard start <= bytes.count else { return }
            let length = bytes[start - 4..<start].bigEndian
            guard start + length <= bytes.count else { return }
            if identifier == 0x0404 { takeDatasets(bytes[start..<start + length], &creators) }
            offset = start + length + length % 2
        }
        fill(creators: creators)
    }

    private mutating func takeDatasets(_ bytes: ArraySlice<UInt8>, _ creators: inout [String]) {
        var rest = bytes
        while rest.count >= 5, rest.first == 0x1C {
            let head = Array(rest.prefix(5))
            let length = head[3...].bigEndian
            rest = rest.dropFirst(5)
            // Longer ones have another form, and none of them is a name.
            guard length < 0x8000, length <= rest.count else { return }
            let text = rest.prefix(length).text
            switch (head[1], head[2]) {
            case (2, 80): creators.append(text)
            case (2, 116): fill(rights: text)
            default: break
            }
            rest = rest.dropFirst(length)
        }
    }
}
