// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// Why nothing can be watched.
public enum InotifyError: Error, Equatable, Sendable {
    /// The process has an instance already: the library underneath is global.
    case inUse
    /// The instance was closed.
    case closed
    /// `fs.inotify.max_user_instances` is reached, or the process has no descriptor left.
    case noInstance(Errno)
    /// `fs.inotify.max_user_watches` is reached.
    case watchLimitReached(FilePath)
    /// The folder cannot be watched.
    case cannotWatch(FilePath, Errno)
}

/// The sentences about a folder that cannot be watched.
extension InotifyError: CustomStringConvertible {
    /// What happened, why, and what to do.
    public var description: String {
        switch self {
        case .inUse: "this process already watches a spool; a process can watch only one"
        case .closed: "the watch was ended"
        case .noInstance(let error):
            "the kernel provides no inotify instance: \(error); raise fs.inotify.max_user_instances"
        case .watchLimitReached(let path):
            "cannot watch \(path): the kernel has no inotify watches left; raise fs.inotify.max_user_watches"
        case .cannotWatch(let path, let error): "cannot watch \(path): \(error)"
        }
    }
}
