// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana

/// Whether what a download brought is a whole picture.
struct PictureReadingTests {
    private struct Broken: Error {}

    private static let start: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let end: [UInt8] = [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
    private static let page = Array("<html>please log in</html>".utf8)

    /// A download in parts of four bytes each, as a test double would make it.
    private static func download(_ bytes: [UInt8], tellsItsEnd: Bool, breaks: Bool = false) -> Download {
        let parts = AsyncThrowingStream<ByteBuffer, any Error> { stream in
            for start in stride(from: 0, to: bytes.count, by: 4) {
                stream.yield(ByteBuffer(bytes: bytes[start...].prefix(4)))
            }
            stream.finish(throwing: breaks ? Broken() : nil)
        }
        return Download(contentType: nil, tellsItsEnd: tellsItsEnd, body: PictureBytes(parts))
    }

    private static func read(
        _ download: Download, at url: String = "https://a.example/1.png", limit: Int = 1000
    ) async -> Result<Picture, PictureError> {
        do throws(PictureError) {
            return .success(try await Picture(reading: download, at: PictureLink(url: url), limit: limit))
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [true, false])
    func `a whole picture is read, in however many parts it comes`(tellsItsEnd: Bool) async throws {
        let bytes = Self.start + Self.end
        let picture = try await Self.read(Self.download(bytes, tellsItsEnd: tellsItsEnd)).get()
        #expect(picture.bytes == bytes && picture.kind == .png && picture.link.url == "https://a.example/1.png")
    }

    @Test func `one that breaks off is none, unless it was at its end`() async throws {
        let half = await Self.read(Self.download(Self.start + [1], tellsItsEnd: true, breaks: true))
        #expect(half == .failure(.brokeOff(bytes: 9)))
        let nothing = await Self.read(Self.download([], tellsItsEnd: true, breaks: true))
        #expect(nothing == .failure(.brokeOff(bytes: 0)))
        let whole = await Self.read(Self.download(Self.start + Self.end, tellsItsEnd: true, breaks: true))
        #expect(try whole.get().bytes == Self.start + Self.end)
        // Nothing but the picture itself tells.
        let cut = await Self.read(Self.download(Self.start + [1], tellsItsEnd: false))
        #expect(cut == .failure(.brokeOff(bytes: 9)))
    }

    @Test func `one that stands in the answer and is cut stays so`() async throws {
        let link = "data:image/png;base64,iVBORw0KGgo="
        let cut = await Self.read(Self.download(Self.start, tellsItsEnd: false), at: link)
        #expect(cut == .failure(.download(.badInlinePicture)))
        let page = await Self.read(Self.download(Self.page, tellsItsEnd: false), at: "data:image/png;base64,PGh0")
        #expect(page == .failure(.download(.badInlinePicture)))
    }

    @Test func `a web page is no picture, and nor is nothing`() async throws {
        #expect(await Self.read(Self.download(Self.page, tellsItsEnd: true)) == .failure(.notAPicture))
        #expect(await Self.read(Self.download([], tellsItsEnd: true)) == .failure(.notAPicture))
    }

    @Test func `a picture is printed without its bytes`() {
        let link = PictureLink(url: "https://a.example/1.png")
        let picture = Picture(bytes: Self.start + Self.end, kind: .png, link: link)
        #expect("\(picture)" == "Picture(png, 20 bytes)")
        var dumped = ""
        dump(EditError(.cancelled, pictures: [picture]), to: &dumped)
        #expect("\(EditError(.cancelled, pictures: [picture]))".contains("[Picture(png, 20 bytes)]"))
        #expect(dumped.contains("size: 20") && !dumped.contains("137"))
    }

    @Test func `a link is printed without what it is signed with, and without the picture that it is`() {
        let links = [
            PictureLink(url: "https://a.example/1.png?sig=secret", fileName: "output.png"),
            PictureLink(url: "data:image/png;base64,iVBORw0KGgo="),
        ]
        let error = EditError(.cancelled, links: links)
        var dumped = ""
        dump(error, to: &dumped)
        for text in ["\(error)", String(reflecting: error), dumped] {
            #expect(text.contains("https://a.example/1.png?***") && text.contains("inline, 34 bytes"))
            #expect(!text.contains("secret") && !text.contains("iVBOR"))
        }
    }

    @Test func `no more is read than is allowed`() async throws {
        let bytes = Self.start + Self.end
        let whole = await Self.read(Self.download(bytes, tellsItsEnd: true), limit: bytes.count)
        #expect(try whole.get().bytes.count == bytes.count)
        let less = await Self.read(Self.download(bytes, tellsItsEnd: true), limit: bytes.count - 1)
        #expect(less == .failure(.tooLarge(limit: bytes.count - 1)))
    }
}
