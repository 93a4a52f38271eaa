// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Marking

/// Pictures as encoders make them, and what is put into them.
struct Picture: Sendable, CustomTestStringConvertible {
    var name: String
    var kind: PictureKind
    var bytes: [UInt8]
    var width = 5
    var height = 3
    var hasAlpha = false

    var testDescription: String { name }

    init(_ name: String, _ kind: PictureKind, _ base64: String, width: Int = 5, height: Int = 3, hasAlpha: Bool = false)
    {
        (self.name, self.kind, self.width, self.height) = (name, kind, width, height)
        (self.bytes, self.hasAlpha) = (Base64Text.bytes(base64), hasAlpha)
    }

    static let png = Picture(
        "a PNG", .png,
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAIAAADUVFKvAAAAGElEQVR4nGNkYGjgZ2CAIxYGEQZkgM4HACRSAO6wbNqnAAAAAElFTkSuQmCC")
    static let greyPNG = Picture(
        "a grey PNG", .png,
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAAAAAB+XZokAAAAFUlEQVR4nGNk4Ofn52diYGBgYICQAAOuAEKeyrczAAAAAElFTkSuQmCC")
    static let jpeg = Picture(
        "a JPEG", .jpeg,
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6\
        /+b9//j/2wBDASstLTw1PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj/wAARCAALABED\
        ASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKB\
        kaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZ\
        mqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQF\
        BgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5\
        OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX\
        2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCokHtU6Qe1Too9KnRR6USqMmjVZV8j2oq9tHpRWftGdntWf//Z
        """, width: 17, height: 11)
    static let greyJPEG = Picture(
        "a grey JPEG", .jpeg,
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6\
        /+b9//j/wAALCAALABEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEG\
        E1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJ\
        ipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AKFr2rYte1Xa\
        5q17VsWvartf/9k=
        """, width: 17, height: 11)
    static let webp = Picture(
        "a WebP", .webp,
        """
        UklGRlQAAABXRUJQVlA4IEgAAACwAwCdASoRAAsAPzmKulOvKaWisAgB4CcJbACdMoMljEmN7vs0AAD+zWCxyGkLF5qsPi+bwvG7E4ZsO1vh8wQp\
        RT8dirsSzAA=
        """, width: 17, height: 11)
    static let losslessWebP = Picture(
        "a lossless WebP", .webp,
        "UklGRj4AAABXRUJQVlA4TDIAAAAvBIAAAHcwFAKBZIP8MTcYwPkPDQAwjDFmAADAVCQb7z38GlmUkkUlWQSL6H9U+07cJw==")
    static let clearWebP = Picture(
        "a WebP that shines through", .webp,
        """
        UklGRkIAAABXRUJQVlA4TDYAAAAvBIAAEGcwFAKBZIP8MTcYQCFBYub/VnNIBACTbdsTAEBNABCM+c0sSqkhgjySRvQ/qmVH7w0=
        """, hasAlpha: true)
    static let extendedWebP = Picture(
        "a WebP with more than a picture", .webp,
        """
        UklGRlwAAABXRUJQVlA4WAoAAAAQAAAABAAAAgAAQUxQSBAAAAAAAAoUHigAChQeKAAKFB4oVlA4ICYAAABwAQCdASoFAAMAB0CWJbACdAGIQAD+\
        61PQrw7qX+9a5WrML0j4AA==
        """, hasAlpha: true)

    static let all = [png, greyPNG, jpeg, greyJPEG, webp, losslessWebP, clearWebP, extendedWebP]
}

extension Picture {
    /// The same with something more in it, where such a thing goes.
    func with(chunk type: String, _ content: [UInt8]) -> Picture {
        var picture = self
        switch kind {
        case .png:
            let body = Array(type.utf8) + content
            let chunk = content.count.bigEndian(4) + body + Int(Zlib.sum(of: body)).bigEndian(4)
            picture.bytes = bytes[..<33] + chunk + bytes[33...]
        case .webp:
            picture.bytes += PictureParts.webPChunk(type, content)
            picture.bytes.replaceSubrange(4..<8, with: (picture.bytes.count - 8).littleEndian(4))
        case .jpeg, .gif, .avif: preconditionFailure("it has no chunks")
        }
        return picture
    }

    /// Behind the first one.
    func with(segment mark: UInt8, _ content: [UInt8]) -> Picture {
        var picture = self
        picture.bytes = bytes[..<20] + [0xFF, mark] + (content.count + 2).bigEndian(2) + content + bytes[20...]
        return picture
    }

    func with(packet: [UInt8]) -> Picture {
        switch kind {
        case .png: with(chunk: "iTXt", Array("XML:com.adobe.xmp\0\0\0\0\0".utf8) + packet)
        case .jpeg: with(segment: 0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + packet)
        case .webp: with(chunk: "XMP ", packet)
        case .gif, .avif: self
        }
    }

    /// A manifest of Content Credentials, or what is looked at of it.
    var signed: Picture {
        switch kind {
        case .png: with(chunk: "caBX", Array("jumbc2pa".utf8))
        case .jpeg: with(segment: 0xEB, Array("JP\0\u{1}\0\0\0\u{1}\0\0\0\u{20}jumb....jumdc2pa".utf8))
        case .webp: with(chunk: "C2PA", Array("jumbc2pa".utf8))
        case .gif, .avif: self
        }
    }
}

enum Base64Text {
    static func bytes(_ text: String) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var (bytes, bits, count) = ([UInt8](), 0, 0)
        for digit in text.utf8 {
            guard let value = digits.firstIndex(of: digit) else { continue }
            (bits, count) = ((bits << 6 | value) & 0xFFFF, count + 6)
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bytes
    }
}
