// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// Names of pictures, by their endings.
package enum PictureName {
    private static let endings: Set = [
        "png", "jpg", "jpeg", "jpe", "webp", "gif", "avif", "heic", "heif", "tif", "tiff", "bmp", "psd", "svg",
    ]

    /// Those with their full stop, as programs write them.
    static let spellings = spellings(of: endings.sorted().map { "." + $0 })

    /// Endings with their full stop, as they are, in capitals, and with the first letter as one.
    static func spellings(of endings: [String]) -> [String] {
        endings + endings.map { $0.uppercased() } + endings.map { $0.prefix(2).uppercased() + $0.dropFirst(2) }
    }

    package static func isOne(_ name: FilePath.Component) -> Bool {
        name.extension.map { endings.contains($0.lowercased()) } ?? false
    }

    /// A file's name without its ending; `nil` where it is not a picture's.
    package static func stem(of name: FilePath.Component) -> FilePath.Component? {
        guard isOne(name) else { return nil }
        var rest = FilePath(root: nil, [name])
        rest.extension = nil
        // `..png` would be called `.`, which is no name.
        return rest.lastComponent.flatMap { $0.kind == .regular ? $0 : nil }
    }

    /// The same of a text that may be no name at all.
    static func isOne(_ text: some StringProtocol) -> Bool {
        ending(of: text).map { endings.contains($0) } ?? false
    }

    /// What stands behind the last full stop of a name, in lower case; `nil` where nothing stands before it.
    static func ending(of text: some StringProtocol) -> String? { split(text)?.ending }

    /// A name without its ending and the full stop before it.
    static func stem(of text: some StringProtocol) -> String { split(text)?.stem ?? String(text) }

    private static func split(_ text: some StringProtocol) -> (stem: String, ending: String)? {
        let name = String(text).utf8
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex,
            !name[dot...].contains(UInt8(ascii: "/"))
        else { return nil }
        let ending = String(decoding: name[name.index(after: dot)...], as: UTF8.self).lowercased()
        return (String(decoding: name[..<dot], as: UTF8.self), ending)
    }
}
