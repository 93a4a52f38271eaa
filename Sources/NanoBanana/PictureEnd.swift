// SPDX-License-Identifier: Apache-2.0

/// Finds out whether all of a picture's file is there, by what its format says of itself: a copy that is still under
/// way, or broke off, is a picture to the API as well, and would be paid for. Pure, but for what it is given to read with.
///
/// More may stand behind the end, as a phone puts a film behind a JPEG.
package struct PictureEnd<Failure: Error> {
    private let size: Int
    private let load: (_ count: Int, _ offset: Int) throws(Failure) -> [UInt8]
    /// What was read last, and where it stands: most of what is asked for follows on what was asked before.
    private var window: [UInt8] = []
    private var start = 0

    private static var windowSize: Int { 64 << 10 }
    /// So many pieces at most are looked at: nobody makes a picture of more, but for somebody who means harm.
    private static var pieces: Int { 1 << 18 }

    /// - Parameters:
    ///   - size: the file's, in bytes.
    ///   - load: so many bytes from there; fewer only at the end.
    package init(size: Int, load: @escaping (_ count: Int, _ offset: Int) throws(Failure) -> [UInt8]) {
        self.size = size
        self.load = load
    }

    package mutating func isThere(of kind: PictureKind) throws(Failure) -> Bool {
        let tail = try load(PictureKind.endLength, max(size - PictureKind.endLength, 0))
        // Most have nothing behind it.
        if kind.surelyEnds(with: tail) { return true }
        let isThere: Bool? =
            switch kind {
            case .png: try endsPNG()
            case .jpeg: try endsJPEG()
            case .gif: try endsGIF()
            case .webp: try number(4, at: 4, isLittle: true).map { $0 + 8 <= size } ?? false
            case .avif: try endsBoxes()
            }
        // What is not understood may be whole to others.
        return isThere ?? kind.mayEnd(with: tail)
    }

    // Each: `nil` where something stands there that the format does not know.

    // MARK: The formats

    /// Chunks, the last of which is `IEND` (ISO/IEC 15948, 5.3).
    private mutating func endsPNG() throws(Failure) -> Bool? {
        var offset = 8
        for _ in 0..<Self.pieces {
            guard let length = try number(4, at: offset), let type = try bytes(4, at: offset + 4) else { return false }
            if !type.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) { return nil }
            offset += 12 + length
            if offset > size { return false }
            if type == Array("IEND".utf8) { return true }
        }
        return nil
    }

    /// Segments, and behind each start of a scan its bytes, in which no marker stands (ITU-T T.81, B.1).
    private mutating func endsJPEG() throws(Failure) -> Bool? {
        var offset = 2
        for _ in 0..<Self.pieces {
            guard let mark = try bytes(2, at: offset) else { return false }
            if mark[0] != 0xFF { return nil }
            switch mark[1] {
            case 0xD9: return true
            // Fill bytes, and markers that stand alone.
            case 0xFF: offset += 1
            case 0x01, 0xD0...0xD8: offset += 2
            default:
                guard let length = try number(2, at: offset + 2) else { return false }
                if length < 2 { return nil }
                offset += 2 + length
                if mark[1] == 0xDA {
                    guard let next = try marker(from: offset) else { return false }
                    offset = next
                }
            }
        }
        return nil
    }

    /// The next marker that ends a scan.
    private mutating func marker(from offset: Int) throws(Failure) -> Int? {
        var offset = offset
        while offset + 1 < size {
            guard let part = try rest(from: offset) else { return nil }
            var place = part.startIndex
            while let found = part[place...].firstIndex(of: 0xFF), found + 1 < part.endIndex {
                switch part[found + 1] {
                case 0x00, 0xD0...0xD7, 0xFF: place = found + 1
                default: return offset + found - part.startIndex
                }
            }
            // The last byte may be the first half of one.
            offset += max(part.count - 1, 1)
        }
        return nil
    }

    /// Blocks (GIF89a, appendix A).
    private mutating func endsGIF() throws(Failure) -> Bool? {
        guard let flags = try byte(at: 10) else { return false }
        var offset = 13 + Self.colours(flags)
        for _ in 0..<Self.pieces {
            switch try byte(at: offset) {
            case 0x3B?: return true
            case 0x21?: offset += 2
            case 0x2C?:
                guard let flags = try byte(at: offset + 9) else { return false }
                offset += 11 + Self.colours(flags)
            case nil: return false
            default: return nil
            }
            while let length = try byte(at: offset) {
                offset += 1 + Int(length)
                if length == 0 { break }
            }
        }
        return nil
    }

    private static func colours(_ flags: UInt8) -> Int { flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1) }

    /// Boxes, with the picture in one of them (ISO/IEC 14496-12, 4.2).
    private mutating func endsBoxes() throws(Failure) -> Bool? {
        var (offset, hasPicture) = (0, false)
        for _ in 0..<Self.pieces {
            if offset == size { return hasPicture }
            guard let length = try number(4, at: offset), let type = try bytes(4, at: offset + 4) else { return false }
            if type == Array("mdat".utf8) { hasPicture = true }
            switch length {
            // To the end of the file.
            case 0: return hasPicture
            case 1:
                guard let long = try number(8, at: offset + 8) else { return false }
                if long < 16 { return nil }
                if long > size - offset { return false }
                offset += long
            default:
                if length < 8 { return nil }
                if length > size - offset { return false }
                // A tiny one may stand among what is said of it.
                if !hasPicture, type == Array("meta".utf8) {
                    // In the box alone, so that however many there are, each byte is looked at once.
                    hasPicture = try rest(from: offset)?.prefix(length).firstRange(of: "idat".utf8) != nil
                }
                offset += length
            }
        }
        return nil
    }

    // MARK: Reading

    private mutating func byte(at offset: Int) throws(Failure) -> UInt8? { try bytes(1, at: offset)?.first }

    private mutating func number(_ count: Int, at offset: Int, isLittle: Bool = false) throws(Failure) -> Int? {
        guard let bytes = try bytes(count, at: offset) else { return nil }
        let number = (isLittle ? bytes.reversed() : bytes).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(exactly: number).flatMap { $0 <= Int.max >> 1 ? $0 : nil }
    }

    /// `nil` where the file ends before.
    private mutating func bytes(_ count: Int, at offset: Int) throws(Failure) -> [UInt8]? {
        guard offset + count <= size else { return nil }
        if offset < start || offset + count > start + window.count { try move(to: offset) }
        guard offset + count <= start + window.count else { return nil }
        return Array(window[(offset - start)..<(offset - start + count)])
    }

    /// All of the window from there.
    private mutating func rest(from offset: Int) throws(Failure) -> ArraySlice<UInt8>? {
        guard offset < size else { return nil }
        if offset < start || offset + 1 >= start + window.count { try move(to: offset) }
        return window.isEmpty ? nil : window[(offset - start)...]
    }

    private mutating func move(to offset: Int) throws(Failure) {
        window = try load(Self.windowSize, offset)
        start = offset
    }
}
