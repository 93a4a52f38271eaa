// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// What a picture's file holds beside its pixels.
struct PictureParts {
    /// What one number a pixel stands for.
    enum Colours: Equatable {
        case rgb, grey
        /// Those of print, or what is not known.
        case others
    }

    /// A packet of XMP, and the place of all that holds it in the file.
    struct Packet: Equatable {
        var bytes: [UInt8]
        var place: Range<Int>
        /// Whether it stands there as it is, and not packed.
        var isPlain = true
    }

    var colours = Colours.others
    var xmp: Packet?
    /// A TIFF file with what the camera says.
    var exif: [UInt8]?
    /// The older form of IPTC's notes.
    var iptc: [UInt8]?
    /// PNG's own, as far as they are used: `Author`, `Copyright`.
    var texts: [String: String] = [:]
    /// The colour profile, unpacked; `nil` where there is none, or it is too large, or broken.
    var profile: [UInt8]?
    /// Whether anything says what the colours are.
    var saysColours = false
    /// Whether it carries signed Content Credentials (C2PA), which hold for these very bytes.
    var isSigned = false
    /// What was unpacked, in bytes. What is broken, or too much, counts as much as it might have taken.
    var unpacked = 0
    /// Where a packet and a profile go.
    var room = Room.none

    /// Where more goes, as each format has it.
    enum Room: Equatable {
        case none
        case png(at: Int)
        case jpeg(at: Int)
        case webp(WebPRoom)
    }

    /// The largest part that is read.
    static let limit = 4 << 20
    /// So much is unpacked at most: a few bytes may come to a thousand times as many, in each of a file's parts.
    static let unpackedLimit = 16 << 20
    /// So many parts at most are looked at: nobody makes a picture of more, but for somebody who means harm.
    static let most = 1 << 17

    /// `nil` where the bytes are not understood.
    init?(_ picture: PictureSource, _ kind: PictureKind) throws {
        let isUnderstood =
            switch kind {
            case .png: try readPNG(picture)
            case .jpeg: try readJPEG(picture)
            case .webp: try readWebP(picture)
            case .gif, .avif: false
            }
        if !isUnderstood { return nil }
    }
}

extension PictureParts {
    /// Who made it, and whose it is.
    var notes: AuthorNotes {
        var notes = AuthorNotes()
        if let xmp { notes.fill(from: XMPPacket(xmp.bytes)) }
        if let exif { notes.fill(fromExif: exif) }
        if let iptc { notes.fill(fromIPTC: iptc) }
        if let author = texts["Author"] { notes.fill(creators: [author]) }
        if let rights = texts["Copyright"] { notes.fill(rights: rights) }
        return notes
    }

    /// A profile, where it is one for pictures of such colours.
    static func profile(_ profile: [UInt8]?, for colours: Colours) -> [UInt8]? {
        guard let profile, profile.count >= 132, profile.prefix(4).bigEndian == profile.count,
            profile[36..<40].elementsEqual("acsp".utf8)
        else { return nil }
        let space = profile[16..<20]
        switch colours {
        case .rgb: return space.elementsEqual("RGB ".utf8) ? profile : nil
        case .grey: return space.elementsEqual("GRAY".utf8) ? profile : nil
        case .others: return nil
        }
    }
}
