// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// Names of what a sync client puts in the place of a file that it has not downloaded: `hero.yaml.nextcloud`,
/// `.hero.yaml.icloud`. Pure.
package enum PlaceholderName {
    /// Of Nextcloud, ownCloud, macOS before 14, and odrive.
    private static let endings = ["nextcloud", "owncloud", "icloud", "cloud"]

    package static func isOne(_ name: FilePath.Component) -> Bool {
        name.extension.map { endings.contains($0.lowercased()) } ?? false
    }

    /// What may stand in the place of a file.
    package static func all(for name: FilePath.Component) -> [FilePath.Component] {
        let text = String(decoding: name)
        return endings.compactMap { FilePath.Component(($0 == "icloud" ? "." : "") + text + "." + $0) }
    }
}
