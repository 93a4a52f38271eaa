// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

package import struct SystemPackage.FilePath

/// Names that every system can open that may see the spool over a share: Windows knows fewer than Linux, and shows what
/// it cannot name as a folder that is empty, or not at all. Pure.
package enum PortableName {
    /// The name itself where it is one, else the nearest that is. Names are bytes, text or not.
    package static func of(_ name: FilePath.Component) -> FilePath.Component {
        let path = FilePath(root: nil, [name])
        var bytes = path.withPlatformString { text in
            UnsafeBufferPointer(start: text, count: path.length).map { UInt8(bitPattern: $0) }
        }
        for index in bytes.indices where isForbidden(bytes[index]) { bytes[index] = substitute }
        for index in bytes.indices.reversed() {
            guard bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: ".") else { break }
            bytes[index] = substitute
        }
        let base = bytes.prefix { $0 != UInt8(ascii: ".") }
        if isDevice(String(decoding: base, as: UTF8.self)) { bytes.insert(substitute, at: base.endIndex) }
        return (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
            text.baseAddress.flatMap { FilePath(platformString: $0).lastComponent }
        } ?? name
    }

    /// The longest name of a picture, in bytes and without its ending: what keeps it from clashing, and the ending, fit
    /// behind it on every file system.
    static let stemLimit = 200

    /// The same for a text that is to name a picture, without its ending; `nil` where nothing is left of it. It leads
    /// nowhere else, and no file manager hides it.
    static func stem(of text: String) -> String? {
        var scalars = String.UnicodeScalarView()
        for scalar in withoutEnding(trimmed(text.prefixFitting(4 * stemLimit)[...])).unicodeScalars {
            scalars.append(scalar.mayStandInName ? scalar : "_")
        }
        var rest = String(scalars)
        if rest.utf8.count > stemLimit { rest = trimmed(rest.prefixFitting(stemLimit)[...]) }
        let dots = rest.prefix { $0 == "." }.count
        rest = String(repeating: "_", count: dots) + rest.dropFirst(dots)
        return FilePath.Component(rest).map { String(decoding: of($0)) }
    }

    /// Without blanks at both ends, and without dots at the end: Windows leaves those out.
    private static func trimmed(_ text: Substring) -> String {
        var rest = text.trimmed
        while rest.last == "." { rest = rest.dropLast().trimmed }
        return rest
    }

    /// People write the ending that they expect; which it is the picture's bytes say.
    private static func withoutEnding(_ name: String) -> String {
        let endings = ["jpeg"] + PictureKind.allCases.map(\.fileExtension)
        let lower = name.lowercased()
        let ending = endings.first { lower.hasSuffix("." + $0) }
        return ending.map { withoutEnding(trimmed(name.dropLast($0.count + 1))) } ?? name
    }

    private static let substitute = UInt8(ascii: "_")

    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || "<>:\"/\\|?*".utf8.contains(byte)
    }

    /// `CON`, `nul`, `COM1`: whatever ending stands behind them, Windows opens the device.
    private static func isDevice(_ base: String) -> Bool {
        let word = base.trimmed.uppercased()
        if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(word) { return true }
        return word.count == 4 && (word.hasPrefix("COM") || word.hasPrefix("LPT")) && word.last?.isNumber == true
    }
}

extension Lane {
    /// The sub-folder of `done/` and `failed/` that is its own.
    package var published: Lane { Lane(path: FilePath(root: nil, ofResults.path.components.map(PortableName.of))) }
}

extension Unicode.Scalar {
    /// Neither leads elsewhere, nor moves a cursor, nor turns the direction of what stands behind it, nor ends a name in
    /// a list of names.
    fileprivate var mayStandInName: Bool {
        if properties.isWhitespace { return false }
        return switch value {
        case 0x2F, 0x5C, 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: false
        default: true
        }
    }
}

extension String {
    /// The longest prefix of whole characters within so many bytes of UTF-8.
    package func prefixFitting(_ bytes: Int) -> String {
        if utf8.count <= bytes { return self }
        var size = 0
        return String(
            prefix { character in
                size += character.utf8.count
                return size <= bytes
            })
    }
}
