// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

/// What a picture is, and whether it is whole, by its bytes.
struct PictureKindTests {
    @Test(
        arguments: [
            // A brand of its own, or one among those that it is compatible with; of another file none.
            ("ftypavif", [0, 0, 0, 8], .avif), ("ftypmif1....mif1avifmiaf", [0, 0, 0, 28], .avif),
            ("ftypmiaf....avis", [0, 0, 0, 20], .avif), ("ftypavis....", [0, 0, 0, 16], .avif),
            ("ftypheic....mif1heic", [0, 0, 0, 24], nil), ("ftypmif1....heicXXXXavif", [0, 0, 0, 20], nil),
            ("ftypmif1avif", [0, 0, 0, 16], nil), ("moovavif", [0, 0, 0, 8], nil),
        ] as [(String, [UInt8], PictureKind?)])
    func `AVIF is known by any of its brands`(box: String, size: [UInt8], kind: PictureKind?) {
        #expect(PictureKind(signature: size + Array(box.utf8)) == kind)
    }

    private static let pngEnd: [UInt8] = [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]

    @Test(
        arguments: [
            (.png, [7] + pngEnd, true, true), (.png, pngEnd + Array("trailer".utf8), true, false),
            (.png, pngEnd.dropLast() + [], false, false), (.jpeg, [1, 0xFF, 0xD9], true, true),
            (.jpeg, [0xFF, 0xD9] + Array(repeating: 0, count: 64), true, false), (.jpeg, [0xFF, 0xD8], false, false),
            (.gif, [1, 0x3B], true, false), (.gif, [0x3B, 0, 10], true, false), (.gif, [0x3B, 1], false, false),
            (.webp, [1], true, false), (.avif, [1], true, false),
        ] as [(PictureKind, [UInt8], Bool, Bool)])
    func `a little may follow a picture's end, and what ends exactly there is whole`(
        kind: PictureKind, tail: [UInt8], may: Bool, surely: Bool
    ) {
        #expect(kind.mayEnd(with: tail) == may)
        #expect(kind.surelyEnds(with: tail) == surely)
    }

    @Test func `pictures are known by their first bytes and by their end`() {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
        #expect(PictureKind(signature: png) == .png)
        #expect(PictureKind(signature: [0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
        #expect(PictureKind(signature: Array("RIFF....WEBP".utf8)) == .webp)
        #expect(PictureKind(signature: Array("GIF89a".utf8)) == .gif)
        #expect(PictureKind(signature: [0, 0, 0, 28] + Array("ftypavif".utf8)) == .avif)
        #expect(PictureKind(signature: Array("<html>".utf8)) == nil)
        #expect(PictureKind(signature: []) == nil)
        #expect(!PictureKind.png.mayEnd(with: [1, 2, 3]))
        #expect(PictureKind.jpeg.mayEnd(with: [1, 0xFF, 0xD9]))
    }

    @Test func `each kind has a file name's ending and a media type of its own`() {
        #expect(PictureKind.allCases.map(\.fileExtension) == ["png", "jpg", "webp", "gif", "avif"])
        #expect(Set(PictureKind.allCases.map(\.mediaType)).count == PictureKind.allCases.count)
    }
}
