// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Requests
package import SystemPackage

/// Names in the inbox that are no requests: never taken, never touched. Those that other programs leave beside requests
/// are passed over in silence; conflict copies of a sync client are shown, by ``ConflictName``'s rule and by further globs.
///
/// The patterns are globs, as `fnmatch(3)` reads them, in any case of ASCII letters. A name is bytes: where it is no
/// text in the process's locale, glibc compares byte by byte.
package struct IgnoredNames: Equatable, Sendable {
    /// One line of a table.
    package struct Pattern: Equatable, Sendable {
        /// Matches files and folders.
        package let glob: String
        /// Whose names these are.
        package let why: String
    }

    /// What a name says of what bears it.
    package enum Verdict: Equatable, Sendable {
        /// It is passed over in silence.
        case ignored
        case conflictCopy
        /// It is a request's, if it is that of a file.
        case request
        case other
    }

    private let ignored: NameGlobs
    private let conflictCopies: NameGlobs

    /// - Parameters:
    ///   - ignored: globs of names to pass over; the names that the daemon needs itself are passed over in any case.
    ///   - conflictCopies: globs of names that sync clients give to the second of two files, beside those that are known.
    package init(ignored: [String] = table.map(\.glob), conflictCopies: [String] = []) {
        self.ignored = NameGlobs(ignored)
        self.conflictCopies = NameGlobs(conflictCopies)
    }

    /// The table below.
    package static let standard = IgnoredNames()

    /// What other programs leave beside requests.
    package static let table: [Pattern] = [
        Pattern(
            glob: ".*",
            why:
                "hidden: .DS_Store, ._*, .#*, .~lock.*#, .*.swp, .goutputstream-*, .syncthing.*.tmp, rsync's .name.XXXXXX, "
                + ".stfolder, .Trash*"),
        Pattern(glob: "*.part", why: "unfinished: Firefox, KDE, wget and many more"),
        Pattern(glob: "*.partial", why: "unfinished: rclone, Internet Explorer"),
        Pattern(glob: "*.crdownload", why: "unfinished: Chrome, Edge"),
        Pattern(glob: "*.download", why: "unfinished: Safari"),
        Pattern(glob: "*.filepart", why: "unfinished: WinSCP"),
        Pattern(glob: "*.tmp", why: "unfinished or left over: Office, editors, sync clients"),
        Pattern(glob: "~$*", why: "Office: who has the document open"),
        Pattern(glob: "*~", why: "editors: the text before the last save"),
        Pattern(glob: "#*#", why: "Emacs: automatically saved"),
        Pattern(glob: "*.swp", why: "vim: the text that is being edited"),
        Pattern(glob: "4913", why: "vim: a test whether it can write here"),
        Pattern(glob: "Thumbs.db", why: "Windows: thumbnails of a folder"),
        Pattern(glob: "desktop.ini", why: "Windows: how a folder looks"),
        Pattern(glob: "*.idlk", why: "InDesign: who has the document open"),
        Pattern(glob: "~syncthing~*", why: "Syncthing on Windows: unfinished"),
        Pattern(glob: "@eaDir", why: "Synology: thumbnails and attributes"),
        Pattern(glob: "#recycle", why: "Synology: what was deleted"),
        Pattern(glob: "#snapshot", why: "Synology: earlier states of a folder"),
        Pattern(glob: "~snapshot", why: "NetApp: earlier states of a folder"),
        Pattern(glob: "~latest", why: "servers with checkpoints: earlier states of a folder"),
        Pattern(glob: "@Recently-Snapshot", why: "QNAP: earlier states of a folder"),
        Pattern(glob: "@GMT-*", why: "Samba: earlier states of a folder"),
        Pattern(glob: "@Recycle", why: "QNAP: what was deleted"),
        Pattern(glob: "$RECYCLE.BIN", why: "Windows: what was deleted"),
        Pattern(glob: "System Volume Information", why: "Windows: its own folder on each disk"),
        Pattern(glob: "lost+found", why: "ext4: what a repair found"),
        Pattern(glob: "__MACOSX", why: "macOS: attributes in zip archives"),
        Pattern(glob: "*.sb-????????-*", why: "macOS: a document that is being saved"),
        Pattern(glob: "(A Document Being Saved By *)", why: "macOS: a document that is being saved"),
        Pattern(glob: "*Zone.Identifier", why: "Windows: where the file beside it came from"),
    ]

    /// How the names of files begin that the daemon makes in the inbox itself, for a moment.
    package static let ownPrefix = ".bananadrop-"

    /// All that there is to ask of a name, at once.
    package func verdict(on name: FilePath.Component) -> Verdict {
        name.withBytes { bytes in
            if matches(name, bytes) { return .ignored }
            if isConflictCopy(bytes) { return .conflictCopy }
            return RequestFileName.isOne(bytes) ? .request : .other
        }
    }

    /// Whether it is passed over in silence.
    package func matches(_ name: FilePath.Component) -> Bool { name.withBytes { matches(name, $0) } }

    private func matches(_ name: FilePath.Component, _ bytes: NameBytes) -> Bool {
        // That of a hidden file stands for one that is not hidden, and that somebody waits for.
        Self.isOwn(bytes) || ignored.match(bytes) && !PlaceholderName.isOne(name)
    }

    /// Whether it is the conflict copy of another file, or of a folder.
    package func isConflictCopy(_ name: FilePath.Component) -> Bool { name.withBytes(isConflictCopy) }

    private func isConflictCopy(_ name: NameBytes) -> Bool {
        ConflictName.isOne(name) || conflictCopies.match(name)
    }

    private static let ownNames = [RequestDefaults.fileName, Spool.howToName].map { Array($0.string.utf8CString) }

    private static func isOwn(_ name: NameBytes) -> Bool {
        let isOwn = name.withPlatformString { text in
            ownNames.contains { strcmp($0, text) == 0 } || strncmp(text, ownPrefix, ownPrefix.utf8.count) == 0
        }
        return isOwn ?? false
    }
}
