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
