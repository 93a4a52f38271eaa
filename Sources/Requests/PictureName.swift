// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// Names of pictures, by their endings.
package enum PictureName {
    private static let endings: Set = [
        "png", "jpg", "jpeg", "jpe", "webp", "gif", "avif", "heic", "heif", "tif", "tiff", "bmp", "psd", "svg",
    ]

    package static func isOne(_ name: FilePath.Component) -> Bool {
        name.extension.map { endings.contains($0.lowercased()) } ?? false
    }

    /// The same of a text that may be no name at all.
    static func isOne(_ text: some StringProtocol) -> Bool {
        FilePath.Component(String(text)).map(isOne) ?? false
    }
}
