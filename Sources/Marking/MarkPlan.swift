// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

/// How a picture gets its mark: what of its bytes stays, which is nearly all, and what comes between. Pure, but for what
/// it is given to read with.
package enum MarkPlan: Equatable, Sendable {
    /// The new picture, in pieces.
    case write([Piece])
    /// It says so already, in the words of whoever made it.
    case isMarked
    /// It stays as it is.
    case leave(Reason)

    package enum Piece: Equatable, Sendable {
        /// Bytes of the picture, as they are.
        case kept(Range<Int>)
        case new([UInt8])
    }

    /// Why a picture is not marked.
    package enum Reason: Equatable, Sendable {
        /// A format without a place that programs look at.
        case format(PictureKind)
        case notUnderstood
        /// It carries signed Content Credentials.
        case isSigned
        /// It has such data of its own to which nothing can be added.
        case ownData
        /// Its own data names a source, and that is no model.
        case saysOtherwise
    }

    /// What one's own picture says that is taken over.
    package struct Origin: Sendable {
        fileprivate var notes = AuthorNotes()
        fileprivate var profile: [UInt8]?

        /// A picture with broken data, or of another kind, says nothing.
        package init(reading picture: PictureSource) throws {
            guard let start = try picture.read(0..<min(PictureKind.signatureLength, picture.size)),
                let kind = PictureKind(signature: start), let parts = try PictureParts(picture, kind)
            else { return }
            (notes, profile) = (parts.notes, parts.profile)
        }
    }

    /// - Parameter origin: `nil` where none is at hand.
    package init(_ picture: PictureSource, _ kind: PictureKind, _ mark: AIMark, from origin: Origin?) throws {
        guard let parts = try PictureParts(picture, kind) else {
            self = .leave([.gif, .avif].contains(kind) ? .format(kind) : .notUnderstood)
            return
        }
        if parts.isSigned {
            self = .leave(.isSigned)
            return
        }
        let packet = parts.xmp.map { XMPPacket($0.bytes) }
        if let packet, packet.mentions(AIMark.property) {
            self = packet.mentions(AIMark.ofModels) ? .isMarked : .leave(.saysOtherwise)
            return
        }
        let description = mark.description(parts.notes.missing(in: origin?.notes), beside: packet)
        let isOpen = parts.xmp?.isPlain ?? true
        let whole = packet.map { isOpen ? $0.adding(description) : nil } ?? XMPPacket.new(description)
        let profile = parts.saysColours ? nil : PictureParts.profile(origin?.profile, for: parts.colours)
        guard let whole, let edits = try Self.edits(parts, picture, whole, profile) else {
            self = .leave(.ownData)
            return
        }
        self = .write(Self.pieces(of: picture.size, edits))
    }

    /// What stands at a place is replaced by something else; by more, where it is empty.
    private typealias Edit = (place: Range<Int>, bytes: [UInt8])

    /// In the order of the file; `nil` where there is no room for so much.
    private static func edits(
        _ parts: PictureParts, _ picture: PictureSource, _ packet: [UInt8], _ profile: [UInt8]?
    ) throws -> [Edit]? {
        let old = parts.xmp?.place
        switch parts.room {
        case .none: return nil
        case .png(let place):
            let more = profile.map(PictureParts.pngChunk(profile:)) ?? []
            let chunk = PictureParts.pngChunk(packet: packet)
            guard let old else { return [(place..<place, more + chunk)] }
            return [(place..<place, more), (old, chunk)]
        case .jpeg(let place):
            guard packet.count <= PictureParts.packetLimit else { return nil }
            let more = profile.map(PictureParts.jpegSegments(profile:)) ?? []
            let segment = PictureParts.jpegSegment(packet: packet)
            guard let old else { return [(place..<place, segment + more)] }
            // It may be the very first, which belongs before all others.
            return [(old, segment + more)]
        case .webp(let room): return try webPEdits(room, old, picture, packet, profile)
        }
    }

    private static func webPEdits(
        _ room: WebPRoom, _ old: Range<Int>?, _ picture: PictureSource, _ packet: [UInt8], _ profile: [UInt8]?
    ) throws -> [Edit]? {
        let more = profile.map { PictureParts.webPChunk("ICCP", $0) } ?? []
        var edits: [Edit] = []
        if let head = room.head {
            let flags = head.lowerBound + 8
            guard let byte = try picture.read(flags..<flags + 1)?.first else { return nil }
            edits.append((flags..<flags + 1, [PictureParts.webPFlags(byte, withProfile: profile != nil)]))
            edits.append((head.upperBound..<head.upperBound, more))
        } else {
            edits.append((12..<12, PictureParts.webPHead(room, withProfile: profile != nil) + more))
        }
        edits.append((old ?? room.end..<room.end, PictureParts.webPChunk("XMP ", packet)))
        let growth = edits.reduce(0) { $0 + $1.bytes.count - $1.place.count }
        let length = room.end - 8 + growth
        // RIFF counts with 32 bits.
        guard length <= Int(UInt32.max) else { return nil }
        edits.insert((4..<8, length.littleEndian(4)), at: 0)
        return edits
    }

    private static func pieces(of size: Int, _ edits: [Edit]) -> [Piece] {
        var (pieces, offset) = ([Piece](), 0)
        for edit in edits {
            if edit.place.lowerBound > offset { pieces.append(.kept(offset..<edit.place.lowerBound)) }
            if !edit.bytes.isEmpty { pieces.append(.new(edit.bytes)) }
            offset = edit.place.upperBound
        }
        if offset < size { pieces.append(.kept(offset..<size)) }
        return pieces
    }
}

extension AuthorNotes {
    /// What another picture says, and this one does not.
    fileprivate func missing(in other: AuthorNotes?) -> AuthorNotes {
        var notes = AuthorNotes()
        guard let other else { return notes }
        if creators.isEmpty { notes.fill(creators: other.creators) }
        if rights == nil, let text = other.rights { notes.fill(rights: text) }
        return notes
    }
}
