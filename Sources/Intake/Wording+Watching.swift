// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import SystemPackage

/// The sentences about how the inbox is watched.
extension Wording {
    /// Completes "the inbox is looked at every 2 s: …".
    package static func sentence(_ reason: WatchMode.Reason) -> String {
        switch reason {
        case .setting: "the setting watch-mode asks for it"
        case .shared(let kind):
            "it lies on \(shown(kind)), where others can write without the kernel telling; if nobody does, set watch-mode to "
                + "events"
        case .unknownKind(let kind):
            "it lies on a kind of file system that bananadrop does not know (\(shown(kind))); if events come there, set "
                + "watch-mode to events"
        case .silent: "a file was made there for a trial and the kernel told of none within 2 s"
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
        "The inbox lies on another file system than the rest of the spool, so nothing can be taken from it; is a disk not "
        + "mounted, or mounted over it?"
}
