// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Marking

/// Colour profiles, as far as they are looked at.
enum Profiles {
    static func profile(_ space: String, count: Int = 200) -> [UInt8] {
        var bytes = count.bigEndian(4) + (4..<count).map { UInt8(truncatingIfNeeded: $0 &* 131) }
        bytes.replaceSubrange(16..<20, with: space.utf8)
        bytes.replaceSubrange(36..<40, with: "acsp".utf8)
        return bytes
    }

    static let rgb = profile("RGB ")

    /// A whole one, of which other programs can make something.
    static let sRGB = Base64Text.bytes(
        """
        AAACTGxjbXMEQAAAbW50clJHQiBYWVogB+oACwAeABYAIAANYWNzcEFQUEwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPbWAAEAAAAA0y1s\
        Y21zAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAALZGVzYwAAAQgAAAA2Y3BydAAAAUAAAABMd3RwdAAA\
        AYwAAAAUY2hhZAAAAaAAAAAsclhZWgAAAcwAAAAUYlhZWgAAAeAAAAAUZ1hZWgAAAfQAAAAUclRSQwAAAggAAAAgZ1RSQwAAAggAAAAgYlRS\
        QwAAAggAAAAgY2hybQAAAigAAAAkbWx1YwAAAAAAAAABAAAADGVuVVMAAAAaAAAAHABzAFIARwBCACAAYgB1AGkAbAB0AC0AaQBuAABtbHVj\
        AAAAAAAAAAEAAAAMZW5VUwAAADAAAAAcAE4AbwAgAGMAbwBwAHkAcgBpAGcAaAB0ACwAIAB1AHMAZQAgAGYAcgBlAGUAbAB5WFlaIAAAAAAA\
        APbWAAEAAAAA0y1zZjMyAAAAAAABDEIAAAXe///zJQAAB5MAAP2Q///7of///aIAAAPcAADAblhZWiAAAAAAAABvoAAAOPUAAAOQWFlaIAAA\
        AAAAACSfAAAPhAAAtsNYWVogAAAAAAAAYpcAALeHAAAY2XBhcmEAAAAAAAMAAAACZmYAAPKnAAANWQAAE9AAAApbY2hybQAAAAAAAwAAAACj\
        1wAAVHsAAEzNAACZmgAAJmYAAA9c
        """)

    static func png(_ profile: [UInt8]) -> [UInt8] { Array("sRGB\0\0".utf8) + Zlib.packed(profile) }

    /// The same in any format.
    static func put(_ profile: [UInt8], into picture: Picture) -> Picture {
        switch picture.kind {
        case .png: return picture.with(chunk: "iCCP", png(profile))
        case .webp: return picture.with(chunk: "ICCP", profile)
        case .jpeg:
            var copy = picture
            copy.bytes = picture.bytes[..<20] + PictureParts.jpegSegments(profile: profile) + picture.bytes[20...]
            return copy
        case .gif, .avif: return picture
        }
    }
}

