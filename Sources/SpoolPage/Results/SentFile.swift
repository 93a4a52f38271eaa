// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import HTTPListener
internal import NanoBanana
internal import Synchronization
internal import SystemPackage

/// A file that is sent to a browser: as the picture that it is by its bytes, or as plain text. Never as what could run
/// there, such as HTML or SVG, whatever it is called.
final class SentFile: Sendable {
    enum Kind: Equatable, Sendable {
        case picture(PictureKind)
        case text

        /// `nil` for whatever is not shown.
        ///
        /// - Parameter head: its first bytes.
        init?(_ name: FilePath.Component, head: [UInt8]) {
            if let picture = PictureKind(signature: head) {
                self = .picture(picture)
            } else if name.extension.map({ Self.texts.contains($0.lowercased()) }) == true {
                self = .text
            } else {
                return nil
            }
        }

        private static let texts: Set = ["json", "jsonl", "ndjson", "yaml", "yml", "csv", "tsv", "txt"]

        var isPicture: Bool {
            switch self {
            case .picture: true
            case .text: false
            }
        }

        var mediaType: String {
            switch self {
            case .picture(let kind): kind.mediaType
            case .text: "text/plain; charset=utf-8"
            }
        }
    }

    let kind: Kind
    private let file: OpenFile
    private let length: Int
    private let name: FilePath.Component

    private static let piece = 128 << 10

    init(_ file: consuming OpenFile, length: Int, kind: Kind, name: FilePath.Component) {
        self.file = file
        (self.length, self.kind, self.name) = (length, kind, name)
    }

    /// Blocking.
    func read(at offset: Int) throws(Errno) -> [UInt8] { try file.read(min(Self.piece, length - offset), at: offset) }

    /// The answer, which reads as fast as it is taken.
    func response(_ files: FilePool) -> WebResponse {
        let place = Progress()
        return WebResponse(
            status: 200, headers: headers,
            body: .stream(length: length) { [self] in
                let offset = place.offset
                if offset >= length { return nil }
                let bytes = try await files.run { try self.read(at: offset) }
                // Somebody has made it shorter: the length that was promised says that the end is missing.
                if bytes.isEmpty { throw Errno.ioError }
                place.offset += bytes.count
                return bytes
            })
    }

    private var headers: [(name: String, value: String)] {
        var headers = [
            ("content-type", kind.mediaType), ("x-content-type-options", "nosniff"),
            // A result never changes, but what is left of it may be taken away.
            ("cache-control", "private, max-age=3600"),
            // Chromium puts a picture that stands alone into a page of its own, with a style in it.
            ("content-security-policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"),
            ("cross-origin-resource-policy", "same-origin"),
        ]
        if !kind.isPicture {
            let name = PercentCoding.encoded(String(decoding: name).utf8)
            headers.append(("content-disposition", "attachment; filename*=UTF-8''\(name)"))
        }
        return headers
    }

    /// How far it is: one connection asks, a piece after the other.
    private final class Progress: Sendable {
        private let value = Mutex(0)
        var offset: Int {
            get { value.withLock { $0 } }
            set { value.withLock { $0 = newValue } }
        }
    }
}
