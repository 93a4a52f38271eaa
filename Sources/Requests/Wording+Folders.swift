// SPDX-License-Identifier: Apache-2.0

internal import Documents

package import struct SystemPackage.FilePath

/// The sentences about what stays in the folder of a batch of pictures.
extension Wording {
    /// What is no part of the batch: neither a picture nor the text of one, or only called as a picture is.
    package static func leftInFolder(_ names: [FilePath.Component]) -> String {
        let copies = names.filter { PictureName.stem(of: $0) != nil }
        let others = names.filter { PictureName.stem(of: $0) == nil }
        var sentences: [String] = []
        if !others.isEmpty {
            let what = others.count == 1 ? "it is neither a picture" : "they are neither pictures"
            sentences.append("left in the folder, as \(what) nor the text of one: " + list(others))
        }
        if !copies.isEmpty {
            let one = "it is a conflict copy of a sync client, or no file"
            let many = "they are conflict copies of a sync client, or no files"
            sentences.append("left in the folder, as \(copies.count == 1 ? one : many): " + list(copies))
        }
        return sentences.joined(separator: "; ")
    }

    /// Pictures that came when the others had been taken.
    package static func cameLate(_ names: [FilePath.Component]) -> String {
        let (were, them) = names.count == 1 ? ("was", "it") : ("were", "them")
        return "came after the folder was taken, and \(were) not sent; drop \(them) as another folder: " + list(names)
    }

    private static func list(_ names: [FilePath.Component]) -> String {
        let named = names.prefix(5).map { quoted(String(decoding: $0)) }.joined(separator: ", ")
        return named + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}
