// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

/// Whether all of a picture's file is there, by what its format says of itself.
struct PictureEndTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var kind: PictureKind
        var bytes: [UInt8]

        var testDescription: String { name }
    }

    private static func join(_ parts: [UInt8]...) -> [UInt8] { Array(parts.joined()) }

    private static func word(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func big(_ number: Int, bytes: Int = 4) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        join(big(content.count), word(type), content, [1, 2, 3, 4])
    }

    private static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        join(big(content.count + 8), word(type), content)
    }

    private static func segment(_ mark: UInt8, _ content: [UInt8]) -> [UInt8] {
        join([0xFF, mark], big(content.count + 2, bytes: 2), content)
    }

    private static let noise: [UInt8] = (0..<3000).map { (index: Int) -> UInt8 in UInt8(index &* 31 & 0x7F) }

    private static let png = join(
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], chunk("IHDR", [UInt8](repeating: 3, count: 13)),
        chunk("IDAT", noise), [0, 0, 0, 0], word("IEND"), [0xAE, 0x42, 0x60, 0x82])

    /// A thumbnail with an end of its own stands in the first segment; a scan has escaped bytes and restarts in it.
    private static let jpeg = join(
        [0xFF, 0xD8], segment(0xE1, join([0xFF, 0xD9], noise)), segment(0xDA, [1, 2]), noise,
        [0xFF, 0x00, 5, 0xFF, 0xD3, 6], noise, segment(0xC4, [9]), segment(0xDA, []), noise, [0xFF, 0xD9])

    private static let gif = join(
        word("GIF89a"), [2, 0, 2, 0, 0x80, 0, 0], [UInt8](repeating: 7, count: 6),
        [0x21, 0xF9, 4, 0, 0, 0, 0, 0], [0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0x81], [UInt8](repeating: 8, count: 12),
        [2, 200], [UInt8](noise.prefix(200)), [3, 1, 2, 3, 0, 0x3B])

    private static let webp = join(word("RIFF"), big(noise.count + 4).reversed(), word("WEBP"), noise)

    private static let kind = box("ftyp", join(word("avif"), [0, 0, 0, 0]))
    private static let avif = join(kind, box("meta", noise), box("mdat", noise))
    private static let longAVIF = join(kind, [0, 0, 0, 1], word("mdat"), big(noise.count + 16, bytes: 8), noise)
    private static let tinyAVIF = join(kind, box("meta", join([0, 0, 0, 0], box("idat", [1, 2, 3]))))

    static let samples: [Sample] = [
        Sample(name: "PNG", kind: .png, bytes: png), Sample(name: "JPEG", kind: .jpeg, bytes: jpeg),
        Sample(name: "GIF", kind: .gif, bytes: gif), Sample(name: "WebP", kind: .webp, bytes: webp),
        Sample(name: "AVIF", kind: .avif, bytes: avif), Sample(name: "a long AVIF", kind: .avif, bytes: longAVIF),
        Sample(name: "a tiny AVIF", kind: .avif, bytes: tinyAVIF),
    ]

    private static func isThere(_ bytes: [UInt8], _ kind: PictureKind) -> Bool {
        var end = PictureEnd<Never>(size: bytes.count) { count, offset in
            Array(bytes.dropFirst(offset).prefix(count))
        }
        return end.isThere(of: kind)
    }

    @Test(arguments: samples)
    func `it is whole with its last byte, and not before`(sample: Sample) {
        #expect(Self.isThere(sample.bytes, sample.kind))
        for missing in [1, 2, 3, 9, 12, 13, 100, 1100, 2500, 3100] where missing < sample.bytes.count {
            #expect(!Self.isThere(sample.bytes.dropLast(missing), sample.kind), "without the last \(missing)")
        }
        #expect(!Self.isThere(Array(sample.bytes.prefix(16)), sample.kind))
    }

    @Test(arguments: samples.filter { $0.kind != .avif })
    func `what stands behind the end is nobody's business, as the film of a phone`(sample: Sample) {
        // A film in which the marks of the format stand as well, by accident.
        let part: [UInt8] = Self.noise + [0x3B, 0xFF, 0xD8]
        let film = [UInt8]([[UInt8]](repeating: part, count: 40).joined())
        #expect(Self.isThere(Self.join(sample.bytes, film), sample.kind))
        #expect(!Self.isThere(Self.join([UInt8](sample.bytes.prefix(40)), [0, 0]), sample.kind))
    }

    @Test(arguments: [PictureKind.png, .jpeg, .gif, .avif])
    func `a file that has its size and not its bytes yet is not whole`(kind: PictureKind) throws {
        let sample = try #require(Self.samples.first { $0.kind == kind })
        let zeros = [UInt8](repeating: 0, count: sample.bytes.count - 60)
        #expect(!Self.isThere(Self.join([UInt8](sample.bytes.prefix(60)), zeros), kind))
    }

    @Test func `whatever stands there, it comes to an end`() {
        let kinds = PictureKind.allCases
        var state: UInt64 = 42
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        for round in 0..<2000 {
            let sample = Self.samples[round % Self.samples.count]
            var bytes = sample.bytes
            for _ in 0..<8 { bytes[Int(random()) * 13 % bytes.count] = random() }
            _ = Self.isThere(bytes, kinds[round % kinds.count])
            _ = Self.isThere(bytes, sample.kind)
        }
        for kind in kinds { #expect(!Self.isThere([], kind)) }
    }
}
