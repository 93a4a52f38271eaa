// SPDX-License-Identifier: Apache-2.0

/// What is needed to write more into a WebP file.
struct WebPRoom: Equatable {
    /// Of the picture, in pixels.
    var width: Int
    var height: Int
    var hasAlpha: Bool
    /// The place of the chunk that says which others there are, and of its byte of flags; `nil` where there is none.
    var head: Range<Int>?
    /// Where the last chunk ends.
    var end: Int
}

/// WebP: chunks in a RIFF file, each with its name and length, filled up to an even one (RFC 9649). What has more than a
/// picture begins with the chunk `VP8X`.
extension PictureParts {
    private enum Flag {
        static let profile: UInt8 = 0x20
        static let alpha: UInt8 = 0x10
        static let xmp: UInt8 = 0x04
    }

    mutating func readWebP(_ picture: PictureSource) throws -> Bool {
        guard let length = try picture.read(4..<8)?.littleEndian, 8 + length <= picture.size, length.isMultiple(of: 2)
        else { return false }
        // All that this format has are colours of a screen.
        colours = .rgb
        var (offset, room) = (12, WebPRoom?.none)
        for _ in 0..<Self.most where offset < 8 + length {
            guard let head = try picture.read(offset..<offset + 8) else { return false }
            let size = head.suffix(4).littleEndian
            let place = offset..<offset + 8 + size + size % 2
            guard place.upperBound <= 8 + length else { return false }
            let name = String(decoding: head.prefix(4), as: UTF8.self)
            if offset == 12 {
                room = try Self.room(name, at: place, picture)
                if room == nil { return false }
            }
            try takeWebP(name, size, at: place, picture)
            offset = place.upperBound
        }
        guard offset == 8 + length, var room else { return false }
        room.end = offset
        self.room = .webp(room)
        return true
    }

    /// By the first chunk, which is none else.
    private static func room(_ name: String, at place: Range<Int>, _ picture: PictureSource) throws -> WebPRoom? {
        guard place.count >= 18, let start = try picture.read(place.lowerBound + 8..<place.lowerBound + 18)
        else { return nil }
        switch name {
        case "VP8X":
            return WebPRoom(
                width: start[4..<7].littleEndian + 1, height: start[7..<10].littleEndian + 1,
                hasAlpha: start[0] & Flag.alpha != 0, head: place, end: 0)
        // A frame that needs no other one, behind three bytes of its own (RFC 6386, 9.1).
        case "VP8 ":
            guard start[0] & 1 == 0, start[3..<6] == [0x9D, 0x01, 0x2A] else { return nil }
            let (width, height) = (start[6..<8].littleEndian & 0x3FFF, start[8..<10].littleEndian & 0x3FFF)
            guard width > 0, height > 0 else { return nil }
            return WebPRoom(width: width, height: height, hasAlpha: false, end: 0)
        // 14 bits each, and one that says whether anything shines through.
        case "VP8L":
            guard start[0] == 0x2F else { return nil }
            let bits = start[1..<5].littleEndian
            return WebPRoom(
                width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1, hasAlpha: bits >> 28 & 1 == 1, end: 0)
        default: return nil
        }
    }

    private mutating func takeWebP(
        _ name: String, _ size: Int, at place: Range<Int>, _ picture: PictureSource
    ) throws {
        if name == "C2PA" { isSigned = true }
        if name == "ICCP" { saysColours = true }
        guard ["ICCP", "EXIF", "XMP "].contains(name), size <= Self.limit,
            let bytes = try picture.read(place.lowerBound + 8..<place.lowerBound + 8 + size)
        else { return }
        switch name {
        case "ICCP": profile = bytes
        case "EXIF": exif = bytes.starts(with: "Exif\0\0".utf8) ? Array(bytes.dropFirst(6)) : bytes
        default: xmp = Packet(bytes: bytes, place: place, isPlain: xmp == nil)
        }
    }

    // MARK: What is written

    /// The chunk that says which others there are, for a file that has none, or with more flags.
    static func webPHead(_ room: WebPRoom, withProfile: Bool) -> [UInt8] {
        let flags = Flag.xmp | (withProfile ? Flag.profile : 0) | (room.hasAlpha ? Flag.alpha : 0)
        let canvas = (room.width - 1).littleEndian(3) + (room.height - 1).littleEndian(3)
        return webPChunk("VP8X", [flags, 0, 0, 0] + canvas)
    }

    static func webPFlags(_ flags: UInt8, withProfile: Bool) -> UInt8 {
        flags | Flag.xmp | (withProfile ? Flag.profile : 0)
    }

    static func webPChunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + content.count.littleEndian(4) + content + (content.count.isMultiple(of: 2) ? [] : [0])
    }
}
