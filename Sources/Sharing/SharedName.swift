// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import SystemPackage

/// The name under which a picture is published: unguessable, and the last part of its link.
///
/// It comes from a journal, which somebody may have written by hand and dropped into the inbox. So it is checked: no
/// name leads out of the publish directory, looks like an option to a command, or is as short as that of a page which
/// stands in the same directory (`index.html`).
package struct SharedName: Hashable, Sendable {
    package let text: String

    private static let lengths = 16...200

    /// `nil` for anything but letters, digits, `.`, `_` and `-` of ASCII that begin with a letter or digit; 16 to 200
    /// of them.
    package init?(_ text: String) {
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard Self.lengths.contains(text.utf8.count), let first = text.utf8.first, isPlain(first),
            text.utf8.allSatisfy({ isPlain($0) || "._-".utf8.contains($0) })
        else { return nil }
        self.text = text
    }

    /// Whether it ends as a picture of that kind does.
    func isOf(_ kind: PictureKind) -> Bool {
        let ending = text.split(separator: ".").last.map(String.init)
        return ending == kind.fileExtension || (kind == .jpeg && ending == "jpeg")
    }

    /// The file's name in the publish directory.
    var file: FilePath { FilePath(text) }

    private static let halfPrefix = ".bananadrop-"

    /// What it is called until all of it is there. Hidden, and known by the name: what a crash leaves is replaced when
    /// the picture is shared again.
    var half: FilePath { FilePath(Self.halfPrefix + text) }

    /// Whether a file is one that ``half`` names.
    static func isHalf(_ file: FilePath.Component) -> Bool {
        let text = String(decoding: file)
        return text.hasPrefix(halfPrefix) && SharedName(String(text.dropFirst(halfPrefix.count))) != nil
    }
}
