// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
public import NIOCore

/// A picture that is open for reading.
public struct Download: Sendable {
    /// How many bytes will come; `nil` where the server does not say.
    public let contentLength: Int64?
    /// What the server says it is; `nil` where it says nothing. The bytes themselves are the better witness.
    public let contentType: String?
    /// The picture's bytes, read once.
    public let body: PictureBytes

    /// A download, for clients of one's own.
    public init(contentLength: Int64?, contentType: String?, body: PictureBytes) {
        self.contentLength = contentLength
        self.contentType = contentType
        self.body = body
    }
}

/// The bytes of a picture as they arrive. An error while reading is trouble on the way; the download may be tried
/// again.
public struct PictureBytes: AsyncSequence, Sendable {
    /// A part of the picture.
    public typealias Element = ByteBuffer

    private let body: HTTPClientResponse.Body
    private let deadline: NIODeadline

    /// The deadline is looked at as each part arrives; between parts the client's idle timeout holds.
    init(_ body: HTTPClientResponse.Body, before deadline: NIODeadline) {
        self.body = body
        self.deadline = deadline
    }

    /// Bytes that are there already, for clients of one's own.
    public init(_ bytes: ByteBuffer) {
        body = .bytes(bytes)
        deadline = .distantFuture
    }

    /// Reads the parts one after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var parts: HTTPClientResponse.Body.AsyncIterator
        private let deadline: NIODeadline

        init(_ parts: HTTPClientResponse.Body.AsyncIterator, before deadline: NIODeadline) {
            self.parts = parts
            self.deadline = deadline
        }

        /// The next part, or `nil` at the end.
        public mutating func next() async throws -> ByteBuffer? {
            let part = try await parts.next()
            if part != nil, NIODeadline.now() > deadline { throw HTTPClientError.deadlineExceeded }
            return part
        }
    }

    /// Begins to read; once only.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body.makeAsyncIterator(), before: deadline)
    }
}

/// Why a picture could not be opened.
public enum DownloadError: Error, Sendable, Equatable {
    /// The link does not work, or no longer: 401, 403, 404, 410 and their like.
    case gone(status: Int)
    /// Anything that a later attempt may cure.
    case trouble(message: String, retryAfter: Duration?)
    /// The link leads to an address that ``AddressPolicy`` forbids.
    case forbiddenAddress(String)
    /// Not a link to an HTTP server.
    case badLink(String)
    /// More than five redirects in a row.
    case tooManyRedirects
}
