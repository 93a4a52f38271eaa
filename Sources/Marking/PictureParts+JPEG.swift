// SPDX-License-Identifier: Apache-2.0

/// JPEG: segments, each with its marker and length, up to the first scan (ITU-T T.81, B.1).
extension PictureParts {
    private static let xmpName = Array("http://ns.adobe.com/xap/1.0/".utf8) + [0]
    private static let exifName = Array("Exif".utf8) + [0, 0]
    private static let profileName = Array("ICC_PROFILE".utf8) + [0]
    private static let photoshopName = Array("Photoshop 3.0".utf8) + [0]
    /// The most that a segment holds: its length, of two bytes, counts itself.
    private static let segmentLimit = 0xFFFF - 2
    /// The longest packet that one segment takes.
    static let packetLimit = segmentLimit - xmpName.count

    mutating func readJPEG(_ picture: PictureSource) throws -> Bool {
        var (offset, profiles) = (2, [Int: [UInt8]]())
        // Behind what has to come first.
        var isAtStart = true
        room = .jpeg(at: offset)
        for _ in 0..<Self.most {
            guard let mark = try picture.read(offset..<offset + 2), mark[0] == 0xFF else { return false }
            if mark[1] == 0xFF {
                offset += 1
                continue
            }
            // Of what stands alone, nothing belongs before the first scan.
            guard mark[1] > 0x01, !(0xD0...0xD9).contains(mark[1]),
                let length = try picture.read(offset + 2..<offset + 4)?.bigEndian, length >= 2,
                offset + 2 + length <= picture.size
            else { return false }
            if mark[1] == 0xDA {
                profile = Self.joined(profiles)
                return true
            }
            let place = offset..<offset + 2 + length
            let isWanted = (0xE0...0xEF).contains(mark[1]) || (0xC0...0xCF).contains(mark[1])
            let bytes = isWanted ? try picture.read(offset + 4..<place.upperBound) ?? [] : []
            takeJPEG(mark[1], bytes, at: place, &profiles)
            isAtStart = isAtStart && (mark[1] == 0xE0 || mark[1] == 0xE1 && bytes.starts(with: Self.exifName))
            if isAtStart { room = .jpeg(at: place.upperBound) }
            offset = place.upperBound
        }
        return false
    }

    private mutating func takeJPEG(
        _ mark: UInt8, _ bytes: [UInt8], at place: Range<Int>, _ profiles: inout [Int: [UInt8]]
    ) {
        switch mark {
        // Tables of codes, and a kind that nobody uses.
        case 0xC4, 0xC8, 0xCC: break
        case 0xC0...0xCF:
            guard bytes.count > 5 else { return }
            colours = bytes[5] == 3 ? .rgb : bytes[5] == 1 ? .grey : .others
        case 0xE1 where bytes.starts(with: Self.xmpName):
            xmp = Packet(bytes: Array(bytes.dropFirst(Self.xmpName.count)), place: place, isPlain: xmp == nil)
        case 0xE1 where bytes.starts(with: Self.exifName): exif = Array(bytes.dropFirst(Self.exifName.count))
        case 0xE2 where bytes.starts(with: Self.profileName):
            saysColours = true
            let rest = bytes.dropFirst(Self.profileName.count)
            if rest.count > 2 { profiles[Int(rest[rest.startIndex])] = Array(rest.dropFirst(2)) }
        case 0xEB: isSigned = isSigned || bytes.starts(with: "JP".utf8) && bytes.firstRange(of: "c2pa".utf8) != nil
        case 0xED where bytes.starts(with: Self.photoshopName): iptc = Array(bytes.dropFirst(Self.photoshopName.count))
        default: break
        }
    }

    /// A profile may be too long for one segment: they are numbered from 1.
    private static func joined(_ parts: [Int: [UInt8]]) -> [UInt8]? {
        guard !parts.isEmpty, parts.keys.sorted() == Array(1...parts.count) else { return nil }
        return parts.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    // MARK: What is written

    static func jpegSegment(packet: [UInt8]) -> [UInt8] { segment(0xE1, xmpName + packet) }

    static func jpegSegments(profile: [UInt8]) -> [UInt8] {
        let most = segmentLimit - profileName.count - 2
        let count = (profile.count + most - 1) / most
        guard count <= 255 else { return [] }
        return (0..<count).flatMap { number in
            let part = profile[number * most..<min((number + 1) * most, profile.count)]
            return segment(0xE2, profileName + [UInt8(number + 1), UInt8(count)] + part)
        }
    }

    private static func segment(_ mark: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0xFF, mark] + (content.count + 2).bigEndian(2) + content
    }
}
