// SPDX-License-Identifier: Apache-2.0

package import NanoBanana
internal import Requests

internal import struct SystemPackage.FilePath

extension Job {
    /// What the picture of that number is called.
    package func pictureName(_ number: Int, _ kind: PictureKind) -> String {
        givenNames[number].map { "\($0).\(kind.fileExtension)" }
            ?? ResultNames.picture(number, of: origin.stem, kind: kind)
    }

    /// Its pictures, but for those that are called otherwise than it calls them: a journal may come from anywhere, and
    /// names what it likes.
    package var ownPictures: [PictureFile] {
        pictures.filter { picture in
            givenNames[picture.number] == nil
                ? picture.hasUsualName : picture.name == pictureName(picture.number, picture.kind)
        }
    }

    /// Whether files in its folder have the names of its pictures: one that was being fetched when the daemon ended.
    package var namesPicture: (String) -> Bool {
        let (stem, kept) = (origin.stem, String(decoding: origin.keptName))
        let given = Set(
            givenNames.values.flatMap { name in PictureKind.allCases.map { "\(name).\($0.fileExtension)" } })
        return { $0 != kept && (given.contains($0) || ResultNames.isPicture($0, of: stem)) }
    }
}
