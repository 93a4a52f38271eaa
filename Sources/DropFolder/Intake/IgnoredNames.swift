// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// Names that other programs leave beside requests: never taken, never touched.
///
/// The patterns are globs, as `fnmatch(3)` reads them without flags.
struct IgnoredNames: Equatable, Sendable {
    /// Files and folders.
    var patterns: [String]

    static let standard = IgnoredNames(patterns: [
        ".*",  // hidden: rsync's .name.XXXXXX, .goutputstream-*, ._*, .DS_Store, .~lock.*#, .syncthing.*.tmp, .Trash*
        "*.part", "*.partial", "*.crdownload", "*.download", "*.tmp", "*.filepart",  // still on their way
        "~$*", "*~", "#*#", "*.swp", "4913",  // editors
        "Thumbs.db", "desktop.ini", "*.idlk",  // desktops and layout programs
        "~syncthing~*", "@eaDir", "__MACOSX",  // sync clients, network storage, archives
        "_defaults.yaml",  // kept for a lane's defaults
    ])

    func matches(_ name: FilePath.Component) -> Bool {
        name.withPlatformString { text in patterns.contains { fnmatch($0, text, 0) == 0 } }
    }
}