/// What is taken over from one's own picture.
struct OriginTests {
    private static func notes(_ picture: Picture, from origin: Picture) throws -> AuthorNotes {
        try MarkPlanTests.parts(try #require(try MarkPlanTests.marked(picture, from: origin))).notes
    }

    private static func notes(_ creators: [String], _ rights: String?) -> AuthorNotes {
        var notes = AuthorNotes()
        notes.fill(creators: creators)
        if let rights { notes.fill(rights: rights) }
        return notes
    }

    static let ada = XMPPacket.new(
        """
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq>
        <rdf:li>Ada &lt;ada@example.com&gt; &amp; Co</rdf:li><rdf:li/><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>
        <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2026 Ada</rdf:li></rdf:Alt></dc:rights></rdf:Description>
        """)

    private static let adas = notes(["Ada <ada@example.com> & Co", "Bob"], "© 2026 Ada")

    @Test(.timeLimit(.minutes(1)))
    func `hundreds of thousands of items, or of entries for the same text, take no longer than a few`() {
        let items = String(repeating: "<rdf:li/>", count: 400_000)
        let packet = XMPPacket(Array("<dc:creator>\(items)<rdf:li>Ada</rdf:li></dc:creator>".utf8))
        #expect(packet.items(of: "dc:creator") == ["Ada"])
        let many = XMPPacket(Array("<a>\(String(repeating: "<rdf:li>x</rdf:li>", count: 400_000))</a>".utf8))
        #expect(many.items(of: "a").count == XMPPacket.mostItems)
        let (count, text) = (65_535, [UInt8](repeating: 0x41, count: 3 << 20))
        let entry = 0x8298.bigEndian(2) + 2.bigEndian(2) + text.count.bigEndian(4) + (10 + 12 * count).bigEndian(4)
        let entries = Array(repeatElement(entry, count: count).joined())
        var notes = AuthorNotes()
        notes.fill(fromExif: Array("MM".utf8) + 42.bigEndian(2) + 8.bigEndian(4) + count.bigEndian(2) + entries + text)
        #expect(notes.rights?.count == 1000)
    }

    private static func exif(isLittle: Bool) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            isLittle ? value.littleEndian(count) : value.bigEndian(count)
        }
        let (artist, rights) = (Array("Ada; Bob\0".utf8), Array("Ada's\0an editor's\0".utf8))
        let start = Array((isLittle ? "II" : "MM").utf8) + number(42, 2) + number(8, 4) + number(3, 2)
        let (first, second) = (8 + 2 + 36 + 4, 8 + 2 + 36 + 4 + artist.count)
        return start + number(0x0112, 2) + number(3, 2) + number(1, 4) + number(1, 4)
            + number(0x013B, 2) + number(2, 2) + number(artist.count, 4) + number(first, 4)
            + number(0x8298, 2) + number(2, 2) + number(rights.count, 4) + number(second, 4) + number(0, 4)
            + artist + rights
    }

    private static let iptc: [UInt8] = {
        func dataset(_ number: UInt8, _ text: [UInt8]) -> [UInt8] {
            [0x1C, 2, number] + text.count.bigEndian(2) + text
        }
        let data = dataset(80, Array("Ada".utf8)) + dataset(80, [0x42, 0xF6, 0x62]) + dataset(116, Array("Ada's".utf8))
        let other = Array("8BIM".utf8) + [4, 9, 3, 1, 2, 3] + 3.bigEndian(4) + [1, 2, 3, 0]
        return other + Array("8BIM".utf8) + [4, 4, 0, 0] + data.count.bigEndian(4) + data
    }()

    static let origins: [(String, Picture, AuthorNotes)] = [
        ("XMP in a PNG", Picture.png.with(packet: ada), adas), ("XMP in a JPEG", Picture.jpeg.with(packet: ada), adas),
        ("XMP in a WebP", Picture.webp.with(packet: ada), adas),
        (
            "Exif in a JPEG", Picture.jpeg.with(segment: 0xE1, Array("Exif\0\0".utf8) + exif(isLittle: true)),
            notes(["Ada", "Bob"], "Ada's")
        ),
        ("Exif in a PNG", Picture.png.with(chunk: "eXIf", exif(isLittle: false)), notes(["Ada", "Bob"], "Ada's")),
        (
            "Exif in a WebP", Picture.webp.with(chunk: "EXIF", Array("Exif\0\0".utf8) + exif(isLittle: true)),
            notes(["Ada", "Bob"], "Ada's")
        ),
        (
            "IPTC in a JPEG", Picture.jpeg.with(segment: 0xED, Array("Photoshop 3.0\0".utf8) + iptc),
            notes(["Ada", "Böb"], "Ada's")
        ),
        (
            "PNG's own",
            Picture.png.with(chunk: "tEXt", Array("Author\0Ada".utf8))
                .with(chunk: "iTXt", Array("Copyright\0\0\0\0\0Ada's".utf8)), notes(["Ada"], "Ada's")
        ),
    ]

    @Test(arguments: origins)
    func `creator and copyright come along`(name: String, origin: Picture, notes: AuthorNotes) throws {
        for picture in Picture.all { #expect(try Self.notes(picture, from: origin) == notes, "\(name)") }
    }

    @Test func `what the API says of that counts, and the newest form of it`() throws {
        let rights = XMPPacket.new("<dc:rights><rdf:Alt><rdf:li>theirs</rdf:li></rdf:Alt></dc:rights>")
        let notes = try Self.notes(Picture.jpeg.with(packet: rights), from: Picture.png.with(packet: Self.ada))
        #expect(notes == Self.notes(Self.adas.creators, "theirs"))
        let both = Picture.jpeg.with(segment: 0xED, Array("Photoshop 3.0\0".utf8) + Self.iptc).with(packet: Self.ada)
        #expect(try MarkPlanTests.parts(both).notes == Self.adas)
    }

    @Test func `what no XML may have does not come along, and nothing that is endless`() throws {
        let name = "\u{1}\u{7F} A<!--\u{0}\u{FFFE}&amp;]]>\u{202E}\u{1F34C} "
        let origin = Picture.png.with(chunk: "iTXt", Array("Author\0\0\0\0\0\(name)".utf8))
            .with(chunk: "tEXt", Array("Copyright\0".utf8) + [UInt8](repeating: 0x41, count: 100_000))
        let notes = try Self.notes(.jpeg, from: origin)
        #expect(notes.rights?.utf8.count == 1000)
        #expect(notes.creators == ["A<!--&amp;]]>\u{202E}\u{1F34C}"])
    }

    @Test(arguments: [Picture.png, .jpeg, .webp, .losslessWebP, .extendedWebP])
    func `the colour profile comes along where the API gave none`(picture: Picture) throws {
        for origin in [Picture.png, .jpeg, .webp] {
            let marked = try #require(try MarkPlanTests.marked(picture, from: Profiles.put(Profiles.rgb, into: origin)))
            #expect(try MarkPlanTests.parts(marked).profile == Profiles.rgb)
        }
        let own = Profiles.put(Profiles.profile("RGB ", count: 300), into: picture)
        let marked = try #require(try MarkPlanTests.marked(own, from: Profiles.put(Profiles.rgb, into: .jpeg)))
        #expect(try MarkPlanTests.parts(marked).profile?.count == 300)
    }

    @Test func `a profile for other colours does not, nor a broken one, nor beside another word on colours`() throws {
        let grey = Profiles.profile("GRAY")
        var broken = Profiles.rgb
        broken[36] = 0
        let cases: [(Picture, [UInt8], Bool)] = [
            (.png, grey, false), (.png, Profiles.profile("CMYK"), false), (.png, broken, false),
            (.png, Profiles.rgb + [0], false), (.png, [1, 2, 3], false), (.greyPNG, grey, true),
            (.greyPNG, Profiles.rgb, false), (.greyJPEG, grey, true), (.greyJPEG, Profiles.rgb, false),
            (Picture.png.with(chunk: "sRGB", [0]), Profiles.rgb, false),
        ]
        for (index, (picture, profile, comes)) in cases.enumerated() {
            let marked = try #require(try MarkPlanTests.marked(picture, from: Profiles.put(profile, into: .jpeg)))
            #expect(try MarkPlanTests.parts(marked).profile == (comes ? profile : nil), "\(index)")
        }
    }

    @Test func `a long profile takes several segments, and one without end none`() throws {
        let long = Profiles.profile("RGB ", count: 300_000)
        let marked = try #require(try MarkPlanTests.marked(.jpeg, from: Profiles.put(long, into: .png)))
        #expect(try MarkPlanTests.parts(marked).profile == long)
        let bomb = Picture.png.with(chunk: "iCCP", Profiles.png([UInt8](repeating: 0, count: 8 << 20)))
        #expect(try MarkPlanTests.parts(bomb).profile == nil)
        #expect(try MarkPlanTests.marked(.png, from: bomb) != nil)
    }

    @Test(arguments: [1 << 20, 8 << 20])
    func `of however many packed parts only the first of each that is used is unpacked`(size: Int) throws {
        let packed = Zlib.packed([UInt8](repeating: 0x41, count: size))
        var picture = Picture.png
        for _ in 0..<20 {
            for keyword in ["Comment", "Author", "Copyright", "XML:com.adobe.xmp"] {
                picture = picture.with(chunk: "iTXt", Array("\(keyword)\0\u{1}\0\0\0".utf8) + packed)
            }
            picture = picture.with(chunk: "iCCP", Array("a\0\0".utf8) + packed)
        }
        let unpacked = try MarkPlanTests.parts(picture).unpacked
        #expect(unpacked == 4 * min(size, PictureParts.limit) && unpacked <= PictureParts.unpackedLimit)
    }

    @Test func `the first of two texts or profiles counts`() throws {
        // Each comes before those that are there.
        let origin = Picture.png.with(chunk: "iTXt", Array("Author\0\0\0\0\0Bob".utf8))
            .with(chunk: "tEXt", Array("Author\0Ada".utf8)).with(chunk: "tEXt", Array("Comment\0Eve".utf8))
            .with(chunk: "iCCP", Profiles.png(Profiles.profile("GRAY"))).with(chunk: "iCCP", Profiles.png(Profiles.rgb))
        let parts = try MarkPlanTests.parts(origin)
        #expect(parts.texts == ["Author": "Ada"] && parts.profile == Profiles.rgb)
    }

    @Test func `one's own picture with broken data is in nobody's way`() throws {
        let plain = try #require(try MarkPlanTests.marked(.png)).bytes
        for origin in Self.origins.map(\.1) {
            for length in stride(from: 0, to: origin.bytes.count, by: 3) {
                var part = origin
                part.bytes = Array(origin.bytes.prefix(length))
                #expect(try MarkPlanTests.marked(.png, from: part) != nil)
            }
            for place in stride(from: 8, to: origin.bytes.count, by: 2) {
                var bad = origin
                bad.bytes[place] = 0xFF
                #expect(try MarkPlanTests.marked(.png, from: bad) != nil)
            }
        }
        var none = Picture.png
        none.bytes = Array("no picture at all".utf8)
        #expect(try MarkPlanTests.marked(.png, from: none)?.bytes == plain)
    }
}
