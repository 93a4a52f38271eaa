// SPDX-License-Identifier: Apache-2.0

/// What a picture is, by its first bytes. A server's word for it is not asked: `file_name` is usually `output.png`
/// whatever the picture is.
public enum PictureKind: CaseIterable, Hashable, Sendable {
    /// Portable Network Graphics.
    case png
    /// JPEG, in a JFIF or an Exif file.
    case jpeg
    /// WebP, in a RIFF file.
    case webp
    /// GIF, of 1987 or 1989.
    case gif
    /// AVIF, a picture or a sequence.
    case avif

    /// How many bytes from the start are needed to tell.
    package static let signatureLength = 256

    /// `nil` where the bytes are none of these.
    ///
    /// - Parameter bytes: the picture's, from its start; 256 are always enough.
    public init?(signature bytes: some Collection<UInt8>) {
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
        } else if has("ftyp", at: 4), !Self.brands(start).isDisjoint(with: ["avif", "avis"]) {
            self = .avif
        } else {
            return nil
        }
    }

    /// What a file of that box format says it is: its own brand, and those that it is compatible with (ISO/IEC
    /// 14496-12, 4.3). Either may be the one that counts.
    private static func brands(_ start: [UInt8]) -> Set<String> {
        let size = start.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let box = start.prefix(max(size, 16))
        // Behind the first brand stands its version.
        let places = [8] + stride(from: 16, to: box.count - 3, by: 4)
        return Set(places.map { String(decoding: box.dropFirst($0).prefix(4), as: UTF8.self) })
    }

    /// How many bytes from the end are needed for ``mayEnd(with:)``.
    package static let endLength = 1024

    private static let pngEnd: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
    private static let jpegEnd: [UInt8] = [0xFF, 0xD9]

    /// Whether a picture may end with these bytes. Asked where nothing else tells that the connection broke off. A
    /// little may follow the end mark, as phones and paddings have it. WebP and AVIF have none.
    package func mayEnd(with tail: some Collection<UInt8>) -> Bool {
        switch self {
        case .png: tail.firstRange(of: Self.pngEnd) != nil
        case .jpeg: tail.firstRange(of: Self.jpegEnd) != nil
        case .gif: Array(tail).last { !"\0\r\n ".utf8.contains($0) } == 0x3B
        case .webp, .avif: true
        }
    }

    /// Whether a picture that ends with these bytes is surely whole, though the connection broke off behind them, as
    /// where a length was promised that is none.
    package func surelyEnds(with tail: some Collection<UInt8>) -> Bool {
        switch self {
        case .png: tail.suffix(Self.pngEnd.count).elementsEqual(Self.pngEnd)
        case .jpeg: tail.suffix(Self.jpegEnd.count).elementsEqual(Self.jpegEnd)
        case .gif, .webp, .avif: false
        }
    }

    /// What such a file's name usually ends with, without the dot: `png`, `jpg`.
    public var fileExtension: String {
        switch self {
        case .png: "png"
        case .jpeg: "jpg"
        case .webp: "webp"
        case .gif: "gif"
        case .avif: "avif"
        }
    }

    /// The media type as IANA registers it: `image/png`.
    public var mediaType: String {
        switch self {
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .webp: "image/webp"
        case .gif: "image/gif"
        case .avif: "image/avif"
        }
    }
}
