// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import TestSupport
import Testing

@testable import Documents
@testable import Marking

/// What is written into a picture, and what is not touched.
struct MarkPlanTests {
    static let mark = AIMark(source: .edited, model: "gemini-3-pro-image-preview", date: "2026-11-30T21:15:30.250Z")
    static let source = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"

    static func plan(
        _ picture: Picture, from origin: Picture? = nil, _ mark: AIMark = MarkPlanTests.mark
    ) throws -> MarkPlan {
        let origin = try origin.map { try MarkPlan.Origin(reading: PictureSource($0.bytes)) }
        return try MarkPlan(PictureSource(picture.bytes), picture.kind, mark, from: origin)
    }

    /// The picture with its mark; `nil` where it has none.
    static func marked(_ picture: Picture, from origin: Picture? = nil) throws -> Picture? {
        guard case .write(let pieces) = try plan(picture, from: origin) else { return nil }
        var marked = picture
        marked.bytes = pieces.flatMap { piece in
            switch piece {
            case .kept(let range): Array(picture.bytes[range])
            case .new(let bytes): bytes
            }
        }
        return marked
    }

    static func parts(_ picture: Picture) throws -> PictureParts {
        try #require(try PictureParts(PictureSource(picture.bytes), picture.kind))
    }

    private static func packet(_ picture: Picture) throws -> String {
        String(decoding: try #require(try parts(picture).xmp).bytes, as: UTF8.self)
    }

    @Test(arguments: Picture.all)
    func `a picture says that a model made it, which one and when`(picture: Picture) throws {
        let packet = try Self.packet(try #require(try Self.marked(picture)))
        #expect(packet.contains("<Iptc4xmpExt:DigitalSourceType>\(Self.source)</Iptc4xmpExt:DigitalSourceType>"))
        #expect(packet.contains("<Iptc4xmpExt:AISystemUsed>gemini-3-pro-image-preview<"))
        #expect(packet.contains("<xmp:CreateDate>2026-11-30T21:15:30.250Z<"))
        let words = AIMark(source: .generated, model: "m", date: "d")
        guard case .write(let pieces) = try Self.plan(picture, words) else { throw Broken() }
        let isSaid = pieces.contains { piece in
            guard case .new(let bytes) = piece else { return false }
            return bytes.firstRange(of: "digitalsourcetype/trainedAlgorithmicMedia<".utf8) != nil
        }
        #expect(isSaid)
    }

    private struct Broken: Error {}

    @Test(arguments: Picture.all)
    func `all other bytes are those of the picture`(picture: Picture) throws {
        guard case .write(let pieces) = try Self.plan(picture) else { throw Broken() }
        let kept = pieces.flatMap { piece in if case .kept(let range) = piece { Array(range) } else { [Int]() } }
        let all = Array(picture.bytes.indices)
        switch picture.kind {
        case .png, .jpeg: #expect(kept == all)
        // The length of all, and the flags, where there are some.
        case .webp:
            let flags = picture.bytes[12..<16].elementsEqual("VP8X".utf8) ? [20] : []
            #expect(kept == all.filter { !(4..<8).contains($0) && !flags.contains($0) })
        case .gif, .avif: break
        }
        #expect(pieces.count { if case .new = $0 { true } else { false } } <= 3)
    }

    @Test(arguments: Picture.all.filter { $0.kind == .webp })
    func `a WebP says what it has by then, and how large it is`(picture: Picture) throws {
        for origin in [nil, Picture.png.with(chunk: "iCCP", Profiles.png(Profiles.rgb))] {
            let marked = try #require(try Self.marked(picture, from: origin))
            #expect(marked.bytes[4..<8].littleEndian == marked.bytes.count - 8)
            guard case .webp(let room) = try Self.parts(marked).room else { throw Broken() }
            let isRight = room.width == picture.width && room.height == picture.height
            #expect(isRight && room.hasAlpha == picture.hasAlpha && room.end == marked.bytes.count)
            #expect(room.head == 12..<30)
            let flags: UInt8 = 0x04 | (picture.hasAlpha ? 0x10 : 0) | (origin == nil ? 0 : 0x20)
            #expect(marked.bytes[20] == flags)
        }
    }

    @Test(arguments: Picture.all)
    func `what has its mark is left as it is`(picture: Picture) throws {
        let marked = try #require(try Self.marked(picture))
        #expect(try Self.plan(marked) == .isMarked)
    }

    @Test(arguments: [Picture.png, .jpeg, .webp])
    func `what names a source of its own is marked only where that is a model`(picture: Picture) throws {
        let sources: [(String, MarkPlan)] = [
            ("trainedAlgorithmicMedia", .isMarked), ("compositeWithTrainedAlgorithmicMedia", .isMarked),
            ("digitalCapture", .leave(.saysOtherwise)), ("algorithmicMedia", .leave(.saysOtherwise)),
        ]
        for (source, plan) in sources {
            let own = XMPPacket.new(
                """
                <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" \
                Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/\(source)"/>

                """)
            #expect(try Self.plan(picture.with(packet: own)) == plan, "\(source)")
        }
    }

    @Test(arguments: [Picture.png, .jpeg, .webp, .extendedWebP])
    func `a packet of the API's own keeps all that it says, and says one thing more`(picture: Picture) throws {
        let own = XMPPacket.new(
            """
            <rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" \
            xmlns:xmp="http://ns.adobe.com/xap/1.0/"><photoshop:Credit>Made with a model</photoshop:Credit>\
            <xmp:CreateDate>2001</xmp:CreateDate></rdf:Description>

            """)
        let marked = try #require(try Self.marked(picture.with(packet: own)))
        let packet = try Self.packet(marked)
        #expect(packet.contains("Made with a model") && packet.contains(Self.source))
        #expect(packet.components(of: "CreateDate>") == 2, "the API's own date stays the only one")
        #expect(packet.utf8.starts(with: own.prefix(120)))
        #expect(marked.bytes.count < picture.bytes.count + own.count + 2000, "there is one packet")
    }

    @Test(arguments: [Picture.png, .jpeg, .webp])
    func `a packet to which nothing can be added is nobody's to change`(picture: Picture) throws {
        let texts = ["no RDF at all", "<rdf:RDF></rdf:RDF><rdf:RDF></rdf:RDF>"]
        let packets = texts.map { Array($0.utf8) } + [[0xFF, 0xFE, 0x3C]]
        for packet in packets { #expect(try Self.plan(picture.with(packet: packet)) == .leave(.ownData)) }
        let twice = picture.with(packet: XMPPacket.new("")).with(packet: XMPPacket.new(""))
        #expect(try Self.plan(twice) == .leave(.ownData))
        guard picture.kind == .jpeg else { return }
        let long = XMPPacket.new(String(repeating: " ", count: 65_000))
        #expect(try Self.plan(picture.with(packet: long)) == .leave(.ownData))
    }

    @Test(arguments: [Picture.png, .jpeg, .webp, .extendedWebP])
    func `Content Credentials hold for these very bytes, so nothing is changed`(picture: Picture) throws {
        #expect(try Self.plan(picture.signed) == .leave(.isSigned))
    }

    @Test func `other formats are left as they are`() throws {
        for kind in [PictureKind.gif, .avif] {
            let plan = try MarkPlan(PictureSource(Array("whatever".utf8)), kind, Self.mark, from: nil)
            #expect(plan == .leave(.format(kind)))
        }
    }

    @Test func `each reason is a sentence that says what stays`() {
        let reasons: [(MarkPlan.Reason, String)] = [
            (.format(.gif), "only PNG, JPEG and WebP pictures are marked, and this is a GIF file"),
            (.format(.avif), "only PNG, JPEG and WebP pictures are marked, and this is an AVIF file"),
            (.notUnderstood, "how its file is built was not understood, so that it stays as the API gave it"),
            (.isSigned, "it carries signed Content Credentials (C2PA), which any change would break"),
            (.ownData, "it has XMP data of its own to which nothing could be added"),
            (.saysOtherwise, "its own data says that it came about in another way, which stays as it is"),
        ]
        for (reason, words) in reasons { #expect(Wording.sentence(reason) == words) }
    }

    // MARK: Bad input

    @Test(arguments: Picture.all)
    func `what is cut off is not understood, wherever`(picture: Picture) throws {
        // Of a JPEG only what stands before the pixels is looked at.
        let scan = picture.bytes.firstRange(of: [0xFF, 0xDA])?.lowerBound ?? picture.bytes.count
        for length in 0..<(picture.kind == .jpeg ? scan + 4 : picture.bytes.count) {
            var part = picture
            part.bytes = Array(picture.bytes.prefix(length))
            #expect(try Self.plan(part) == .leave(.notUnderstood), "\(length)")
        }
    }

    @Test(arguments: Picture.all)
    func `whatever stands there, no byte of it is lost or made up`(picture: Picture) throws {
        var random = SeededRandom(seed: 7)
        let base = picture.with(packet: XMPPacket.new("x"))
        for _ in 0..<1500 {
            var bad = base
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bad.bytes[Int.random(in: 0..<bad.bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            guard case .write(let pieces) = try Self.plan(bad, from: bad) else { continue }
            var end = 0
            for case .kept(let range) in pieces {
                #expect(range.lowerBound >= end && range.upperBound <= bad.bytes.count && !range.isEmpty)
                end = range.upperBound
            }
            #expect(end == bad.bytes.count || picture.kind == .webp)
        }
    }

    @Test func `of a large picture only the heads are read`() throws {
        let (size, head, end) = (200 << 20, Picture.png.bytes[..<33], Picture.png.bytes.suffix(12))
        let length = size - head.count - end.count - 12
        let start = Array(head) + length.bigEndian(4) + Array("IDAT".utf8)
        var read = 0
        let picture = PictureSource(size: size) { count, offset in
            read += count
            return (offset..<offset + count).map { place in
                place < start.count ? start[place] : place >= size - 12 ? end[end.startIndex + place - size + 12] : 0
            }
        }
        guard case .write(let pieces) = try MarkPlan(picture, .png, Self.mark, from: nil) else { throw Broken() }
        #expect(pieces.count == 3 && read < 200)
    }
}

extension String {
    fileprivate func components(of word: String) -> Int {
        split(separator: word, omittingEmptySubsequences: false).count - 1
    }
}
