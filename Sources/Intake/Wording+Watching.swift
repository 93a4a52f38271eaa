// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import SystemPackage

/// The sentences about how the inbox is watched.
extension Wording {
    /// Completes "the inbox is checked every 2 s: …".
    package static func sentence(_ reason: WatchMode.Reason) -> String {
        switch reason {
        case .setting: "the setting watch-mode asks for it"
        case .shared(let kind):
            "it is on \(shown(kind)), where other machines can write without this kernel noticing; if none does, "
                + "set watch-mode to events"
        case .unknownKind(let kind):
            "bananadrop does not know its kind of file system (\(shown(kind))); if events work there, set "
                + "watch-mode to events"
        case .silent: "a test file was made there, and the kernel did not report it within 2 s"
        }
    }

    /// Why the kernel does not watch a folder. Others that it does not watch either are not named.
    static func unwatched(_ error: Errno) -> String {
        let why =
            error == .noSpace
            ? "the kernel has no inotify watches left; raise fs.inotify.max_user_watches" : "\(error)"
        return why + "; further folders are not named"
    }

    static let inboxElsewhere =
        "The inbox is on another file system than the rest of the spool, so nothing can be taken from it; is a disk "
        + "not mounted, or mounted over it?"
}
