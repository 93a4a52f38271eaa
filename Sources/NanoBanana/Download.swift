// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// A picture that is open for reading.
public struct Download: Sendable {
    /// What the server says it is; `nil` where it says nothing. The bytes themselves are the better witness.
    public let contentType: String?
    /// Whether the transfer tells its own end, by a length or in chunks: what breaks off is then an error while
    /// reading. Where it does not, a picture that is not whole is noticed by its bytes alone.
    public let tellsItsEnd: Bool
    /// The picture's bytes, read once. What came compressed is unpacked.
    public let body: PictureBytes

    /// A download, for clients and tests of one's own.
    public init(contentType: String?, tellsItsEnd: Bool, body: PictureBytes) {
        self.contentType = contentType
        self.tellsItsEnd = tellsItsEnd
        self.body = body
    }
}

/// The bytes of a picture as they arrive. An error while reading is trouble on the way; the download may be tried
/// again. ``NanoBananaClient/picture(_:patience:)`` does so, and looks whether the picture is whole.
public struct PictureBytes: AsyncSequence, Sendable {
    /// A part of the picture.
    public typealias Element = ByteBuffer

    /// Gives the parts one after the other, then `nil`.
    typealias Source = () async throws -> ByteBuffer?

    private let open: @Sendable () -> Source
    private let encoding: String?

    init(_ exchange: OpenExchange, encoding: String?) {
        open = { { try await exchange.next() } }
        self.encoding = encoding
    }

    /// Parts that come one after the other, until one of them is an error, for clients and tests of one's own. They are
    /// read once.
    public init<Parts: AsyncSequence & Sendable>(_ parts: Parts) where Parts.Element == ByteBuffer {
        open = {
            var iterator = parts.makeAsyncIterator()
            return { try await iterator.next() }
        }
        encoding = nil
    }

    /// Bytes that are there already, for clients and tests of one's own.
    public init(_ bytes: ByteBuffer) {
        open = {
            var rest = bytes.readableBytes > 0 ? bytes : nil
            return {
                defer { rest = nil }
                return rest
            }
        }
        encoding = nil
    }

    /// Reads the parts one after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let nextPart: Source
        private let encoding: String?
        private var hasBegun = false
        private var inflater: Inflater?

        init(_ source: @escaping Source, encoding: String?) {
            nextPart = source
            self.encoding = encoding
        }

        /// The next part, or `nil` at the end. Throws where the connection broke, or stood still for too long.
        public mutating func next() async throws -> ByteBuffer? {
            if !hasBegun {
                guard let start = try await begin() else { return nil }
                if inflater == nil { return start }
            }
            guard let inflater else { return try await nextPart() }
            while true {
                if let piece = try inflater.next() { return piece }
                guard let part = try await nextPart() else {
                    if !inflater.isAtEnd { throw TransferError(.closed, wasConnected: true) }
                    return nil
                }
                inflater.feed(part)
            }
        }

        /// The first bytes tell whether they are packed.
        private mutating func begin() async throws -> ByteBuffer? {
            hasBegun = true
            guard var start = try await nextPart() else { return nil }
            while start.readableBytes < Inflater.startLength(encoding: encoding), let more = try await nextPart() {
                start.writeImmutableBuffer(more)
            }
            guard let form = Inflater.form(start, encoding: encoding) else { return start }
            inflater = Inflater(form)
            inflater?.feed(start)
            return start
        }
    }

    /// Begins to read; once only.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(open(), encoding: encoding) }
}

/// Why a picture could not be opened.
public enum DownloadError: Error, Sendable, Equatable {
    /// The link does not work, not yet, or no longer: 401, 403, 404, 410 and their like.
    case gone(status: Int)
    /// Anything that a later attempt may cure.
    case trouble(message: String, retryAfter: Duration?)
    /// The link leads to an address that ``AddressPolicy`` forbids; by this name, or `nil` where it names the address
    /// itself.
    case forbiddenAddress(String, name: String?)
    /// Not a link to an HTTP server.
    case badLink(String)
    /// A redirect from https to here, which is not encrypted.
    case takesEncryptionOff(String)
    /// The picture stands in the answer itself, and cannot be decoded.
    case badInlinePicture
    /// More than five redirects in a row.
    case tooManyRedirects
}
