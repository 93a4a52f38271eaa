// SPDX-License-Identifier: Apache-2.0

/// PNG: chunks, each with its length, type and sum (ISO/IEC 15948).
extension PictureParts {
    private static let xmpKeyword = Array("XML:com.adobe.xmp".utf8) + [0]
    /// Of the texts that are used.
    private static let keywords: Set<String> = ["Author", "Copyright"]

    mutating func readPNG(_ picture: PictureSource) throws -> Bool {
        var (offset, hasProfile) = (8, false)
        for number in 0..<Self.most {
            guard let head = try picture.read(offset..<offset + 8) else { return false }
            let (length, type) = (head.prefix(4).bigEndian, String(decoding: head.suffix(4), as: UTF8.self))
            let place = offset..<offset + 12 + length
            guard head.suffix(4).allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }), place.upperBound <= picture.size
            else { return false }
            if number == 0 {
                guard type == "IHDR", length == 13, let colour = try picture.read(offset + 17..<offset + 18)
                else { return false }
                colours = colour[0] & 2 == 0 ? .grey : .rgb
                room = .png(at: place.upperBound)
            }
            if type == "IEND" { return number > 0 }
            if type != "iCCP" || !hasProfile { try takePNG(type, at: place, picture) }
            hasProfile = hasProfile || type == "iCCP"
            offset = place.upperBound
        }
        return false
    }

    private mutating func takePNG(_ type: String, at place: Range<Int>, _ picture: PictureSource) throws {
        switch type {
        case "sRGB", "cICP": saysColours = true
        case "caBX": isSigned = true
        case "iCCP", "iTXt", "tEXt", "eXIf":
            if type == "iCCP" { saysColours = true }
            let content = place.lowerBound + 8..<place.upperBound - 4
            guard content.count <= Self.limit, let bytes = try picture.read(content) else { return }
            switch type {
            case "iCCP": takeProfile(bytes)
            case "iTXt": takeText(bytes, at: place)
            case "eXIf": exif = bytes
            default:
                guard let end = bytes.firstIndex(of: 0), let keyword = wanted(bytes[..<end]) else { return }
                texts[keyword] = bytes[(end + 1)...].text
            }
        default: break
        }
    }

    /// A keyword that is used, and of which there was no text as yet.
    private func wanted(_ bytes: ArraySlice<UInt8>) -> String? {
        let keyword = String(decoding: bytes, as: UTF8.self)
        return Self.keywords.contains(keyword) && texts[keyword] == nil ? keyword : nil
    }

    /// A keyword, whether it is packed and how, a language, the keyword in that, and the text. The first of each counts,
    /// and what does not count is not unpacked.
    private mutating func takeText(_ bytes: [UInt8], at place: Range<Int>) {
        guard let end = bytes.firstIndex(of: 0), end + 2 < bytes.count else { return }
        let isPacked = bytes[end + 1] != 0
        guard let language = bytes[(end + 3)...].firstIndex(of: 0),
            let second = bytes[(language + 1)...].firstIndex(of: 0)
        else { return }
        let rest = bytes[(second + 1)...]
        if bytes.starts(with: Self.xmpKeyword) {
            // Another one is nobody's who keeps to the rules, and is taken for a place that cannot be used.
            guard xmp == nil else {
                xmp?.isPlain = false
                return
            }
            xmp = Packet(bytes: isPacked ? unpack(rest) ?? [] : Array(rest), place: place, isPlain: !isPacked)
        } else if let keyword = wanted(bytes[..<end]) {
            texts[keyword] = (isPacked ? unpack(rest) ?? [] : Array(rest)).text
        }
    }

    /// Behind its name and a byte for the way it is packed, which is always the same.
    private mutating func takeProfile(_ bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: 0), end + 2 < bytes.count else { return }
        profile = unpack(bytes[(end + 2)...])
    }

    /// `nil` where it is broken, or too much.
    private mutating func unpack(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let limit = min(Self.limit, Self.unpackedLimit - unpacked)
        guard limit > 0 else { return nil }
        let whole = Zlib.unpacked(Array(bytes), limit: limit)
        unpacked += whole?.count ?? limit
        return whole
    }

    // MARK: What is written

    static func pngChunk(packet: [UInt8]) -> [UInt8] { chunk("iTXt", xmpKeyword + [0, 0, 0, 0] + packet) }

    static func pngChunk(profile: [UInt8]) -> [UInt8] {
        chunk("iCCP", Array("ICC profile".utf8) + [0, 0] + Zlib.packed(profile))
    }

    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        return content.count.bigEndian(4) + body + Int(Zlib.sum(of: body)).bigEndian(4)
    }
}
