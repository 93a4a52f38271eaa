// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import Testing

@testable import NanoBanana

/// Pictures that stand in the answer itself.
struct InlinePictureTests {
    /// Its base64 has both of the letters that the two alphabets differ in, and padding.
    private static let bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFE]
    private static let text = Data(bytes).base64EncodedString()

    static let spellings = [
        "data:image/png;base64," + text, "DATA:;BASE64," + text, " data:image/png;base64, " + text + "\r\n",
        "data:image/png;charset=utf-8;base64," + text, "data:image/png; base64 ," + text,
        "data:image/png;base64," + text.filter { $0 != "=" },
        "data:image/png;base64," + text.replacing("+", with: "-").replacing("/", with: "_"),
        "data:image/png;base64," + text.map { "\($0)\n" }.joined(),
        "data:image/png;base64,"
            + text.replacing("+", with: "%2B").replacing("/", with: "%2f").replacing("=", with: "%3D"),
        "data:image/png," + text, "data:;base64,data:image/png;base64," + text,
        "data:image/png," + bytes.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(),
    ]

    @Test(arguments: spellings) func `a picture in the answer is decoded however it is spelt`(link: String) throws {
        let picture = try #require(InlinePicture(link))
        #expect(picture.bytes.map { Array($0.readableBytesView) } == Self.bytes)
        #expect(PictureLink(url: link).isInline)
    }

    @Test(arguments: 0...40) func `every length comes out as it went in`(length: Int) throws {
        let bytes = (0..<max(length, 1)).map { UInt8(truncatingIfNeeded: $0 * 89 + 3) }
        let text = Data(bytes).base64EncodedString()
        for text in [text, text.filter { $0 != "=" }] {
            #expect(InlinePicture("data:;base64," + text)?.bytes == ByteBuffer(bytes: bytes))
        }
    }

    @Test func `what was encoded line by line is one picture`() {
        let lines = [[1, 2, 3, 4], [5, 6], [7]].map { Data($0).base64EncodedString() }
        #expect(InlinePicture("data:;base64," + lines.joined(separator: "\n"))?.bytes == ByteBuffer(bytes: 1...7))
    }

    @Test(arguments: [
        "data:image/png;base64,", "data:image/png;base64", "data:", "data:image/png;base64,A", "data:;base64,AA*A",
        "data:;base64,AAAAA",
    ])
    func `what cannot be decoded is no link either`(link: String) throws {
        #expect(try #require(InlinePicture(link)).bytes == nil)
    }

    @Test func `base64 alone is known by its length and its letters`() throws {
        let bytes = (0..<600).map { UInt8(truncatingIfNeeded: $0) }
        let text = Data([0xFF, 0xD8, 0xFF, 0xE0] + bytes).base64EncodedString()
        #expect(text.hasPrefix("/9j/"))
        #expect(InlinePicture(text)?.bytes?.readableBytes == 604)
        #expect(InlinePicture(String(text.prefix(400))) == nil)
        #expect(InlinePicture("https://h.example/" + text) == nil)
        #expect(InlinePicture("/p/\(text).png") == nil)
    }
}
