// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Names of pictures, by their endings.
enum PictureName {
    private static let endings: Set = [
        "png", "jpg", "jpeg", "jpe", "webp", "gif", "avif", "heic", "heif", "tif", "tiff", "bmp", "psd", "svg",
    ]

    static func isOne(_ name: FilePath.Component) -> Bool {
        name.extension.map { endings.contains($0.lowercased()) } ?? false
    }
}
