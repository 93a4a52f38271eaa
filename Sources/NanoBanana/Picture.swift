// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A finished picture, whole and in memory.
public struct Picture: Sendable, Hashable {
    /// The picture as the provider made it. `Data(picture.bytes)` is written to a file in one call.
    public let bytes: [UInt8]
    /// What the bytes are. No server's word for it is asked.
    public let kind: PictureKind
    /// Where it came from; works for about a day.
    public let link: PictureLink

    /// A picture, for clients and tests of one's own.
    public init(bytes: [UInt8], kind: PictureKind, link: PictureLink) {
        self.bytes = bytes
        self.kind = kind
        self.link = link
    }
}

extension Picture: CustomStringConvertible, CustomReflectable {
    /// What it is and how large, such as `Picture(png, 48201 bytes)`. An error that holds pictures is printed, and goes
    /// into logs.
    public var description: String { "Picture(\(kind), \(bytes.count) bytes)" }
    /// The same, without the bytes.
    public var customMirror: Mirror { Mirror(self, children: ["kind": kind, "size": bytes.count]) }
}

extension Picture {
    /// Reads a download to its end, and looks whether it is a whole picture.
    ///
    /// - Parameter limit: the most bytes that are read.
    init(reading download: Download, at link: PictureLink, limit: Int) async throws(PictureError) {
        let (bytes, isBroken) = try await Self.read(download.body, limit)
        guard let kind = PictureKind(signature: bytes) else {
            // An answer stays what it is, however often it is read.
            if link.isInline { throw .download(.badInlinePicture) }
            throw isBroken ? .brokeOff(bytes: bytes.count) : .notAPicture
        }
        // Where the transfer does not tell its end, the picture does, if its kind has a mark for that.
        let tail = bytes.suffix(PictureKind.endLength)
        let isWhole = isBroken ? kind.surelyEnds(with: tail) : download.tellsItsEnd || kind.mayEnd(with: tail)
        guard isWhole else { throw link.isInline ? .download(.badInlinePicture) : .brokeOff(bytes: bytes.count) }
        self.init(bytes: bytes, kind: kind, link: link)
    }

    private static func read(
        _ body: PictureBytes, _ limit: Int
    ) async throws(PictureError) -> (bytes: [UInt8], isBroken: Bool) {
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                guard part.readableBytes <= limit - bytes.count else { throw PictureError.tooLarge(limit: limit) }
                bytes += part.readableBytesView
            }
        } catch let error as PictureError {
            throw error
        } catch {
            if Task.isCancelled { throw .cancelled }
            return (bytes, true)
        }
        return (bytes, false)
    }
}

/// Why a picture could not be fetched whole. Fetching costs nothing, and may be tried again as long as the link works.
public enum PictureError: Error, Sendable, Equatable {
    /// It could not be opened.
    case download(DownloadError)
    /// The connection broke after so many bytes.
    case brokeOff(bytes: Int)
    /// Something came that is none of ``PictureKind``, such as a web page.
    case notAPicture
    /// It is larger than ``EditPatience/maxPictureBytes``.
    case tooLarge(limit: Int)
    /// The caller was cancelled.
    case cancelled
}

extension PictureError: LocalizedError {
    /// Why it did not come.
    public var errorDescription: String? { sentence }

    var sentence: String {
        switch self {
        case .download(let error): error.errorDescription ?? ""
        case .brokeOff(let bytes): "The connection broke after \(bytes) bytes."
        case .notAPicture: "What arrived is not a picture."
        case .tooLarge(let limit): "The picture is larger than \(limit) bytes."
        case .cancelled: "The download was cancelled."
        }
    }

    /// Whether a later attempt may bring it. A link may not work at once.
    var mayPass: Bool {
        switch self {
        case .download(let error): error.mayPass
        case .brokeOff, .notAPicture: true
        case .tooLarge, .cancelled: false
        }
    }

    var retryAfter: Duration? {
        if case .download(.trouble(_, let retryAfter)) = self { retryAfter } else { nil }
    }
}

extension DownloadError {
    fileprivate var mayPass: Bool {
        switch self {
        case .gone, .trouble, .tooManyRedirects: true
        // A name may lead elsewhere in a moment; a number does not.
        case .forbiddenAddress(_, let name): name != nil
        case .badLink, .takesEncryptionOff, .badInlinePicture: false
        }
    }
}
