// SPDX-License-Identifier: Apache-2.0

/// What a picture is, by its first bytes. A server's word for it is not asked: `file_name` is usually `output.png`
/// whatever the picture is.
enum PictureKind: CaseIterable, Equatable, Sendable {
    case png, jpeg, webp, gif, avif

    /// How many bytes from the start are needed to tell.
    static let signatureLength = 12

    /// `nil` where the bytes are none of these.
    init?(signature bytes: some Collection<UInt8>) {
        let start = Array(bytes.prefix(Self.signatureLength))
        func has(_ text: String, at offset: Int) -> Bool { start.dropFirst(offset).starts(with: text.utf8) }
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if start.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if has("RIFF", at: 0), has("WEBP", at: 8) {
            self = .webp
        } else if has("GIF87a", at: 0) || has("GIF89a", at: 0) {
            self = .gif
        } else if has("ftypavif", at: 4) || has("ftypavis", at: 4) {
            self = .avif
        } else {
            return nil
        }
    }

    /// How many bytes from the end are needed for ``mayEnd(with:)``.
    static let endLength = 12

    /// Whether a picture may end with these bytes. Asked where the server did not say how long it is: then nothing else
    /// tells that the connection broke off. WebP and AVIF have no end mark.
    func mayEnd(with tail: [UInt8]) -> Bool {
        switch self {
        case .png: tail.starts(with: [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
        case .jpeg: tail.suffix(2).elementsEqual([0xFF, 0xD9])
        case .gif: tail.last == 0x3B
        case .webp, .avif: true
        }
    }

    var fileExtension: String {
        switch self {
        case .png: "png"
        case .jpeg: "jpg"
        case .webp: "webp"
        case .gif: "gif"
        case .avif: "avif"
        }
    }

    /// The media type as IANA registers it.
    var mediaType: String {
        switch self {
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .webp: "image/webp"
        case .gif: "image/gif"
        case .avif: "image/avif"
        }
    }
}
