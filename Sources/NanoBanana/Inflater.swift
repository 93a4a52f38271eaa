// SPDX-License-Identifier: Apache-2.0

internal import CZlib
internal import NIOCore

/// Unpacks what came compressed, whether or not anybody asked for that, a piece at a time: a few bytes may stand for
/// gigabytes.
final class Inflater {
    enum Form: Equatable {
        /// gzip or zlib: a head says which, and an end is told.
        case marked
        /// Deflate without a head. Some take `Content-Encoding: deflate` for that.
        case raw
    }

    /// What is packed cannot be unpacked.
    struct Broken: Error {}

    /// The most that one step gives.
    private static let piece = 64 * 1024
    private static let gzipMark: [UInt8] = [0x1F, 0x8B]

    /// How many bytes are needed to tell: so many may pass before deflate gives the first byte (RFC 1951, 3.2.7).
    static func startLength(encoding: String?) -> Int { encoding == nil ? gzipMark.count : 512 }

    private let form: Form
    private let stream: UnsafeMutablePointer<z_stream>
    private var input = ByteBuffer()
    private var hasMore = false
    /// Whether all that was fed makes a whole.
    private(set) var isAtEnd = false

    init(_ form: Form) {
        self.form = form
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // The largest window; 32 more: whichever of gzip and zlib it is; less than none: no head.
        let status = bd_inflate_init(stream, form == .marked ? 15 + 32 : -15)
        precondition(status == Z_OK, "zlib has no memory")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// How a body is packed; `nil` where it is not. Its first bytes are the better witness: nothing else that is of use
    /// here begins as gzip does, and many a `Content-Encoding` belongs to the file as it once was.
    ///
    /// - Parameter start: ``startLength`` bytes of it, or all.
    static func form(_ start: ByteBuffer, encoding: String?) -> Form? {
        let bytes = Array(start.readableBytesView.prefix(2))
        guard bytes.count == 2 else { return nil }
        if bytes == gzipMark { return .marked }
        guard encoding?.lowercased().contains("deflate") == true else { return nil }
        // RFC 1950, 2.2.
        if bytes[0] & 0x0F == 8, (Int(bytes[0]) << 8 | Int(bytes[1])).isMultiple(of: 31) { return .marked }
        let trial = Inflater(.raw)
        trial.feed(start)
        let piece = try? trial.next()
        return piece ?? nil == nil ? nil : .raw
    }

    func feed(_ part: ByteBuffer) {
        if input.readableBytes == 0 { input = part } else { input.writeImmutableBuffer(part) }
    }

    /// The next piece; `nil` where nothing more comes out of what was fed.
    func next() throws(Broken) -> ByteBuffer? {
        while input.readableBytes > 0 || hasMore {
            if isAtEnd, !beginsAnew() { return nil }
            var output = ByteBufferAllocator().buffer(capacity: Self.piece)
            try step(into: &output)
            if output.readableBytes > 0 { return output }
        }
        return nil
    }

    /// One gzip file may follow the other and belong to it (RFC 1952, 2.2). Whatever else follows is of no use.
    private func beginsAnew() -> Bool {
        let start = input.readableBytesView.prefix(2)
        guard form == .marked, start.elementsEqual(Self.gzipMark) else {
            // The first half of the mark may be all that has come.
            if !start.elementsEqual(Self.gzipMark.prefix(1)) { input.clear() }
            return false
        }
        isAtEnd = false
        return inflateReset(stream) == Z_OK
    }

    private func step(into output: inout ByteBuffer) throws(Broken) {
        var status = Z_OK
        input.readWithUnsafeReadableBytes { bytes in
            // Only read from, though zlib's declaration does not say so.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: Bytef.self).baseAddress)
            stream.pointee.avail_in = uInt(bytes.count)
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.piece) { room in
                stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: Bytef.self)
                stream.pointee.avail_out = uInt(room.count)
                status = CZlib.inflate(stream, Z_NO_FLUSH)
                return room.count - Int(stream.pointee.avail_out)
            }
            return bytes.count - Int(stream.pointee.avail_in)
        }
        hasMore = stream.pointee.avail_out == 0
        switch status {
        case Z_STREAM_END: (isAtEnd, hasMore) = (true, false)
        // Z_BUF_ERROR: it needs more to go on.
        case Z_OK, Z_BUF_ERROR: break
        default: throw Broken()
        }
    }
}

extension Inflater {
    /// What a whole body comes to; the body itself where it is not packed.
    ///
    /// - Parameters:
    ///   - encoding: what `Content-Encoding` says.
    ///   - limit: bytes; more of them is ``Broken``, and so is a body that ends too early.
    static func inflate(
        _ body: ByteBuffer, encoding: String? = nil, limit: Int
    ) throws(Broken) -> ByteBuffer {
        guard let form = form(body, encoding: encoding) else { return body }
        let inflater = Inflater(form)
        inflater.feed(body)
        var whole = ByteBuffer()
        while let piece = try inflater.next() {
            guard whole.readableBytes + piece.readableBytes <= limit else { throw Broken() }
            whole.writeImmutableBuffer(piece)
        }
        guard inflater.isAtEnd else { throw Broken() }
        return whole
    }
}
