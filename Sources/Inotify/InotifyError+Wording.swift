// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// The sentences about a folder that cannot be watched.
extension InotifyError: CustomStringConvertible {
    /// What happened, why, and what to do.
    public var description: String {
        switch self {
        case .inUse: "this process watches a spool already; one process has one spool"
        case .closed: "the watch was ended"
        case .noInstance(let error):
            "the kernel gives no inotify instance: \(error); raise fs.inotify.max_user_instances"
        case .watchLimitReached(let path):
            "cannot watch \(path): the kernel has no inotify watches left; raise fs.inotify.max_user_watches"
        case .cannotWatch(let path, let error): "cannot watch \(path): \(error)"
        }
    }
}
