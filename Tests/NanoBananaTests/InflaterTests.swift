// SPDX-License-Identifier: Apache-2.0

import CZlib
import NIOCore
import Testing

@testable import NanoBanana

struct InflaterTests {
    /// Packed by zlib: with the head of gzip, of zlib, or none.
    static func packed(_ bytes: [UInt8], head: CInt) -> ByteBuffer {
        var stream = z_stream()
        var output = [UInt8](repeating: 0, count: bytes.count + 1000)
        let size = output.count
        let status = deflateInit2_(
            &stream, 9, Z_DEFLATED, head, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK)
        var input = bytes
        input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                (stream.next_in, stream.avail_in) = (input.baseAddress, uInt(input.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, uInt(size))
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            }
        }
        deflateEnd(&stream)
        return ByteBuffer(bytes: output.prefix(Int(stream.total_out)))
    }

    static let plain = Array("a picture, a picture, a picture".utf8)
    static let (gzip, zlib, raw): (CInt, CInt, CInt) = (31, 15, -15)

    @Test(
        arguments: [(gzip, nil), (gzip, "gzip"), (gzip, "br"), (zlib, "deflate"), (raw, "Deflate")] as [(CInt, String?)]
    )
    func `what came packed is unpacked`(head: CInt, encoding: String?) throws {
        let body = Self.packed(Self.plain, head: head)
        #expect(try Inflater.inflate(body, encoding: encoding, limit: 1000) == ByteBuffer(bytes: Self.plain))
    }

    @Test(
        arguments: [nil, "gzip", "deflate", "identity"],
        [[0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], [], [1]] as [[UInt8]])
    func `what did not come packed stays as it is, whatever the header says`(encoding: String?, body: [UInt8]) throws {
        let body = ByteBuffer(bytes: body)
        #expect(try Inflater.inflate(body, encoding: encoding, limit: 1000) == body)
    }

    @Test func `one gzip file may follow another, and anything else behind it is left out`() throws {
        var body = Self.packed([1, 2], head: Self.gzip)
        body.writeImmutableBuffer(Self.packed([3], head: Self.gzip))
        body.writeString("\0\0")
        #expect(try Inflater.inflate(body, limit: 1000) == ByteBuffer(bytes: [1, 2, 3]))
    }

    @Test func `what ends too early, is broken or too large is an error`() throws {
        let body = Self.packed(Self.plain, head: Self.gzip)
        let short = ByteBuffer(bytes: body.readableBytesView.dropLast(9))
        var broken = body
        broken.setBytes([0xFF, 0xFF, 0xFF], at: 10)
        for body in [short, broken] {
            #expect(throws: Inflater.Broken.self) { try Inflater.inflate(body, limit: 1000) }
        }
        #expect(throws: Inflater.Broken.self) { try Inflater.inflate(body, limit: Self.plain.count - 1) }
    }

    @Test func `a little that stands for much comes out a piece at a time`() throws {
        let much = [UInt8](repeating: 0, count: 10 << 20)
        let inflater = Inflater(.marked)
        inflater.feed(Self.packed(much, head: Self.gzip))
        var (total, largest) = (0, 0)
        while let piece = try inflater.next() {
            total += piece.readableBytes
            largest = max(largest, piece.readableBytes)
        }
        #expect(total == much.count)
        #expect(largest <= 64 * 1024)
        #expect(inflater.isAtEnd)
    }

    @Test func `it does not matter how the parts are cut`() throws {
        let body = Self.packed(Self.plain, head: Self.gzip)
        let inflater = Inflater(.marked)
        var whole: [UInt8] = []
        for byte in body.readableBytesView {
            inflater.feed(ByteBuffer(bytes: [byte]))
            while let piece = try inflater.next() { whole += piece.readableBytesView }
        }
        #expect(whole == Self.plain)
        #expect(inflater.isAtEnd)
    }
}
