// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

package import struct SystemPackage.FilePath

/// A picture that is a request by itself: see ``DroppedPictures/each``.
package struct DroppedPicture: Equatable, Sendable {
    /// As it was dropped.
    package var name: FilePath.Component
    /// By its bytes.
    package var kind: PictureKind
    /// What tells its bytes from those of others.
    package var content: Fingerprint

    package init(name: FilePath.Component, kind: PictureKind, content: Fingerprint) {
        (self.name, self.kind, self.content) = (name, kind, content)
    }
}

/// A picture that a lane adds to each that is dropped there: one of `with` in its `_defaults.yaml`.
package enum AddedPicture: Hashable, Sendable {
    case link(ImageLink)
    /// A file beside that `_defaults.yaml`, which stays there; and in which folder of the inbox that is.
    case file(FilePath.Component, in: Lane)

    /// The same, said by the defaults of a lane.
    func said(in lane: Lane) -> AddedPicture {
        switch self {
        case .link: self
        case .file(let name, _): .file(name, in: lane)
        }
    }
}

/// Why a dropped picture is not sent. Facts only; the sentences are in ``Wording``.
package enum PictureFault: Error, Hashable, Sendable {
    /// A kind that the API does not take, by its usual name.
    case kind(String)
    case notAPicture
    /// The limit in bytes.
    case tooLarge(limit: Int64)
    /// Its end is not there.
    case cutOff

    /// What the first bytes of a file say that is no ``PictureKind``.
    package init(signature start: [UInt8]) {
        func has(_ bytes: [UInt8], at offset: Int = 0) -> Bool { start.dropFirst(offset).starts(with: bytes) }
        let named: [(String, Bool)] = [
            ("TIFF", has([0x49, 0x49, 0x2A, 0]) || has([0x4D, 0x4D, 0, 0x2A]) || has([0x49, 0x49, 0x2B, 0])),
            ("PSD", has(Array("8BPS".utf8))), ("BMP", has(Array("BM".utf8))), ("PDF", has(Array("%PDF".utf8))),
            ("JPEG XL", has([0xFF, 0x0A]) || has(Array("JXL ".utf8), at: 4)),
            ("JPEG 2000", has(Array("jP  ".utf8), at: 4)),
            ("HEIC", has(Array("ftyp".utf8), at: 4) && Self.isHEIF(start)),
            ("SVG", String(decoding: start, as: UTF8.self).contains("<svg")),
        ]
        self = named.first(where: \.1).map { .kind($0.0) } ?? .notAPicture
    }

    /// By the brand of its box (ISO/IEC 23008-12); a film has the same box, and others.
    private static func isHEIF(_ start: [UInt8]) -> Bool {
        let brand = String(decoding: start.dropFirst(8).prefix(4), as: UTF8.self)
        return ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].contains(brand)
    }
}
